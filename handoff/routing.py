"""Which contact point fits: staffed ones can be queued to, listed ones are shown as addresses. Nothing is invented."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from handoff.bridge import Bridge, bridge, speaks
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint, PointKind
from handoff.request import Card, Urgency

LISTED_AT_MOST = 3
NEAR = 25.0  # kilometres: so near is as good as in the same city

_INDEPENDENT = (PointKind.UNION, PointKind.ASSOCIATION)

Spot = tuple[float, float]  # latitude and longitude

# How far an office is, in steps: (0, n) is above one that was refused, (1, n) in the city or above an office of it.
Steps = Mapping[str, tuple[int, int]]
_HERE = (1, 0)
_NATIONAL = (2, 0)
_ELSEWHERE = (3, 0)


@dataclass(frozen=True, slots=True)
class Route:
    """The staffed contact points, best first, and the listed ones, nearest first."""

    staffed: tuple[ContactPoint, ...]
    listed: tuple[ContactPoint, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """All contact points, and the ids of those where an operator accepted the terms and signed in of late.

    `load` tells how many cases an office has for each of its operators on shift. `interpreters` are the languages of the
    network's interpreters, `translation` whether a machine may translate: they bridge where no office speaks a language.
    """

    points: tuple[ContactPoint, ...]
    staffed: frozenset[str]
    load: Mapping[str, float] = field(default_factory=dict)
    interpreters: frozenset[str] = frozenset()
    translation: bool = False

    def point(self, point_id: str) -> ContactPoint | None:
        """Return a contact point, or None if the network has it no more."""
        return next((point for point in self.points if point.id == point_id), None)

    def can_queue(self, point: ContactPoint, at: datetime) -> bool:
        """Tell whether a question may be left there: staffed, and its next opening is known (we say when they read)."""
        return point.id in self.staffed and (bool(hours.is_open(point, at)) or hours.opens_at(point, at) is not None)

    def bridge(self, point: ContactPoint, locale: str, also: Iterable[str] = ()) -> Bridge:
        """Return how an office and somebody who reads `locale` will understand each other."""
        return bridge(point, locale, interpreters=self.interpreters, translation=self.translation, also=also)

    def route(self, card: Card, locale: str, topic: str, at: datetime, without: Iterable[str] = ()) -> Route:
        """Return the offices for what a card says; see `choose`."""
        return self.choose(
            card.country,
            card.city,
            locale,
            topic,
            at,
            card.trusted_only,
            minor=card.minor,
            without=without,
            also=card.also,
            urgency=card.urgency,
        )

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
        also: Iterable[str] = (),
        urgency: Urgency = Urgency.NORMAL,
    ) -> Route:
        """Return the offices for a question, best first: who speaks a language of theirs, then how near it is, then whether
        it is open, then how much its people have to do. A deadline asks for an open office before a near one, a danger for
        an open one before all.

        `trusted_only` keeps a question from every office that did not declare to have no duty to report; such an office
        may still be listed. An unknown country lists nothing unless city or `spot` (where the person is) are known.
        `without` are offices already refused: their parents are the next nearest. A demonstration is staffed for every
        country, comes last, and is never listed as an address. `also` are further languages that the person speaks. An
        office outside the EU is there only for who named its country.
        """
        excluded = frozenset(without)
        fitting = [point for point in self.points if _fits(point, country, city, spot)]
        steps = self._steps(fitting, city, spot, excluded)
        nearby = {*steps, *ids(fitting)}
        near = [point for point in self.points if point.id in nearby]
        wish = _Wish(country, city, (locale, *also), topic, at, trusted_only, minor, urgency, spot, steps, self.load)
        staffed = [point for point in near if point.id not in excluded and self._may_answer(point, wish)]
        staffed.sort(key=wish.staffed_order)
        not_listed = excluded.union(ids(staffed))
        listed = [point for point in near if not point.demo and point.id not in not_listed]
        listed.sort(key=wish.listed_order)
        return Route(tuple(staffed), tuple(listed[:LISTED_AT_MOST]))

    def near(
        self, country: str, city: str, locale: str, topic: str, at: datetime, trusted_only: bool
    ) -> tuple[ContactPoint, ...]:
        """Return the offices to go to, nearest first, whether advisers answer chats there or not; who speaks the language
        comes first among those of a city. A demonstration is no place to go to while there is a real one."""
        fitting = [point for point in self.points if _fits(point, country, city, None)]
        steps = self._steps(fitting, city, None, frozenset())
        wish = _Wish(country, city, (locale,), topic, at, trusted_only, False, Urgency.NORMAL, None, steps, self.load)
        near = [point for point in self.points if point in fitting or point.id in steps]
        near = [point for point in near if not point.demo or point.id in self.staffed]
        near.sort(key=lambda point: (point.demo, *wish.listed_order(point)))
        return tuple(near[:LISTED_AT_MOST])

    def abroad(
        self,
        country: str,
        locale: str,
        topic: str,
        at: datetime,
        trusted_only: bool,
        *,
        minor: bool = False,
        also: Iterable[str] = (),
        urgency: Urgency = Urgency.NORMAL,
    ) -> tuple[ContactPoint, ...]:
        """Return the offices of other EU countries that speak the person's language, best first.

        They do not decide about the rules of the country of the problem: only for who chose to ask them, knowing that.
        """
        wish = _Wish("", "", (locale, *also), topic, at, trusted_only, minor, urgency, None, {}, self.load)
        found = [
            point
            for point in self.points
            if country
            and point.country not in (country, EVERYWHERE)
            and point.in_eu
            and speaks(point, wish.locales)
            and self._may_answer(point, wish)
        ]
        return tuple(sorted(found, key=wish.staffed_order))

    def _may_answer(self, point: ContactPoint, wish: "_Wish") -> bool:
        fits = point.covers(wish.topic) and (point.trusted or not wish.trusted_only)
        return fits and self.can_queue(point, wish.at)

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

    def _steps(self, fitting: Sequence[ContactPoint], city: str, spot: Spot | None, refused: frozenset[str]) -> Steps:
        """Tell how far the offices are: here, above those that were refused, above those that are here, or national.

        National is the top of a country's chain: it is there for places without an office of their own. Where the person's
        place on the map is known, the distance says more.
        """
        countries = {point.id: point.country for point in self.points}
        above = {point.parent for point in self.points}
        steps = {
            point.id: _NATIONAL
            for point in fitting
            if spot is None and point.id in above and countries.get(point.parent) != point.country
        }
        here = [point for point in fitting if _is_here(point, city, spot)]
        left = [point for point in fitting if point.id in refused]
        for rank, starts in enumerate((left, here)):
            for start in starts:
                for step, point in enumerate(self.chain(start), start=1):
                    steps[point.id] = min(steps.get(point.id, _ELSEWHERE), (rank, step))
        steps |= {point.id: min(steps.get(point.id, _HERE), _HERE) for point in here}
        return steps


@dataclass(frozen=True, slots=True)
class _Wish:
    """One question, as the offices are compared by it."""

    country: str
    city: str
    locales: tuple[str, ...]
    topic: str
    at: datetime
    trusted_only: bool
    minor: bool
    urgency: Urgency
    spot: Spot | None
    steps: Steps
    load: Mapping[str, float]

    def staffed_order(self, point: ContactPoint) -> tuple[object, ...]:
        """Return the key by which those who answer are sorted."""
        foreign = not speaks(point, self.locales)
        far = (self.steps.get(point.id, _ELSEWHERE), _zone_of_distance(_distance(point, self.spot)))
        shut = not hours.is_open(point, self.at)
        order: tuple[object, ...] = (foreign, far, shut)
        if self.urgency is Urgency.DEADLINE:
            order = (foreign, shut, far)
        elif self.urgency is Urgency.DANGER:
            order = (shut, foreign, far)
        busy = self.load.get(point.id, 0)
        outside = bool(self.country) and point.country != self.country
        return point.demo, outside, self.minor and not point.minors, *order, busy, _distance(point, self.spot)

    def listed_order(self, point: ContactPoint) -> tuple[object, ...]:
        """Return the key by which addresses are sorted: one goes there, so the nearest is first."""
        return (
            self._shut_for_good(point),
            not point.in_city(self.city),
            self.trusted_only and point.kind not in _INDEPENDENT,
            not point.covers(self.topic),
            _distance(point, self.spot),
            not speaks(point, self.locales),
            self.steps.get(point.id, _ELSEWHERE),
        )

    def _shut_for_good(self, point: ContactPoint) -> bool:
        """An office whose hours are known and that does not open for months is the last place to send anybody to."""
        return hours.is_open(point, self.at) is False and hours.opens_at(point, self.at) is None


def ids(points: Sequence[ContactPoint]) -> tuple[str, ...]:
    """Return the ids of contact points."""
    return tuple(point.id for point in points)


def _fits(point: ContactPoint, country: str, city: str, spot: Spot | None) -> bool:
    if point.country == EVERYWHERE:
        return True
    return point.country == country if country else point.in_eu and _is_here(point, city, spot)


def _is_here(point: ContactPoint, city: str, spot: Spot | None) -> bool:
    return point.in_city(city) or (spot is not None and _distance(point, spot) <= NEAR)


def _leads_to(point: ContactPoint, parent: ContactPoint) -> bool:
    return parent.in_eu and (not point.in_eu or parent.country == point.country)


def _distance(point: ContactPoint, spot: Spot | None) -> float:
    """Kilometres; the same for all where the person's place is not known, the farthest where the office's is not."""
    if spot is None:
        return 0.0
    far = point.kilometres_to(*spot)
    return inf if far is None else far


def _zone_of_distance(kilometres: float) -> float:
    """Offices about equally far are alike: whether one is open matters more than a kilometre."""
    return kilometres if kilometres == inf else kilometres // NEAR
