"""Dispatch by the database itself, the same code on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database
from bot.dispatch.base import Lease

LEASE = timedelta(seconds=60)


class SqlDispatch:
    """Leases by an UPDATE that only one worker can win. `wake` spares the workers of this process the polling."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._woken = asyncio.Event()

    async def take(self, holder: str, limit: int) -> list[Lease]:
        """Lease ready conversations; see `Dispatch.take`."""
        now = self._clock()
        if not await self._anything_ready(now):  # spares SQLite's only writer
            return []
        async with self._database.transaction() as connection:
            return await self._lease(connection, holder, limit, now)

    async def _anything_ready(self, now: datetime) -> bool:
        async with self._database.reading() as connection:
            return (await connection.execute(_ready(now).limit(1))).first() is not None

    async def _lease(self, connection: AsyncConnection, holder: str, limit: int, now: datetime) -> list[Lease]:
        c = t.conversation.c
        query = _ready(now).order_by(c.urgent.desc(), c.ready_at).limit(limit).with_for_update(skip_locked=True)
        ids = (await connection.execute(query)).scalars().all()
        if not ids:
            return []
        values = {"lease_holder": holder, "lease_until": now + LEASE, "fence": c.fence + 1}
        won = await connection.execute(
            update(t.conversation).where(c.id.in_(ids)).values(**values).returning(c.id, c.fence, c.urgent)
        )
        rows = sorted(won.all(), key=lambda row: not row.urgent)
        return [Lease(row.id, holder, row.fence, now + LEASE) for row in rows]

    async def give_back(self, lease: Lease, ready_at: datetime | None) -> None:
        """End the lease if it is still ours; see `Dispatch.give_back`."""
        c = t.conversation.c
        values = {"lease_holder": None, "lease_until": None, "ready_at": ready_at or self._clock()}
        async with self._database.transaction() as connection:
            mine = (c.id == lease.conversation_id) & (c.fence == lease.fence) & (c.lease_holder == lease.holder)
            await connection.execute(update(t.conversation).where(mine).values(**values))
        self.wake()

    async def wait(self, seconds: float) -> None:
        """Wait for `wake`, at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    def wake(self) -> None:
        """Let a waiting worker look again."""
        self._woken.set()

    async def end_leases(self, node: str) -> int:
        """End all leases whose holder's name begins with this node."""
        c = t.conversation.c
        values = {"lease_holder": None, "lease_until": None}
        async with self._database.transaction() as connection:
            mine = c.lease_holder.like(f"{node}:%")
            return (await connection.execute(update(t.conversation).where(mine).values(**values))).rowcount


def _ready(now: datetime):  # type: ignore[no-untyped-def]
    c = t.conversation.c
    free = or_(c.lease_until.is_(None), c.lease_until < now)
    return select(c.id).where(c.ready_at <= now, free)
