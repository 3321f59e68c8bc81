"""The training in Chromium: its progress without loading anew, the comparison wide, on a phone and in the dark, axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from bot import tables as t
from tests.bot.training.comparison import REPORT
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, WIDE, looks_well, signs_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

FAULT = {"side": "at_least", "group": "it", "figure": "danger_recall", "limit": 0.9, "before": 0.95, "after": 0.8}
REFUSED = REPORT | {"gate": {"refused": [FAULT], "short": [FAULT]}, "new": ["labour_rights/dismissal"]}


async def giulia(site: Site, page: Page) -> None:
    """A content manager is signed in and has started a training."""
    await signs_in(site, page, "giulia")
    await page.goto("/studio/training")
    await page.get_by_role("button", name="Train a new model").click()
    await expect(page.get_by_role("status").last).to_be_visible()


async def put(site: Site, **values: Any) -> None:
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.training).values(**values))


async def test_the_page_follows_a_training_to_its_end(site: Site, new_page: NewPage) -> None:
    page = await new_page(**WIDE)
    await giulia(site, page)
    await expect(page.locator("#step")).to_have_text("It starts in a moment.")
    assert await page.locator("#bar").get_attribute("value") is None
    await expect(page.get_by_role("link", name="Show how far it is")).to_be_hidden()

    await put(site, state="running", step="compare", done=30, total=100)
    await expect(page.locator("#step")).to_contain_text("Step 4 of 4")
    await expect(page.locator("#bar")).to_have_attribute("value", "30")

    await put(site, state="compared", report=REPORT)
    await page.get_by_role("link", name="Look at the comparison").click()
    await expect(page.get_by_role("button", name="Put it in service")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "options"), [("light", WIDE), ("light", PHONE), ("dark", WIDE | {"color_scheme": "dark"})]
)
async def test_the_pages_hold_at_every_width_and_axe_is_content(
    site: Site, new_page: NewPage, shots: Path, name: str, options: dict[str, Any]
) -> None:
    page = await new_page(**options)
    await giulia(site, page)
    await put(site, state="running", step="train", done=40, total=120)
    await page.goto("/studio/training")
    await looks_well(page, shots, f"training-{name}-running")
    await put(site, state="compared", report=REPORT)
    await page.goto("/studio/training")
    await looks_well(page, shots, f"training-{name}-ready")
    (row,) = await site.rows(t.training)
    await page.goto(f"/studio/training/{row.id}")
    await looks_well(page, shots, f"training-{name}-comparison")
    await put(site, state="refused", report=REFUSED)
    await page.goto(f"/studio/training/{row.id}")
    await looks_well(page, shots, f"training-{name}-refused")
