"""Long polling, our own loop: a whole batch is stored in one transaction, and only then is the next one asked for.

The offset lives in memory. After a restart Telegram repeats what was not confirmed, and the inbox knows it already; a number
kept in the database would be wrong after a quiet week, when Telegram's update ids start anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.parsed import Parsed, Unreadable
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_payloads import parse_updates
from bot.model.errors import SendError
from bot.model.messages import Delivery, Inbound

log = logging.getLogger(__name__)

_HOLD = 25.0
_LONGEST_PAUSE = 30.0


class Polling:
    """Fetches updates of one bot. `receive` returns once they are durable; `keep` stores what nobody could read."""

    def __init__(
        self, channel: TelegramChannel, receive: Callable[[list[Inbound | Delivery]], Awaitable[None]],
        keep: Callable[[str, list[Unreadable]], Awaitable[None]], clock: Callable[[], datetime],
        office_groups: tuple[int, ...] = (),
    ) -> None:  # fmt: skip
        self._channel = channel
        self._receive = receive
        self._keep = keep
        self._clock = clock
        self._office_groups = {str(chat) for chat in office_groups}
        self.healthy = False

    async def run(self) -> None:
        """Poll until cancelled; a failure pauses and never moves the offset."""
        offset, failures = 0, 0
        while True:
            try:
                offset = await self._once(offset)
                self.healthy, failures = True, 0
            except SendError as error:
                self.healthy = False
                failures += 1
                pause = min(_LONGEST_PAUSE, 2.0**failures)
                log.warning("polling failed kind=%s reason=%s pause_s=%.0f", error.kind, error.reason, pause)
                await asyncio.sleep(error.retry_after.total_seconds() if error.retry_after else pause)
            except (SQLAlchemyError, OSError) as error:  # not stored, so not confirmed: Telegram repeats it
                self.healthy = False
                log.error("polling cannot store: %s", type(error).__name__)
                await asyncio.sleep(_LONGEST_PAUSE / 10)

    async def _once(self, offset: int) -> int:
        updates = await self._channel.poll(offset, _HOLD)
        if not updates:
            return offset
        parsed = parse_updates(updates, self._channel.account, self._clock(), self._office_groups)
        await self._store(parsed)
        return max(_number(update) for update in updates) + 1

    async def _store(self, parsed: list[Parsed]) -> None:
        """Keep everything of the batch before it is confirmed. Groups that are not an office's own are left."""
        await self._receive([item for item in parsed if isinstance(item, Inbound | Delivery)])
        await self._keep(self._channel.name, [item for item in parsed if isinstance(item, Unreadable)])


def _number(update: dict[str, Any]) -> int:
    number = update.get("update_id", 0)
    return number if isinstance(number, int) else 0
