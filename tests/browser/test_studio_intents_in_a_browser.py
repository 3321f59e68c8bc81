"""The pages of questions in Chromium: an Arabic sentence, a phone, the keyboard, and what a tool for accessibility says."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.model.understanding import Ranked
from bot.staff import Role
from nlu.batch import RankedTable
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "/studio/intents/labour_rights/unpaid_wages"
ARABIC = "صاحب المطعم ما عطاني فلوسي من رمضان"
TRIED = "who pays my last month"


async def signs_in(site: Site, page: Page) -> None:
    account = await site.hire("ines", Role.CONTENT, [])
    await page.goto("/desk/sign-in")
    await page.get_by_label("Login").fill(account.login)
    await page.get_by_label("Password").fill(account.password)
    await page.get_by_role("button", name="Sign in").click()


async def looks_well(page: Page, shots: Path, name: str, width: int) -> None:
    await page.screenshot(path=shots / f"{name}-{width}.png")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert await violations(page) == [], name


@pytest.mark.parametrize("width", [1200, 360])
async def test_a_content_manager_teaches_and_tries(site: Site, new_page: NewPage, shots: Path, width: int) -> None:
    ranking = (Ranked("labour_rights/unpaid_wages", 0.91), Ranked("labour_rights/dismissal", 0.04))
    interpreter = Interpreter(RankedTable({TRIED: ranking}), Keywords.load(KEYWORDS))
    object.__setattr__(site.context.workshop, "interpreter", interpreter)
    options = PHONE if width == 360 else {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"}
    page = await new_page(**options)
    await signs_in(site, page)

    await page.goto("/studio/intents")
    await looks_well(page, shots, "intents-list", width)
    await page.goto("/studio/intents?q=wages+not&language=ar")
    await page.get_by_role("link", name="Wages not paid").press("Enter")

    field = page.get_by_label("Add sentences, one a line")
    await field.fill(f"{ARABIC}\nراتبي\n{ARABIC}")
    assert await field.evaluate("one => getComputedStyle(one).direction") == "rtl"
    await page.get_by_role("button", name="Look at them").press("Enter")
    await expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    await expect(page.get_by_text("It is there already.").first).to_be_visible()
    await looks_well(page, shots, "intents-looked", width)
    await page.get_by_role("button", name="Keep the ticked ones").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The sentences are added.")
    await expect(page.get_by_label(ARABIC)).to_be_visible()
    await page.get_by_text("About this question").click()
    await page.get_by_text("Test sentences").first.click()
    await looks_well(page, shots, "intents-question", width)

    await page.get_by_role("link", name="Retire this question").click()
    await looks_well(page, shots, "intents-retire", width)
    await page.goto("/studio/intents/new")
    await looks_well(page, shots, "intents-new", width)

    await page.goto("/studio/intents/try")
    await page.get_by_label("Sentence").fill(TRIED)
    await page.get_by_role("button", name="Try it").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("It answers the first question of the list.")
    await looks_well(page, shots, "intents-try", width)
