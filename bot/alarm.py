"""The alarm: somebody waits too long in a queue, a channel stopped delivering, staff could not be told that somebody waits.

Logged, counted, and mailed to the lead.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import Database
from bot.inbox import Inbox
from bot.metrics import METRICS
from bot.outbox import Outbox
from bot.sender import Sender

log = logging.getLogger(__name__)

_EVERY = 15.0
_UNTOLD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, in words for the person who runs the machine; never a migrant's words."""

    key: str
    text: str


class Alarm:
    """Looks every 15 s; tells once when a trouble begins and once when it is over."""

    def __init__(
        self, database: Database, inbox: Inbox, outbox: Outbox, sender: Sender, clock: Callable[[], datetime],
        limit: timedelta, tell: Callable[[str], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._limit = limit
        self._tell = tell
        self._known: dict[str, Trouble] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                log.error("alarm cannot look: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def look(self) -> list[Trouble]:
        """Compare what is wrong now with what was told, and tell the difference."""
        troubles = {trouble.key: trouble for trouble in await self._troubles()}
        for key in troubles.keys() - self._known.keys():
            log.error("alarm %s", troubles[key].text)
            await self._tell(troubles[key].text)
        for key in self._known.keys() - troubles.keys():
            log.warning("alarm over %s", self._known[key].text)
            await self._tell(f"Over: {self._known[key].text}")
        self._known = troubles
        return list(troubles.values())

    async def _troubles(self) -> list[Trouble]:
        async with self._database.reading() as connection:
            oldest_in = await self._inbox.oldest_waiting(connection)
            oldest_out = await self._outbox.oldest_queued(connection)
            untold = await self._untold(connection)
        found = [self._age("inbox", oldest_in), self._age("outbox", oldest_out)]
        if untold:
            text = f"the staff of {untold} offices could not be told that somebody waits (mail or Telegram is down)"
            found.append(Trouble("notices", text))
        for name, reason, since in await self._sender.failing_accounts():
            text = f"channel={name} stopped delivering since={since:%H:%M} reason={reason}"
            found.append(Trouble(f"channel:{name}", text))
        return [trouble for trouble in found if trouble is not None]

    async def _untold(self, connection: AsyncConnection) -> int:
        """Count the offices of which a notice was given up in the last hour."""
        c = t.notice.c
        query = select(func.count(c.contact_point.distinct()))
        failed = query.where(c.state == "failed", c.not_before >= self._clock() - _UNTOLD_FOR)
        return int((await connection.execute(failed)).scalar_one())

    def _age(self, queue: str, oldest: datetime | None) -> Trouble | None:
        age = self._clock() - oldest if oldest else timedelta()
        METRICS.queue_age.labels(queue).set(age.total_seconds())
        if age < self._limit:
            return None
        return Trouble(f"queue:{queue}", f"queue={queue} oldest message waits for more than {self._limit}")
