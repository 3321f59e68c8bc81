"""The intake: everything that comes in by any way is stored here before it is acknowledged.

Requests that arrive together share one transaction (group commit), so that a busy hour costs few disk writes.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bot.arrivals import Arrival
from bot.bus import Bus
from bot.db import Database
from bot.inbox import Inbox
from bot.metrics import METRICS
from bot.model.messages import Delivery, Inbound, Kind

log = logging.getLogger(__name__)

_GROUP = 200
Item = Inbound | Delivery

_WITH_WORDS = {Kind.TEXT, Kind.EDITED, Kind.VOICE, Kind.PHOTO, Kind.FILE}  # a file's are its caption


class Intake:
    """`receive` returns only after the commit. `locate` turns coordinates into a city; `urgent` spots danger at once."""

    def __init__(
        self, database: Database, inbox: Inbox, bus: Bus, clock: Callable[[], datetime],
        urgent: Callable[[str], bool], locate: Callable[[float, float], tuple[str, str] | None],
        wake: Callable[[], None], group: Callable[[Inbound], None],
    ) -> None:  # fmt: skip
        self._database = database
        self._inbox = inbox
        self._bus = bus
        self._clock = clock
        self._urgent = urgent
        self._locate = locate
        self._wake = wake
        self._group = group
        self._pending: list[tuple[Sequence[Item], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def receive(self, items: Sequence[Item]) -> None:
        """Store these items; raises if they could not be stored (the caller then does not acknowledge)."""
        for item in items:
            if isinstance(item, Inbound) and item.kind is Kind.GROUP:
                self._group(item)
        items = [item for item in items if not (isinstance(item, Inbound) and item.kind is Kind.GROUP)]
        if not items:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((items, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self._pending:
            batch, self._pending = self._pending[:_GROUP], self._pending[_GROUP:]
            try:
                await self._store([item for items, _ in batch for item in items])
            except Exception as error:  # told to every waiting request, which then answers 503
                await self._store_apart(batch, error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _store_apart(self, batch: list[tuple[Sequence[Item], asyncio.Future[None]]], error: Exception) -> None:
        """One bad item must not cost the others their place: store each request by itself."""
        log.error("intake group of %d failed: %s", len(batch), type(error).__name__)
        for items, done in batch:
            try:
                await self._store(items)
            except Exception as own:
                if not done.done():
                    done.set_exception(own)
            else:
                if not done.done():
                    done.set_result(None)

    async def _store(self, items: Sequence[Item]) -> None:
        now = self._clock()
        arrivals = [self._arrival(item) for item in items if isinstance(item, Inbound)]
        deliveries = [item for item in items if isinstance(item, Delivery)]
        async with self._database.transaction(urgent=True) as connection:
            touched: list[UUID] = await self._inbox.store(connection, arrivals, now)
            for delivery in deliveries:
                await self._inbox.store_delivery(connection, delivery, now)
        self._count(arrivals, len(touched))
        if touched:
            self._wake()
        if deliveries:
            self._bus.wake("statuses")

    def _arrival(self, inbound: Inbound) -> Arrival:
        """Turn coordinates into a city at once, and see whether the message must not wait."""
        if inbound.coordinates is not None:
            place = self._locate(*inbound.coordinates) or ("", "")
            inbound = replace(inbound, coordinates=None, city=place[0], country=place[1])
        hurried = inbound.kind in _WITH_WORDS and self._urgent(inbound.text)
        return Arrival(inbound, hurried or inbound.button.startswith("i:safety/"))

    @staticmethod
    def _count(arrivals: list[Arrival], stored: int) -> None:
        for arrival in arrivals:
            METRICS.received.labels(arrival.inbound.channel).inc()
        METRICS.duplicates.inc(len(arrivals) - stored)
