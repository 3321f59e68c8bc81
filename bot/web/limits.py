"""Inbound limits, in memory: how fast one session or one client address may write, and one login may be tried."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.buckets import Bucket, Rate
from bot.sliding import Allowed, Sliding

_KEEP = 20_000


@dataclass(frozen=True, slots=True)
class Rates:
    """What is allowed. Many people may share one address (a shelter's network), so an address may do much more."""

    session: Rate = field(default_factory=lambda: Rate(1 / 3, 12))
    address: Rate = field(default_factory=lambda: Rate(2, 120))
    login: Rate = field(default_factory=lambda: Rate(1 / 60, 5))  # one login from one address
    login_anywhere: Rate = field(default_factory=lambda: Rate(1 / 30, 30))  # one login from all addresses
    login_address: Rate = field(default_factory=lambda: Rate(1 / 10, 20))  # all logins from one address
    tries: Allowed = field(default_factory=lambda: Allowed(5, 900))  # wrong codes or old passwords of one account
    tries_network: Allowed = field(
        default_factory=lambda: Allowed(20, 900)
    )  # the same from one network, and invitations
    streams: int = 1000
    streams_each: int = 4
    streams_network: int = 250


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


class Tries:
    """Wrong tries of one thing (an account, an invitation's network), and, more of them, of one network."""

    def __init__(self, each: Allowed, network: Allowed, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._each = Sliding(each, monotonic)
        self._network = Sliding(network, monotonic)

    def begin(self, one: str, network: str) -> float:
        """Count a try as wrong before it is looked at, so that many at once count too; or return the seconds to wait."""
        if seconds := max(self._each.wait(one), self._network.wait(network)):
            return seconds
        self._each.count(one)
        self._network.count(network)
        return 0.0

    def right(self, one: str, network: str) -> None:
        """It was a right one."""
        self._each.forget(one)
        self._network.take_back(network)


class Limits:
    """All limiters of one process."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._session = Limiter(rates.session)
        self._address = Limiter(rates.address)
        self._login = Limiter(rates.login)
        self._login_anywhere = Limiter(rates.login_anywhere)
        self._login_address = Limiter(rates.login_address)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.second_factor = Tries(rates.tries, rates.tries_network)
        self.password = Tries(rates.tries, rates.tries_network)
        self.join = Tries(rates.tries_network, rates.tries_network)

    def message(self, session: str, address: str) -> float:
        """Return the seconds to wait before this message may be taken; 0 takes it."""
        return self._address.delay(address) or self._session.delay(session)

    def sign_in(self, login: str, address: str) -> float:
        """Return the seconds to wait before this login may be tried; 0 lets it try."""
        return (
            self._login_address.delay(address)
            or self._login.delay(f"{login}\x1f{address}")
            or (0.0 if (login, address) in self._known else self._login_anywhere.delay(login))
        )

    def signed_in(self, login: str, address: str) -> None:
        """Somebody came in from here: strangers who try this login from elsewhere do not keep them out."""
        self._known[login, address] = None
        self._known.move_to_end((login, address))
        if len(self._known) > _KEEP:
            self._known.popitem(last=False)


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
