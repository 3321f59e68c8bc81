"""Articles in Chromium: a content manager finds a text, changes it, sees it as people will, and a colleague publishes it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import delete

from bot import tables as t
from tests.bot.web.articles import ARABIC, ITALIAN, article_site
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, looks_well, signs_in
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

NEW = "In Italia dal 2027 c’è un salario minimo.[^EU-L-MW] Un sindacato controlla la paga."


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        yield made


async def writes(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("button", name="Change this text").click()
    await expect(page.get_by_label("In short")).to_be_visible()


@pytest.mark.parametrize("how", [WIDE, PHONE], ids=["wide", "phone"])
async def test_every_page_is_calm_and_readable(
    site: Site, new_page: NewPage, shots: Path, how: dict[str, object]
) -> None:
    page = await new_page(**how)
    await signs_in(site, page, "anna")
    for name, address in (
        ("list", "/studio/articles?topic=labour_rights&place=IT"), ("map", "/studio/coverage"),
        ("map-italy", "/studio/coverage?place=IT"), ("text", ITALIAN), ("history", f"{ITALIAN}/history"),
        ("withdraw", f"{ITALIAN}/withdraw"),
    ):  # fmt: skip
        await page.goto(address)
        await looks_well(page, shots, f"articles-{name}")
    await writes(page, ARABIC)
    field = page.get_by_label("In short")
    assert await field.evaluate("one => getComputedStyle(one).direction") == "rtl"
    await looks_well(page, shots, "articles-editor-arabic")


async def test_changed_kept_by_itself_seen_as_people_will_and_published(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    anna, bruno = await new_page(**WIDE), await new_page(**PHONE)
    await signs_in(site, anna, "anna")
    await signs_in(site, bruno, "bruno")
    await writes(anna, ITALIAN)
    await anna.get_by_label("In short").fill(NEW)
    await expect(anna.locator("#preview .said.telegram").first).to_contain_text("dal 2027")  # while it is typed
    await expect(anna.locator("#length-summary")).to_contain_text("73 of 350")
    await expect(anna.locator("#saved")).to_contain_text("Saved")
    await anna.reload()
    await expect(anna.get_by_label("In short")).to_have_value(NEW)
    await looks_well(anna, shots, "editor")

    await bruno.goto(ITALIAN)
    await expect(bruno.get_by_text("anna writes here now")).to_be_visible()
    await anna.get_by_role("button", name="Send to a second person").click()
    await expect(anna.get_by_text("a second person can read it now")).to_be_visible()
    await bruno.goto(f"{ITALIAN}/review")
    await looks_well(bruno, shots, "review")
    await bruno.get_by_role("button", name="Yes, this is correct").tap()
    await expect(bruno.get_by_text("The next person who asks gets this text.")).to_be_visible()
    shown = site.context.library.catalogue.pick("labour_rights/pay_and_payslip", "IT", "it")
    assert shown is not None
    assert shown.text.startswith("In Italia dal 2027")


async def test_by_keyboard_alone_with_a_mark_and_what_somebody_else_saved(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    anna, bruno = await new_page(**WIDE), await new_page(**WIDE)
    await signs_in(site, anna, "anna")
    await signs_in(site, bruno, "bruno")
    await writes(anna, ITALIAN)
    await anna.get_by_label("In short").focus()
    await anna.keyboard.press("Control+a")
    await anna.keyboard.type("Chiedi a un sindacato.")
    await anna.get_by_role("button", name="Insert").first.focus()
    await anna.keyboard.press("Enter")
    await expect(anna.get_by_label("In short")).to_have_value("Chiedi a un sindacato.[^EU-L-MW]")
    await expect(anna.get_by_label("In short")).to_be_focused()
    await anna.keyboard.press("Control+s")
    await expect(anna.locator("#saved")).to_contain_text("Saved")

    site.clock.move(minutes=11)  # she went away, and her colleague goes on
    await bruno.goto(ITALIAN)
    await bruno.get_by_role("button", name="Go on writing").click()
    await bruno.get_by_label("In short").fill("Bruno ha scritto questo.[^EU-L-MW]")
    await bruno.get_by_role("button", name="Save and leave").click()
    await expect(bruno.get_by_text("Others can write here now.")).to_be_visible()
    await anna.keyboard.type(" Anna ha scritto questo.")
    await expect(anna.locator("#saved")).to_contain_text("Somebody else wrote here")
    await anna.locator("#save").click()
    await expect(anna.locator(".conflict")).to_contain_text("Bruno ha scritto questo.")
    await expect(anna.get_by_label("In short")).to_have_value(
        "Chiedi a un sindacato.[^EU-L-MW] Anna ha scritto questo."
    )
    await looks_well(anna, shots, "conflict")
    assert "Bruno" in (await site.rows(t.draft))[0].body["sections"]["summary"]  # until she decides


async def test_words_outlive_a_session_that_ended_meanwhile(site: Site, new_page: NewPage) -> None:
    page = await new_page(**WIDE)
    password = await signs_in(site, page, "anna")
    await writes(page, ITALIAN)
    async with site.context.database.transaction() as connection:
        await connection.execute(delete(t.staff_session))
    await page.get_by_label("In short").fill(NEW)
    await page.get_by_role("button", name="Send to a second person").click()
    await expect(page.locator("#saved")).to_contain_text("You are signed out.")
    await expect(page.get_by_label("In short")).to_have_value(NEW)

    window = await page.context.new_page()
    await signs_in(site, window, "anna", password)
    await page.get_by_role("button", name="Send to a second person").click()
    await expect(page.get_by_text("a second person can read it now")).to_be_visible()
    assert (await site.rows(t.draft))[0].body["sections"]["summary"] == NEW
