"""Token buckets for what goes out: per account, per chat, and live replies before broadcasts.

Figures: Telegram about 30 messages/s over all and 1/s per chat; WhatsApp 80/s per number (in and out together) and one per
6 s to one person with a burst. We stay below them; the platforms do not publish exact limits.
"""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens flow in, up to `burst`."""

    per_second: float
    burst: float


_ACCOUNT = {"telegram": Rate(25, 25), "whatsapp": Rate(40, 40)}
_CHAT = {"telegram": Rate(1, 3), "whatsapp": Rate(1 / 6, 8)}
_BROADCAST_SHARE = 0.5
_KEEP = 20_000


class Bucket:
    """One bucket; `delay` takes a token and says how long to wait for it."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at = now

    def delay(self, now: float, floor: float = 0.0) -> float:
        """Take a token if more than `floor` tokens are left, else return the seconds until there would be one."""
        self._tokens = min(self._rate.burst, self._tokens + (now - self._at) * self._rate.per_second)
        self._at = now
        if self._tokens >= 1 + floor:
            self._tokens -= 1
            return 0.0
        return (1 + floor - self._tokens) / self._rate.per_second


class Buckets:
    """All buckets of one process. Broadcasts leave half of an account's tokens to live replies."""

    def __init__(self, limited: bool = True) -> None:
        self._limited = limited  # False where no platform is behind the channels
        self._accounts: dict[tuple[str, str], Bucket] = {}
        self._chats: dict[UUID, Bucket] = {}

    async def wait(self, channel: str, account: str, conversation: UUID, lane: int) -> None:
        """Wait until this message may be sent."""
        if not self._limited or channel not in _ACCOUNT:
            return
        now = time.monotonic()
        chat = self._chats.setdefault(conversation, Bucket(_CHAT[channel], now))
        await _drain(chat, 0.0)
        whole = self._accounts.setdefault((channel, account), Bucket(_ACCOUNT[channel], now))
        await _drain(whole, _ACCOUNT[channel].burst * _BROADCAST_SHARE if lane else 0.0)
        if len(self._chats) > _KEEP:
            self._chats.clear()


async def _drain(bucket: Bucket, floor: float) -> None:
    while True:
        delay = bucket.delay(time.monotonic(), floor)
        if delay <= 0:
            return
        await asyncio.sleep(delay)
