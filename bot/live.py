"""Keeps the running service at what was published: after each deed at once, every few seconds for other processes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database

log = logging.getLogger(__name__)

Reload = Callable[[AsyncConnection], Awaitable[None]]
_LOOK_EVERY = 5.0  # seconds


@dataclass
class Live:
    """Calls each of `parts` with an open reading connection whenever the store holds something new.

    A part reads what it serves from the store and puts it in place at once. One that fails keeps what it had, is logged,
    and is tried again at the next look.
    """

    database: Database
    parts: dict[str, Reload] = field(default_factory=dict)
    _seen: tuple[int, ...] = ()
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def follow(self) -> None:
        """Take what the store holds now as known: whoever builds the service has just read it."""
        async with self.database.reading() as connection:
            self._seen = await self._stamp(connection)

    async def refresh(self) -> None:
        """Bring every part up to date if anything is new; call it after the transaction that published."""
        async with self._lock, self.database.reading() as connection:
            seen = await self._stamp(connection)
            if seen != self._seen and await self._reload(connection):
                self._seen = seen

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.refresh()
            except SQLAlchemyError as error:  # tried again at the next look
                log.error("live=not read error=%s", type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY)

    async def _reload(self, connection: AsyncConnection) -> bool:
        whole = True
        for name, part in self.parts.items():
            try:
                await part(connection)
            except (
                Exception
            ) as error:  # whatever a change holds that nobody thought of: people must not wait for its mending
                whole = False
                log.error("live=kept what it had part=%s error=%s", name, type(error).__name__)
        return whole

    async def _stamp(self, connection: AsyncConnection) -> tuple[int, ...]:
        """Another value whenever a revision or an edit was added or put aside: rows are never deleted."""
        found: list[int] = []
        for table in (t.revision, t.edit):
            query = select(func.count(), func.count().filter(table.c.current)).select_from(table)
            found += (await connection.execute(query)).one()
        return tuple(found)
