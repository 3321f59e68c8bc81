"""The worker: takes ready conversations, runs one turn of each at a time, and decides what a failing turn means."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.bus import Bus
from bot.db import Database
from bot.dispatch.base import Dispatch, Lease
from bot.inbox import Inbox
from bot.metrics import METRICS
from bot.model.errors import LostLease
from bot.turn import NotYet, Turn

log = logging.getLogger(__name__)

_TRIES = 3
_BACKOFF = (timedelta(seconds=1), timedelta(seconds=4))
_LOOK_EVERY = 10.0


class Worker:
    """Runs up to `parallel` turns at once; order within a conversation is kept by the lease."""

    def __init__(
        self, database: Database, dispatch: Dispatch, inbox: Inbox, turn: Turn, bus: Bus,
        clock: Callable[[], datetime], holder: str, parallel: int = 8,
    ) -> None:  # fmt: skip
        self._database = database
        self._dispatch = dispatch
        self._inbox = inbox
        self._turn = turn
        self._bus = bus
        self._clock = clock
        self._holder = holder
        self._parallel = parallel
        self._tasks: set[asyncio.Task[None]] = set()
        self._looked_at = time.monotonic()

    async def run(self) -> None:
        """Work until cancelled; turns under way are finished or rolled back by their transaction."""
        try:
            while True:
                self._look_after_parked()
                if not await self._started():
                    await self._dispatch.wait(0.1 if self._tasks else 0.2)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _started(self) -> int:
        """Start what is ready; a database that is away for a while must not end the service."""
        try:
            return await self._start_some()
        except (SQLAlchemyError, OSError) as error:
            log.error("worker cannot take conversations: %s", type(error).__name__)
            await asyncio.sleep(1)
            return 0

    def _look_after_parked(self) -> None:
        """Every ten seconds: was Rasa only slow, so that nobody will say it is back?"""
        if time.monotonic() - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = time.monotonic()
        self._start(self._take_up())

    async def _take_up(self) -> None:
        try:
            if await self._turn.take_up_parked():
                self._dispatch.wake()
        except (SQLAlchemyError, OSError) as error:
            log.error("parked questions not taken up: %s", type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Run every turn that is ready now, then return (for `converse` and tests)."""
        while await self._start_some() or self._tasks:
            if self._tasks:
                await asyncio.wait(set(self._tasks))

    async def _start_some(self) -> int:
        free = self._parallel - len(self._tasks)
        if free <= 0:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return 1
        leases = await self._dispatch.take(self._holder, free)
        for lease in leases:
            self._start(self._run_turn(lease))
        return len(leases)

    async def _run_turn(self, lease: Lease) -> None:
        started = time.perf_counter()
        try:
            await self._try_turn(lease)
        except Exception as error:  # the lease ends by itself, and the turn is tried again
            log.error("turn conversation=%s not given back: %s", lease.conversation_id, type(error).__name__)
        METRICS.turn_seconds.observe(time.perf_counter() - started)
        self._bus.wake("outbox")

    async def _try_turn(self, lease: Lease) -> None:
        try:
            await self._turn.run(lease)
            METRICS.turns.labels("done").inc()
        except LostLease:
            METRICS.turns.labels("lost").inc()
            await self._dispatch.give_back(lease, None)
        except NotYet as not_yet:
            METRICS.turns.labels("waiting for rasa").inc()
            await self._dispatch.give_back(lease, self._clock() + not_yet.delay)
        except Exception:  # one of the two loops that must survive anything
            log.exception("turn conversation=%s failed", lease.conversation_id)
            METRICS.turns.labels("failed").inc()
            await self._failed(lease)

    async def _failed(self, lease: Lease) -> None:
        """Count the attempt; after the third the oldest message becomes a dead letter, and the next one goes on."""
        now = self._clock()
        async with self._database.transaction() as connection:
            row_id, tried = await self._inbox.oldest(connection, lease.conversation_id) or (None, _TRIES)
            await self._inbox.count_attempt(connection, [row_id] if row_id else [])
        if tried + 1 >= _TRIES:
            await self._turn.bury(lease, row_id)
        else:
            await self._dispatch.give_back(lease, now + _BACKOFF[tried])
