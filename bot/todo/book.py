"""Reads what there is to do, once for everybody."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database
from bot.edits import Edits
from bot.exchange.conflicts import Conflicts
from bot.exchange.items import Item
from bot.exchange.shipped import Shipped
from bot.gaps.loop import GapLoop
from bot.todo.asked import read_asked
from bot.todo.model import Look, Said
from handoff.offices.contact_point import ContactPoint
from knowledge.catalogue import Catalogue
from knowledge.editing import Draft, Editing
from knowledge.editing.model import Verdict
from knowledge.editing.overview import Row, overview
from nlu.teaching import Questions


@dataclass(frozen=True)
class Todo:
    """`shipped` says what the files hold, to find conflicts: some seconds the first time, so it is asked in a thread."""

    database: Database
    editing: Editing
    gaps: GapLoop
    edits: Edits
    questions: Questions = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    points: Callable[[], Iterable[ContactPoint]] = field(repr=False)
    shipped: Callable[[], Shipped] = field(repr=False)
    clock: Callable[[], datetime]

    async def look(self) -> Look:
        """Read all of it."""
        groups = await self.gaps.groups()
        shipped = await asyncio.to_thread(self.shipped)
        now = self.clock()
        async with self.database.reading() as connection:
            drafts = await self.editing.drafts(connection)
            return Look(
                now.date(), self._rows(drafts), drafts, await _said(connection, drafts),
                await self.editing.open_comments(connection), groups, await self.gaps.gaps.proposals(connection),
                await self.edits.current(connection, "proposed"), await self._conflicts(connection, shipped),
                [point for point in self.points() if not point.demo], await read_asked(connection, now),
            )  # fmt: skip

    async def texts(self) -> Look:
        """Read only what concerns texts and how often they are asked for."""
        async with self.database.reading() as connection:
            drafts, now = await self.editing.drafts(connection), self.clock()
            return Look(now.date(), self._rows(drafts), drafts, asked=await read_asked(connection, now))

    def _rows(self, drafts: Iterable[Draft]) -> list[Row]:
        rows = overview(self.catalogue.articles, drafts, self.clock().date(), serve=self.catalogue.serve)
        return [row for row in rows if row.intent not in self.questions.retired]

    async def _conflicts(self, connection: AsyncConnection, shipped: Shipped) -> list[Item]:
        return [one.item for one in await Conflicts(lambda: shipped, self.clock).all(connection)]


async def _said(connection: AsyncConnection, drafts: Iterable[Draft]) -> dict[UUID, Said]:
    """Who wrote each draft and who agreed to it; the agreement of an earlier version does not count."""
    versions = {draft.id: draft for draft in drafts}
    r = t.review.c
    query = select(r.draft_id, r.draft_version, r.staff_id, r.verdict).where(
        r.draft_id.is_not(None), r.verdict.in_((Verdict.WROTE, Verdict.APPROVE))
    )
    wrote: dict[UUID, set[UUID]] = defaultdict(set)
    approved: dict[UUID, set[UUID]] = defaultdict(set)
    for row in await connection.execute(query):
        if row.verdict == Verdict.WROTE:
            wrote[row.draft_id].add(row.staff_id)
        elif row.draft_id in versions and row.draft_version == versions[row.draft_id].version:
            approved[row.draft_id].add(row.staff_id)
    return {
        key: Said(frozenset(wrote[key] | {draft.author}), frozenset(approved[key])) for key, draft in versions.items()
    }
