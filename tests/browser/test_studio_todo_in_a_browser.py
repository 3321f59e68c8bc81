"""What there is to do, and the reading list, in Chromium: wide, on a phone, in the dark, with the keyboard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.exchange.engine import Exchange
from bot.staff import Role
from tests.bot.web.articles import INTENT, article_site
from tests.bot.web.site import Site
from tests.bot.web.test_studio_todo import nothing_shipped
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, violations
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WIDE = {"viewport": {"width": 1200, "height": 900}}


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        object.__setattr__(made.context.workshop, "exchange", Exchange(nothing_shipped, clock))
        yield made


async def signs_in(site: Site, page: Page) -> None:
    account = await site.hire("anna", Role.CONTENT, ())
    await page.goto("/desk")
    await page.get_by_label("Login").fill("anna")
    await page.get_by_label("Password").fill(account.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/studio**")


async def looks_well(page: Page, shots: Path, name: str, width: int) -> None:
    """No sideways scrolling, nothing that a tool for accessibility complains of, and a picture."""
    await page.screenshot(path=shots / f"todo-{width}-{name}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert await violations(page) == [], name


@pytest.mark.parametrize(("width", "how"), [(1200, WIDE), (360, {**PHONE, "color_scheme": "dark"})])
async def test_the_next_text_is_read_and_called_right(
    site: Site, new_page: NewPage, shots: Path, width: int, how: dict[str, object]
) -> None:
    page = await new_page(**how)
    await signs_in(site, page)
    await expect(page.get_by_role("heading", name="Texts that no second person has read")).to_be_visible()
    await looks_well(page, shots, "list", width)

    await page.get_by_role("link", name="Reading list for a lawyer").click()
    await page.get_by_label("Country or region").select_option("IT")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_label("Language").select_option("ar")
    await page.get_by_role("button", name="Show").click()
    await looks_well(page, shots, "lawyer", width)

    await page.get_by_role("link", name="Read the next one").press("Enter")
    await page.wait_for_url(f"**/studio/lawyer/{INTENT}/IT.ar")
    await looks_well(page, shots, "text", width)
    await page.get_by_role("button", name="It is right").press("Enter")

    await expect(page.get_by_role("status")).to_have_text("Noted: it is right, with your name.")
