"""The pages on a SQLite file; what depends on the database kind is tested with the stores."""

from collections.abc import AsyncIterator

import pytest

from bot.crypto import KeyRing
from bot.db import Database
from tests.bot.web.site import Browser, Site, open_site
from tests.conftest import Clock
from tests.fakes.libretranslate import server

__all__ = ["server"]  # a fixture


@pytest.fixture
async def site(sqlite: Database, ring: KeyRing, clock: Clock) -> AsyncIterator[Site]:
    async with open_site(sqlite, ring, clock) as made:
        yield made


@pytest.fixture
async def person(site: Site) -> Browser:
    browser = await site.browser()
    await site.hire()
    await browser.says("my boss does not pay me")
    await site.take_turn("An answer of the bot")
    return browser


@pytest.fixture
async def marta(site: Site, person: Browser) -> Browser:
    browser = await site.browser()
    await browser.signs_in(await site.hire("marta2"))
    return browser
