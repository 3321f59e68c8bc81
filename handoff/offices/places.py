"""What a public page lists: offices and services, those that are open first. Pure; shows no more than the files say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint, Duty
from handoff.offices.services import Service


@dataclass(frozen=True, slots=True)
class Listing:
    """One line of the page. `is_open` is None where the hours are not known; `closes` and `opens` are moments in UTC.

    `speaks` is None where it is not known whether the wished language is spoken, or none was wished.
    """

    place: ContactPoint | Service
    is_open: bool | None
    closes: datetime | None
    opens: datetime | None
    in_city: bool
    speaks: bool | None

    @property
    def kind(self) -> str:
        """What it is: `union`, `shelter` …"""
        return self.place.kind

    @property
    def reports_nobody(self) -> bool | None:
        """Whether it declared to report nobody; None where nothing is known."""
        return None if self.place.duty_to_report is Duty.UNKNOWN else self.place.trusted


def places(
    points: Iterable[ContactPoint],
    services: Iterable[Service],
    *,
    country: str = "",
    city: str = "",
    topic: str = "",
    language: str = "",
    open_at: datetime,
) -> tuple[Listing, ...]:
    """Return what fits, best first: open at that moment, in the city, known to speak the language, then by name.

    An empty wish fits everything. With a country, its other cities come after the wished one; without, only the city
    counts. Who is known not to speak the language is left out, who may speak it is not. The demonstration that ships
    has no address and is left out; other demonstrations are listed, and marked as such by `place.demo`.
    """
    everything: tuple[ContactPoint | Service, ...] = (*points, *services)
    fitting = (
        place
        for place in everything
        if place.country != EVERYWHERE
        and (place.country == country if country else not city or place.in_city(city))
        and place.covers(topic)
        and (not language or not place.languages or language in place.languages)
    )
    return tuple(sorted((_listing(place, city, language, open_at) for place in fitting), key=_order))


def _listing(place: ContactPoint | Service, city: str, language: str, at: datetime) -> Listing:
    return Listing(
        place,
        is_open=hours.is_open(place, at),
        closes=hours.closes_at(place, at),
        opens=hours.opens_at(place, at),
        in_city=place.in_city(city),
        speaks=language in place.languages if language and place.languages else None,
    )


def _order(listing: Listing) -> tuple[object, ...]:
    name = listing.place.name.casefold()
    return not listing.is_open, not listing.in_city, listing.speaks is not True, name, listing.place.id
