"""A site with real articles in its store, and content managers who change them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import make_ring
from bot.db import Database
from bot.staff import Role
from bot.web.context import Library
from knowledge.catalogue import Catalogue
from knowledge.files import Tree, read_tree
from knowledge.store import Revisions
from tests.bot.web.site import Browser, Site, open_site
from tests.conftest import Clock

INTENT = "labour_rights/pay_and_payslip"
ITALIAN = f"/studio/articles/{INTENT}/IT.it"
ENGLISH = f"/studio/articles/{INTENT}/IT.en"
ARABIC = f"/studio/articles/{INTENT}/IT.ar"


@cache
def shipped() -> Tree:
    """One article as it ships."""
    return read_tree(only=[INTENT])


@asynccontextmanager
async def article_site(template: Path, folder: Path, clock: Clock, **changes: Any) -> AsyncIterator[Site]:
    """Open a site whose store holds the article and whose catalogue follows the store."""
    path = folder / "guichet.db"
    shutil.copyfile(template, path)
    database, revisions = Database(f"sqlite:///{path}"), Revisions()
    async with database.transaction() as connection:
        await revisions.load(connection, shipped().files, clock())
    catalogue = Catalogue(clock=clock)

    async def articles(connection: AsyncConnection) -> None:
        catalogue.reload(await revisions.read_all(connection))

    async with open_site(database, make_ring(), clock, library=Library(catalogue), **changes) as made:
        made.context.workshop.live.parts["articles"] = articles
        await made.context.workshop.live.refresh()
        yield made
    await database.close()


async def editor(site: Site, login: str, *jurisdictions: str, languages: tuple[str, ...] = ()) -> Browser:
    """Hire a content manager and sign them in."""
    account = await site.hire(login, Role.CONTENT, ())
    values = {"jurisdictions": list(jurisdictions), "languages": list(languages)}
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.staff).where(t.staff.c.login == login).values(**values))
    browser = await site.browser()
    await browser.signs_in(account)
    return browser
