"""The room for files in Chromium: out, in by a plan with both sides, on a wide screen, a phone and in the dark; axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from bot.exchange.folders import pack
from knowledge.store import Revisions
from tests.bot.exchange.network import edit
from tests.bot.exchange.small import HELLO, changed, engine, release, start
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, signs_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SHIPPED = release()


@pytest.mark.parametrize("options", [WIDE, PHONE | {"color_scheme": "dark"}], ids=["1200", "360 dark"])
async def test_an_archive_comes_in_after_a_look_at_both_sides(
    site: Site, new_page: NewPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: dict[str, Any]
) -> None:
    monkeypatch.setattr("tests.bot.web.site.shipped_content", lambda *_: SHIPPED)
    async with site.context.database.transaction() as connection:
        await start(connection, SHIPPED)
        site.context.library.catalogue.reload(await Revisions().read_all(connection))
        files = await engine(SHIPPED).export_all(connection)
        await edit(connection, SHIPPED, HELLO, {"text": "Buongiorno.", "state": "read"})
    files = changed(files, "dialogues/phrases/it.yml", "Ciao.", "Salve.")
    (tmp_path / "content.zip").write_bytes(pack(files))
    page = await new_page(**options)
    await signs_in(site, page)
    await page.goto("/studio/files")
    assert await violations(page) == []

    async with page.expect_download() as waited:
        await page.get_by_role("link", name="Download the archive").click()
    download = await waited.value
    assert download.suggested_filename == "guichet-2026-11-18.zip"

    await page.get_by_label("Archive (ZIP").set_input_files(tmp_path / "content.zip")
    await page.get_by_role("button", name="Look at the changes").click()
    await expect(page.get_by_role("heading", name="Changed here and there")).to_be_visible()
    await expect(page.locator("del")).to_have_text("Buongiorno.")
    assert await violations(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    await page.get_by_label("What the file says").check()
    await page.get_by_role("button", name="Take these changes").click()
    await expect(page.get_by_role("status")).to_contain_text("Taken.")

    await page.goto("/studio/files/paper?answer=work/pay")
    await expect(page.get_by_role("button", name="Word (DOCX)")).to_be_visible()
    assert await violations(page) == []
    await page.goto("/studio/files/conflicts")
    assert await violations(page) == []
