"""The report of the understanding as a file in a browser: on a phone, under its own strict policy, for everybody."""

from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium

from nlu.evaluation.pages import write_pages
from nlu.evaluation.report import report
from tests.browser.hands import PHONE, violations
from tests.nlu.evaluation.outcomes import SAMPLE

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.slow]


@pytest.mark.asyncio(loop_scope="session")
async def test_the_report_is_for_everybody(chromium: Chromium, tmp_path: Path) -> None:
    write_pages(tmp_path, report(SAMPLE), ROOT)
    problems: list[str] = []
    for scheme in ("light", "dark"):
        context = await chromium.new_context(**PHONE, color_scheme=scheme)
        page = await context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("request", lambda request: problems.append(request.url) if "index.html" not in request.url else None)
        await page.goto((tmp_path / "index.html").as_uri())
        wide = await page.evaluate("document.documentElement.scrollWidth")
        styled = await page.evaluate("getComputedStyle(document.querySelector('.wide')).overflowX")
        await context.close()
        assert (wide, styled, problems) == (360, "auto", [])

        context = await chromium.new_context(**PHONE, color_scheme=scheme, bypass_csp=True)
        page = await context.new_page()
        await page.goto((tmp_path / "index.html").as_uri())
        assert await violations(page) == []
        await context.close()
