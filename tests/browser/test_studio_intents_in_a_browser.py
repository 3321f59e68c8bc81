"""The pages of questions in Chromium: an Arabic sentence, a phone, the keyboard, and what a tool for accessibility says."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from bot.model.understanding import Ranked
from nlu.batch import RankedTable
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, looks_well, signs_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "/studio/intents/labour_rights/unpaid_wages"
ARABIC = "صاحب المطعم ما عطاني فلوسي من رمضان"
TRIED = "who pays my last month"


@pytest.mark.parametrize("options", [WIDE | {"color_scheme": "dark"}, PHONE], ids=["dark", "phone"])
async def test_a_content_manager_teaches_and_tries(
    site: Site, new_page: NewPage, shots: Path, options: dict[str, Any]
) -> None:
    ranking = (Ranked("labour_rights/unpaid_wages", 0.91), Ranked("labour_rights/dismissal", 0.04))
    interpreter = Interpreter(RankedTable({TRIED: ranking}), Keywords.load(KEYWORDS))
    object.__setattr__(site.context.workshop, "interpreter", interpreter)
    page = await new_page(**options)
    await signs_in(site, page)

    await page.goto("/studio/intents")
    await looks_well(page, shots, "intents-list")
    await page.goto("/studio/intents?q=wages+not&language=ar")
    await page.get_by_role("link", name="Wages not paid").press("Enter")

    field = page.get_by_label("Add sentences, one a line")
    await field.fill(f"{ARABIC}\nراتبي\n{ARABIC}")
    assert await field.evaluate("one => getComputedStyle(one).direction") == "rtl"
    await page.get_by_role("button", name="Look at them").press("Enter")
    await expect(page.get_by_role("heading", name="What was found")).to_be_visible()
    await expect(page.get_by_text("It is there already.").first).to_be_visible()
    await looks_well(page, shots, "intents-looked")
    await page.get_by_role("button", name="Keep the ticked ones").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The sentences are added.")
    await expect(page.get_by_label(ARABIC)).to_be_visible()
    await page.get_by_text("About this question").click()
    await page.get_by_text("Test sentences").first.click()
    await looks_well(page, shots, "intents-question")

    await page.get_by_role("link", name="Retire this question").click()
    await looks_well(page, shots, "intents-retire")
    await page.goto("/studio/intents/new")
    await looks_well(page, shots, "intents-new")

    await page.goto("/studio/intents/try")
    await page.get_by_label("Sentence").fill(TRIED)
    await page.get_by_role("button", name="Try it").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("It answers the first question of the list.")
    await looks_well(page, shots, "intents-try")
