"""A site with an article, and two content managers who answer for Italy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.articles import article_site, editor
from tests.bot.web.site import Site
from tests.bot.web.studio_articles.writer import Writer
from tests.conftest import Clock


@pytest.fixture
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    async with article_site(sqlite_template, tmp_path, clock) as made:
        yield made


@pytest.fixture
async def anna(site: Site) -> Writer:
    return Writer(await editor(site, "anna"))


@pytest.fixture
async def bruno(site: Site) -> Writer:
    return Writer(await editor(site, "bruno"))
