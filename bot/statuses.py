"""Statuses of what we sent: a road of their own, without lease or turn, applied never backwards."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bus import Bus
from bot.db import Database
from bot.inbox import Inbox
from bot.model.messages import DeliveryState
from bot.outbox import Outbox, OutRow

log = logging.getLogger(__name__)

# A status may beat our own write of the platform's id, so an unknown one is tried again for a while.
_PATIENCE = timedelta(minutes=10)
_BATCH = 200
_Status = tuple[UUID, UUID, dict[str, Any] | None, datetime]


class Statuses:
    """Applies stored statuses to the outbox."""

    def __init__(
        self, database: Database, inbox: Inbox, outbox: Outbox, bus: Bus, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._bus = bus
        self._clock = clock

    async def run(self) -> None:
        """Apply until cancelled."""
        while True:
            left = await self._applied()
            await self._bus.wait("statuses", 1.0 if left else 5.0)

    async def _applied(self) -> int:
        """Apply; a database that is away for a while must not end the service."""
        try:
            return await self.apply_waiting()
        except (SQLAlchemyError, OSError) as error:
            log.error("statuses not applied: %s", type(error).__name__)
            return 1

    async def apply_waiting(self) -> int:
        """Apply all that is there; return how many must be tried again. Those never hold up the ones behind them."""
        left = 0
        while True:
            async with self._database.reading() as connection:
                waiting = await self._inbox.statuses(connection, _BATCH, skip=left)
            left += await self._apply(waiting)
            if len(waiting) < _BATCH:
                return left

    async def _apply(self, waiting: Sequence[_Status]) -> int:
        """Apply one batch in one transaction; return how many of it must be tried again."""
        if not waiting:
            return 0
        now = self._clock()
        touched: set[UUID] = set()
        left = 0
        async with self._database.transaction() as connection:
            for row_id, account_id, body, received_at in waiting:
                row = await self._delivered(connection, account_id, body, now) if body is not None else None
                if row is None and body is not None and now - received_at < _PATIENCE:
                    left += 1
                    continue
                await self._inbox.finish(connection, [row_id], "done", now)
                if row is not None:
                    touched.add(row.conversation_id)
        for conversation_id in touched:
            self._bus.publish(f"conversation:{conversation_id}")
        return left

    async def _delivered(
        self, connection: AsyncConnection, account_id: UUID, body: dict[str, Any], now: datetime
    ) -> OutRow | None:
        outbox_id = UUID(body["outbox_id"]) if body["outbox_id"] else None
        state = DeliveryState(body["state"])
        return await self._outbox.apply_delivery(
            connection, account_id, outbox_id, body["platform_id"], state, body["error_code"], now
        )
