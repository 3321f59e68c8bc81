"""A real Chromium before a real server; the bot's replies are written by the test."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from bot.crypto import make_ring
from bot.db import Database
from tests.bot.web.site import Site, open_site
from tests.conftest import Clock

# No sandbox: the tests may run as root in a container. The rest keeps it from calling home.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-domain-reliability", "--no-pings",
    "--use-fake-device-for-media-stream",  # a microphone that hears beeps
]  # fmt: skip
SHOTS = Path(os.environ.get("GUICHET_SHOTS", "/tmp/shots"))  # noqa: S108 -- pictures for whoever looks at the pages
PATIENCE = 30_000  # milliseconds; a page that missed a word looks again after five seconds
expect.set_options(timeout=PATIENCE)

NewPage = Callable[..., Awaitable[Page]]


def chromium_path() -> str:
    """Return the browser: CHROMIUM, or one on the PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("no Chromium: install one or name it in the environment variable CHROMIUM")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    path = tmp_path / "guichet.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    async with open_site(database, make_ring(), clock) as made:
        yield made
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(chromium: Chromium, site: Site) -> AsyncIterator[NewPage]:
    """Open a page in a browser of its own; anything that goes wrong on it fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    async def make(**options: object) -> Page:
        context = await chromium.new_context(base_url=str(site.server.make_url("/")), **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if _is_ours(message.text) else None)
        page.on("request", lambda request: problems.append(request.url) if _is_foreign(request.url) else None)
        return page

    yield make
    for context in contexts:
        await context.close()
    assert problems == []


def _is_foreign(url: str) -> bool:
    return not url.removeprefix("blob:").startswith("http://127.0.0.")


def _is_ours(text: str) -> bool:
    """A refused request is written to the console by the browser itself; a broken policy or script is ours."""
    return "Content Security Policy" in text or "Error" in text


@pytest.fixture
def shots() -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS
