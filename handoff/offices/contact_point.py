"""A contact point: an office of the network where people get help, and what is known about it."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from bot.model.countries import EU

EVERYWHERE = "*"  # the country of a demonstration: any


class PointKind(StrEnum):
    """What an office is; people are told before they ask it anything."""

    UNION = "union"
    ASSOCIATION = "association"
    MUNICIPALITY = "municipality"
    STATE_OFFICE = "state_office"


class Duty(StrEnum):
    """Whether the office must report people without papers. NONE only if the office itself declared it."""

    NONE = "none"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


class Who(StrEnum):
    """Who is helped."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    UNKNOWN = "unknown"


class Visit(StrEnum):
    """How one gets in."""

    APPOINTMENT = "appointment"
    WALK_IN = "walk_in"
    UNKNOWN = "unknown"


class Door(StrEnum):
    """Whether a document is asked at the door."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the office is closed once, both included, in its own calendar."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Tell whether the office is closed on this day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of an office or a service. An empty text means "not known": it is shown so and never guessed.

    `hours` is OpenStreetMap's opening_hours syntax; `holidays` names the country whose public holidays `PH` means.
    `languages` are BCP 47 tags, `topics` intent topics. `checked_on` is the date that the source bears, as far as it is
    known: `2025-08-23`, `2025-08`, `2025` or empty. `minors` says that its people are trained for minors.
    """

    id: str
    name: str
    organisation: str
    country: str
    zone: str
    city: str = ""
    city_also: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    address: str = ""
    hours: str = ""
    holidays: str = ""
    closures: tuple[Closure, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    web: str = ""
    cost: str = ""
    who: Who = Who.UNKNOWN
    visit: Visit = Visit.UNKNOWN
    door_document: Door = Door.UNKNOWN
    duty_to_report: Duty = Duty.UNKNOWN
    declared_on: date | None = None
    minors: bool = False
    checked_on: str = ""
    sources: tuple[str, ...] = ()
    demo: bool = False

    @property
    def trusted(self) -> bool:
        """Tell whether the office declared that it has no duty to report."""
        return self.duty_to_report is Duty.NONE and self.declared_on is not None

    @property
    def in_eu(self) -> bool:
        """Tell whether it is in the European Union; the demonstration is wherever it is tried."""
        return self.country == EVERYWHERE or self.country in EU

    def kilometres_to(self, lat: float, lon: float) -> float | None:
        """Return how far it is as the crow flies; None where it is not known where it lies."""
        if self.lat is None or self.lon is None:
            return None
        here, there = radians(self.lat), radians(lat)
        half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(radians(lon - self.lon) / 2) ** 2
        return 2 * 6371 * asin(min(1.0, sqrt(half)))

    def in_city(self, city: str) -> bool:
        """Compare city names without regard to case and accents, in any language that the file gives."""
        return bool(city) and _plain(city) in {_plain(name) for name in (self.city, *self.city_also)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint(Place):
    """One office. Without `topics` it answers questions of all.

    `parent` is the id of the office that comes next when nobody is here. `lead` is the login of who is told when nobody
    answers. Whether an office is staffed is nowhere written: it is, while an operator of it signs in (`handoff.shifts`).
    """

    kind: PointKind
    parent: str = ""
    lead: str = ""

    def covers(self, topic: str) -> bool:
        """Tell whether the office answers questions of this topic."""
        return not self.topics or not topic or topic in self.topics


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold().strip()


@dataclass(frozen=True, slots=True)
class Scope:
    """What one member of staff may touch: the contact point is the permission boundary of every desk query."""

    points: frozenset[str]
    staff_id: UUID
