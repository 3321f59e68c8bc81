"""Which contact point fits: staffed ones can be queued to, listed ones are shown as addresses. Nothing is invented."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from handoff import hours
from handoff.contact_point import EVERYWHERE, ContactPoint, PointKind

LISTED_AT_MOST = 3

_INDEPENDENT = (PointKind.UNION, PointKind.ASSOCIATION)

Spot = tuple[float, float]  # latitude and longitude

# How far an office is, in steps: (0, n) is above one that was refused, (1, n) in the city or above an office of it.
Steps = Mapping[str, tuple[int, int]]
_IN_CITY = (1, 0)
_NOT_ABOVE = (2, 0)


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
        spot: Spot | None = None,
    ) -> Route:
        """Return the offices for a question, best first.

        `trusted_only` keeps a question from every office that did not declare to have no duty to report; such an office
        may still be listed. An unknown country lists nothing unless the city is known. `without` are offices already
        refused: their parents come next, before all others. A demonstration is staffed for every country, comes last,
        and is never listed as an address. `spot` is where the person is: of offices that are alike the nearest comes first,
        and addresses are sorted by it. An office outside the EU is there only for who named its country.
        """
        excluded = frozenset(without)
        fitting = [point for point in self.points if _fits(point, country, city)]
        steps = self._steps(fitting, city, excluded)
        nearby = {*steps, *ids(fitting)}
        near = [point for point in self.points if point.id in nearby]
        staffed = [
            point
            for point in near
            if self.can_queue(point, at)
            and point.id not in excluded
            and point.covers(topic)
            and (point.trusted or not trusted_only)
        ]
        staffed.sort(key=lambda point: _staffed_order(point, city, locale, at, minor, steps, spot))
        not_listed = excluded.union(ids(staffed))
        listed = [point for point in near if not point.demo and point.id not in not_listed]
        listed.sort(key=lambda point: _listed_order(point, city, topic, trusted_only, steps, spot))
        return Route(tuple(staffed), tuple(listed[:LISTED_AT_MOST]))

    def chain(self, point: ContactPoint) -> Iterator[ContactPoint]:
        """Yield the offices that come after this one when nobody is there: its parent, the parent's parent and so on.

        Never outside the EU, never from one country of it into another, and no office twice.
        """
        by_id = {one.id: one for one in self.points}
        seen = {point.id}
        here, above = point, by_id.get(point.parent)
        while above is not None and above.id not in seen and _leads_to(here, above):
            yield above
            seen.add(above.id)
            here, above = above, by_id.get(above.parent)

    def _steps(self, fitting: Sequence[ContactPoint], city: str, refused: frozenset[str]) -> Steps:
        """Tell how far up the offices are: first above those that were refused, then above those of the city."""
        steps: dict[str, tuple[int, int]] = {}
        left = [point for point in fitting if point.id in refused]
        for rank, starts in enumerate((left, [point for point in fitting if point.in_city(city)])):
            for start in starts:
                for step, point in enumerate(self.chain(start), start=1):
                    steps[point.id] = min(steps.get(point.id, _NOT_ABOVE), (rank, step))
        return steps


def ids(points: Sequence[ContactPoint]) -> tuple[str, ...]:
    """Return the ids of contact points."""
    return tuple(point.id for point in points)


def _fits(point: ContactPoint, country: str, city: str) -> bool:
    if point.country == EVERYWHERE:
        return True
    return point.country == country if country else point.in_eu and point.in_city(city)


def _leads_to(point: ContactPoint, parent: ContactPoint) -> bool:
    return parent.in_eu and (not point.in_eu or parent.country == point.country)


def _staffed_order(
    point: ContactPoint, city: str, locale: str, at: datetime, minor: bool, steps: Steps, spot: Spot | None
) -> tuple[object, ...]:
    here = _IN_CITY if point.in_city(city) else _NOT_ABOVE
    return (
        point.demo,
        minor and not point.minors,
        min(here, steps.get(point.id, _NOT_ABOVE)),
        locale not in point.languages,
        not hours.is_open(point, at),
        _distance(point, spot),
    )


def _listed_order(
    point: ContactPoint, city: str, topic: str, trusted_only: bool, steps: Steps, spot: Spot | None
) -> tuple[object, ...]:
    return (
        not point.in_city(city),
        trusted_only and point.kind not in _INDEPENDENT,
        not point.covers(topic),
        _distance(point, spot),
        steps.get(point.id, _NOT_ABOVE),
    )


def _distance(point: ContactPoint, spot: Spot | None) -> float:
    """Kilometres; the same for all where the person's place is not known, the farthest where the office's is not."""
    if spot is None:
        return 0.0
    far = point.kilometres_to(*spot)
    return inf if far is None else far
