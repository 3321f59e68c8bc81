"""One look at the database for all open desks together, however many pages there are: nothing sealed is opened."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database
from bot.model.conversation import HELD
from bot.staff import Member, Right
from bot.staff.accounts import living

Pulse = tuple[object, ...]
_PAUSE = 0.2  # seconds between two looks: a busy minute is seen in a few, and nobody waits long


@dataclass(frozen=True)
class Sight:
    """What was seen, by whom it concerns. `sessions` are those that live."""

    waiting: Mapping[str, list[Pulse]] = field(default_factory=dict)
    held: Mapping[UUID, list[Pulse]] = field(default_factory=dict)
    for_interpreters: Pulse = ()
    failing: tuple[Pulse, ...] = ()
    sessions: frozenset[UUID] = frozenset()

    def of(self, member: Member) -> Pulse:
        """Return what changes whenever the lists on this member's page would look different, and only then."""
        return (self.failing, [self.waiting.get(point) for point in member.contact_points], self.own(member))

    def own(self, member: Member) -> Pulse:
        """Return what changes with the cases whose conversations this member may have open."""
        return (self.held.get(member.id), self.for_interpreters if member.may(Right.INTERPRET) else ())


class Watch:
    """Looks when somebody asks. Who asks while a look is under way shares the next one with all others."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._members: list[Member] = []
        self._turn = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._seen_at = float("-inf")
        self._sight = Sight()

    @contextmanager
    def over(self, member: Member) -> Iterator[None]:
        """Watch the offices of this member too, until the block ends."""
        self._members.append(member)
        try:
            yield
        finally:
            self._members.remove(member)

    async def look(self, no_older_than: float = 0.0) -> Sight:
        """Return what is to be seen now: no older than this call, or than so many seconds before it."""
        if time.monotonic() - self._seen_at < no_older_than:
            return self._sight
        self._asked += 1
        asked = self._asked
        async with self._turn:
            if self._answered < asked:
                await asyncio.sleep(self._seen_at + _PAUSE - time.monotonic())
                answers, began = self._asked, time.monotonic()
                async with self._database.reading() as connection:
                    self._sight = await self._see(connection)
                self._answered, self._seen_at = answers, began
            return self._sight

    async def _see(self, connection: AsyncConnection) -> Sight:
        points = sorted({point for member in self._members for point in member.contact_points})
        interpreted = t.case.c.interpreter_id.is_not(None) | (t.case.c.bridge == "interpreter")
        waiting: defaultdict[str, list[Pulse]] = defaultdict(list)
        held: defaultdict[UUID, list[Pulse]] = defaultdict(list)
        for row in await connection.execute(_open_cases(t.case.c.contact_point.in_(points))):
            if row.operator_id is None:
                waiting[row.contact_point].append((row.id, row.state, row.danger_at, row.wish))
            else:
                held[row.operator_id].append(tuple(row))
        for_interpreters: Pulse = ()
        if any(member.may(Right.INTERPRET) for member in self._members):
            for_interpreters = tuple(tuple(row) for row in await connection.execute(_open_cases(interpreted)))
        sessions = await _sessions(connection, self._clock())
        return Sight(waiting, held, for_interpreters, await _failing(connection), sessions)


WATCH: web.AppKey[Watch] = web.AppKey("watch", Watch)


def _open_cases(which: ColumnElement[bool]) -> Select[Any]:
    c, v, k = t.case.c, t.conversation.c, t.callback.c
    return (
        select(
            c.id, c.contact_point, c.state, c.operator_id, c.interpreter_id, c.danger_at, c.share_from, c.last_word,
            c.bridge, v.version, v.out_seq, v.blocked_at, k.wish,
        )
        .join(t.conversation, v.id == c.conversation_id)
        .outerjoin(t.callback, (k.case_id == c.id) & k.done_at.is_(None))
        .where(which, c.state.in_(HELD))
        .order_by(c.id, k.id)
    )  # fmt: skip


async def _failing(connection: AsyncConnection) -> tuple[Pulse, ...]:
    c = t.account.c
    query = select(c.id, c.failing_since).where(c.failing_since.is_not(None)).order_by(c.id)
    return tuple(tuple(row) for row in await connection.execute(query))


async def _sessions(connection: AsyncConnection, now: datetime) -> frozenset[UUID]:
    s = t.staff_session.c
    query = select(s.id).join(t.staff, t.staff.c.id == s.staff_id).where(living(now), t.staff.c.disabled_at.is_(None))
    return frozenset((await connection.execute(query)).scalars())
