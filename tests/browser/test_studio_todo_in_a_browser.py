"""What there is to do, and the reading list, in Chromium: wide, on a phone, in the dark, with the keyboard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.exchange.engine import Exchange
from tests.bot.web.articles import INTENT, article_site
from tests.bot.web.site import Site
from tests.bot.web.test_studio_todo import nothing_shipped
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, looks_well, signs_in
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        object.__setattr__(made.context.workshop, "exchange", Exchange(nothing_shipped, clock))
        yield made


@pytest.mark.parametrize("how", [WIDE, PHONE | {"color_scheme": "dark"}], ids=["wide", "dark phone"])
async def test_the_next_text_is_read_and_called_right(
    site: Site, new_page: NewPage, shots: Path, how: dict[str, object]
) -> None:
    page = await new_page(**how)
    await signs_in(site, page)
    await expect(page.get_by_role("heading", name="Texts that no second person has read")).to_be_visible()
    await looks_well(page, shots, "todo-list")

    await page.get_by_role("link", name="Reading list for a lawyer").click()
    await page.get_by_label("Country or region").select_option("IT")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_label("Language").select_option("ar")
    await page.get_by_role("button", name="Show").click()
    await looks_well(page, shots, "todo-lawyer")

    await page.get_by_role("link", name="Read the next one").press("Enter")
    await page.wait_for_url(f"**/studio/lawyer/{INTENT}/IT.ar")
    await looks_well(page, shots, "todo-text")
    await page.get_by_role("button", name="It is right").press("Enter")

    await expect(page.get_by_role("status")).to_have_text("Noted: it is right, with your name.")
