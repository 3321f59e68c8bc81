"""What hands and eyes do on the pages, for all browser tests."""

import asyncio
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bot import tables as t
from bot.staff import Role
from tests.bot.web.site import Site

WIDE: dict[str, Any] = {"viewport": {"width": 1200, "height": 900}}
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


async def signs_in(site: Site, page: Page, login: str = "anna", password: str = "") -> str:
    """Sign a content manager in, with a new account where there is no password yet, and return the password."""
    password = password or (await site.hire(login, Role.CONTENT, ())).password
    await page.goto("/desk")
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill(password)
    slow = 60_000  # the first page of a process reads what the checks need to know
    await page.get_by_role("button", name="Sign in").click(timeout=slow)
    await page.wait_for_url("**/studio**", timeout=slow)
    return password


async def looks_well(page: Page, shots: Path, name: str) -> None:
    """No sideways scrolling, nothing that a tool for accessibility complains of, and a picture."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    await page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert await violations(page) == [], name
