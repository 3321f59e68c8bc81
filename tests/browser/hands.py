"""What hands and eyes do on the pages, for all browser tests."""

import asyncio
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bot import tables as t
from tests.bot.web.site import Site

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")


async def stored(site: Site, count: int) -> None:
    """Wait until so many messages are stored."""
    async with asyncio.timeout(10):
        while len(await site.rows(t.inbox)) < count:  # noqa: ASYNC110 -- another thread of the world writes it
            await asyncio.sleep(0.02)


async def violations(page: Page) -> list[str]:
    """Return what axe finds once everything stands still."""
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    results = await Axe().run(page)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in results.response["violations"]]
