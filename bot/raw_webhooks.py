"""What a platform sent and nobody could read: kept as it came, sealed, until retention erases it after 24 hours."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert

from bot import tables as t
from bot.channels.parsed import Unreadable
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.ids import new_id

log = logging.getLogger(__name__)


class RawWebhooks:
    """For the person who mends the parser; the log names the row and the reason, never a word of it."""

    def __init__(self, database: Database, ring: KeyRing, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock

    async def keep(self, channel: str, items: Sequence[Unreadable]) -> None:
        """Store them in one transaction."""
        if not items:
            return
        async with self._database.transaction() as connection:
            for item in items:
                row = new_id()
                payload = self._ring.seal("raw_webhook", "payload", row, item.raw)
                values = {"id": row, "channel": channel, "payload": payload, "received_at": self._clock()}
                await connection.execute(insert(t.raw_webhook).values(**values))
                log.warning("%s unreadable raw_webhook=%s: %s", channel, row, item.reason)
