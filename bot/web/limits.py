"""Inbound limits, in memory: how fast one session or one client address may write, and one login may be tried."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.buckets import Bucket, Rate

_KEEP = 20_000


@dataclass(frozen=True, slots=True)
class Rates:
    """What is allowed. Many people may share one address (a shelter's network), so an address may do much more."""

    session: Rate = field(default_factory=lambda: Rate(1 / 3, 12))
    address: Rate = field(default_factory=lambda: Rate(2, 120))
    login: Rate = field(default_factory=lambda: Rate(1 / 60, 5))  # one login from one address
    login_anywhere: Rate = field(default_factory=lambda: Rate(1 / 30, 30))  # one login from all addresses
    login_address: Rate = field(default_factory=lambda: Rate(1 / 10, 20))  # all logins from one address
    streams: int = 1000
    streams_each: int = 4


class Limiter:
    """One bucket per key; the keys used longest ago are forgotten."""

    def __init__(self, rate: Rate, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def delay(self, key: str) -> float:
        """Take a token of this key and return 0, or return the seconds until there is one."""
        now = self._monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _KEEP:
            self._buckets.popitem(last=False)
        return bucket.delay(now)


class Limits:
    """All limiters of one process."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._session = Limiter(rates.session)
        self._address = Limiter(rates.address)
        self._login = Limiter(rates.login)
        self._login_anywhere = Limiter(rates.login_anywhere)
        self._login_address = Limiter(rates.login_address)

    def message(self, session: str, address: str) -> float:
        """Return the seconds to wait before this message may be taken; 0 takes it."""
        return self._address.delay(address) or self._session.delay(session)

    def sign_in(self, login: str, address: str) -> float:
        """Return the seconds to wait before this login may be tried; 0 lets it try."""
        return (
            self._login_address.delay(address)
            or self._login.delay(f"{login}\x1f{address}")
            or self._login_anywhere.delay(login)
        )


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 that one IPv6 customer owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


LIMITS: web.AppKey[Limits] = web.AppKey("limits", Limits)
