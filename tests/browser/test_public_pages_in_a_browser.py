"""The public answers and places in Chromium: small, from right to left, in print, without JavaScript, for everybody."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.crypto import make_ring
from bot.db import Database
from bot.model.locales import LOCALES
from bot.replies import Replies, Shelf
from bot.web.context import Library
from bot.wording import Wording
from dialogues.phrases import load_phrases
from handoff.offices.directory import load_points
from handoff.offices.services import load_services
from knowledge.catalogue import Catalogue
from knowledge.files import read_articles
from tests.bot.web.site import Site, open_site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, violations
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "labour_rights/unpaid_wages"
PAGES = (
    "/help/{}",
    f"/help/{{}}/{WAGES}?place=IT",
    "/help/{}/permits/permit_renewal?place=BE",
    "/places?lang={}&country=IT",
)


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    """A site with the articles and offices that ship."""
    path = tmp_path / "guichet.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    shipped = read_articles(only=(WAGES, "permits/permit_renewal", "labour_rights/undeclared_work"))
    points = tuple(point for point in load_points() if not point.demo)
    library = Library(Catalogue(shipped, clock=clock), lambda: points, load_services(), lambda: ("112",))
    said = load_phrases()
    changes = {
        "library": library, "public_url": "https://guichet.example.org", "locales": LOCALES, "phrases": said,
        "replies": Replies(Wording(said.text, said.title), _empty_shelf()),
    }  # fmt: skip
    async with open_site(database, make_ring(), clock, **changes) as made:
        yield made
    await database.close()


def _empty_shelf() -> Shelf:
    """The public pages take nothing from it."""
    return Shelf(
        article=lambda *_: None, office=lambda _: None, lines=lambda *_: (), foreign=lambda _: "", eu=lambda _: True,
        sentence=lambda *_: "", answers=lambda *_: (),
    )  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "ar", "uk"])
async def test_the_pages_are_for_everybody(new_page: NewPage, shots: Path, locale: str) -> None:
    for size, options in (("1200", {"viewport": {"width": 1200, "height": 900}}), ("360", PHONE)):
        page = await new_page(java_script_enabled=True, **options)
        for number, path in enumerate(PAGES):
            await page.goto(path.format(locale))
            assert await violations(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            await page.screenshot(path=shots / f"public-{locale}-{number}-{size}.png", full_page=True)


async def test_from_the_list_to_an_answer_to_another_country_and_language(new_page: NewPage) -> None:
    page = await new_page(java_script_enabled=False, **PHONE)
    await page.goto("/help/en")

    await page.get_by_role("link", name="Wages not paid").click()
    await page.get_by_role("link", name="Italy").click()
    await expect(page.locator(".opening")).to_have_text("Rules of: Italy.")
    await page.locator("summary").click()
    await page.get_by_role("link", name="Italiano").click()
    await expect(page.locator("h1")).to_have_text("Stipendio non pagato")
    await expect(page).to_have_url(f"/help/it/{WAGES}?place=IT")
    await page.locator(".leave").click()
    await expect(page).to_have_url("/leave")


async def test_on_paper_only_what_is_read_remains(new_page: NewPage) -> None:
    page = await new_page(viewport={"width": 800, "height": 1000})
    await page.goto(f"/help/en/{WAGES}?place=IT")

    await page.emulate_media(media="print")

    await expect(page.locator(".steps")).to_be_visible()
    await expect(page.locator(".code svg")).to_be_visible()
    for gone in (".languages", ".leave", ".ways"):
        await expect(page.locator(gone)).to_be_hidden()


async def test_places_are_found_with_the_keyboard_alone(new_page: NewPage) -> None:
    page = await new_page(java_script_enabled=False, viewport={"width": 800, "height": 800})
    await page.goto("/places?lang=en")

    await page.get_by_label("City").focus()
    await page.keyboard.type("Milan")
    await page.keyboard.press("Enter")

    await expect(page.locator(".offices h2").first).to_be_visible()
    assert "Milano" in await page.locator(".offices").inner_text()
