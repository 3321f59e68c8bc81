"""Which contact point fits: staffed ones can be queued to, listed ones are shown as addresses. Nothing is invented."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff import hours
from handoff.contact_point import EVERYWHERE, ContactPoint, PointKind

LISTED_AT_MOST = 3

_INDEPENDENT = (PointKind.UNION, PointKind.ASSOCIATION)


@dataclass(frozen=True, slots=True)
class Route:
    """The staffed contact points, best first, and the listed ones, nearest first."""

    staffed: tuple[ContactPoint, ...]
    listed: tuple[ContactPoint, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """All contact points, and the ids of those where an operator accepted the terms and signed in of late."""

    points: tuple[ContactPoint, ...]
    staffed: frozenset[str]

    def point(self, point_id: str) -> ContactPoint | None:
        """Return a contact point, or None if the network has it no more."""
        return next((point for point in self.points if point.id == point_id), None)

    def can_queue(self, point: ContactPoint, at: datetime) -> bool:
        """Tell whether a question may be left there: staffed, and its next opening is known (we say when they read)."""
        return point.id in self.staffed and (bool(hours.is_open(point, at)) or hours.opens_at(point, at) is not None)

    def choose(
        self,
        country: str,
        city: str,
        locale: str,
        topic: str,
        at: datetime,
        trusted_only: bool,
        *,
        minor: bool = False,
        without: Iterable[str] = (),
    ) -> Route:
        """Return the offices for a question, best first.

        `trusted_only` keeps a question from every office that did not declare to have no duty to report; such an office
        may still be listed. An unknown country lists nothing unless the city is known. `without` are offices already
        refused. A demonstration is staffed for every country, comes last, and is never listed as an address.
        """
        excluded = frozenset(without)
        near = [point for point in self.points if _fits(point, country, city)]
        staffed = [
            point
            for point in near
            if self.can_queue(point, at)
            and point.id not in excluded
            and point.covers(topic)
            and (point.trusted or not trusted_only)
        ]
        staffed.sort(key=lambda point: _staffed_order(point, city, locale, at, minor))
        listed = [p for p in near if not p.demo and p.id not in excluded and p not in staffed]
        listed.sort(key=lambda point: _listed_order(point, city, topic, trusted_only))
        return Route(tuple(staffed), tuple(listed[:LISTED_AT_MOST]))


def in_city(point: ContactPoint, city: str) -> bool:
    """Compare city names without regard to case and accents, in any language that the office's file gives."""
    return bool(city) and _plain(city) in {_plain(name) for name in (point.city, *point.city_also)}


def ids(points: Sequence[ContactPoint]) -> tuple[str, ...]:
    """Return the ids of contact points."""
    return tuple(point.id for point in points)


def _fits(point: ContactPoint, country: str, city: str) -> bool:
    if point.country == EVERYWHERE:
        return True
    return point.country == country if country else in_city(point, city)


def _staffed_order(
    point: ContactPoint, city: str, locale: str, at: datetime, minor: bool
) -> tuple[bool, bool, bool, bool, bool]:
    return (
        point.demo,
        minor and not point.minors,
        not in_city(point, city),
        locale not in point.languages,
        not hours.is_open(point, at),
    )


def _listed_order(point: ContactPoint, city: str, topic: str, trusted_only: bool) -> tuple[bool, bool, bool]:
    return (
        not in_city(point, city),
        trusted_only and point.kind not in _INDEPENDENT,
        not point.covers(topic),
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold().strip()
