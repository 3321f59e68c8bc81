"""Files that somebody brought and has not confirmed yet: a few, for a while, in memory only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from bot.exchange.engine import Incoming

_KEPT = timedelta(minutes=30)
_MOST = 4


@dataclass
class Waiting:
    """What each member brought last; where too many wait, the oldest goes."""

    _kept: dict[UUID, tuple[datetime, Incoming]] = field(default_factory=dict, repr=False)

    def put(self, member: UUID, incoming: Incoming, now: datetime) -> None:
        """Keep what somebody brought."""
        self._kept.pop(member, None)
        while len(self._kept) >= _MOST:
            self._kept.pop(min(self._kept, key=lambda one: self._kept[one][0]))
        self._kept[member] = (now, incoming)

    def get(self, member: UUID, now: datetime) -> Incoming | None:
        """Return what somebody brought, unless it is too long ago."""
        at, incoming = self._kept.get(member, (now, None))
        if incoming is None or now - at > _KEPT:
            self._kept.pop(member, None)
            return None
        return incoming

    def drop(self, member: UUID) -> None:
        """Forget it."""
        self._kept.pop(member, None)


WAITING: web.AppKey[Waiting] = web.AppKey("files that wait", Waiting)
