"""Statuses of what we sent: a road of their own, without lease or turn, applied never backwards."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from bot.bus import Bus
from bot.db import Database
from bot.inbox import Inbox
from bot.model.messages import DeliveryState
from bot.outbox import Outbox

log = logging.getLogger(__name__)

# A status may beat our own write of the platform's id, so an unknown one is tried again for a while.
_PATIENCE = timedelta(minutes=10)


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
            left = await self.apply_waiting()
            await self._bus.wait("statuses", 1.0 if left else 5.0)

    async def apply_waiting(self) -> int:
        """Apply what is there; return how many must be tried again."""
        async with self._database.reading() as connection:
            waiting = await self._inbox.statuses(connection)
        if not waiting:
            return 0
        now = self._clock()
        touched: set[UUID] = set()
        left = 0
        async with self._database.transaction() as connection:
            for row_id, account_id, body, received_at in waiting:
                outbox_id = UUID(body["outbox_id"]) if body["outbox_id"] else None
                row = await self._outbox.apply_delivery(
                    connection, account_id, outbox_id, body["platform_id"], DeliveryState(body["state"]),
                    body["error_code"], now,
                )  # fmt: skip
                if row is None and now - received_at < _PATIENCE:
                    left += 1
                    continue
                await self._inbox.finish(connection, [row_id], "done", now)
                if row is not None:
                    touched.add(row.conversation_id)
        for conversation_id in touched:
            self._bus.publish(f"conversation:{conversation_id}")
        return left
