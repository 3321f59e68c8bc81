"""A contact point: an office of the network where people get help, and what is known about it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

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
class ContactPoint:
    """One office. An empty text means "not known": it is shown so and never guessed.

    `hours` is OpenStreetMap's opening_hours syntax; `holidays` names the country whose public holidays `PH` means.
    `languages` are BCP 47 tags, `topics` intent topics (none: all). `checked_on` is the date that the source bears, as
    far as it is known: `2025-08-23`, `2025-08`, `2025` or empty. `lead` is the login of who is told when nobody answers.
    """

    id: str
    name: str
    organisation: str
    kind: PointKind
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
    lead: str = ""

    @property
    def trusted(self) -> bool:
        """Tell whether the office declared that it has no duty to report."""
        return self.duty_to_report is Duty.NONE and self.declared_on is not None

    def covers(self, topic: str) -> bool:
        """Tell whether the office answers questions of this topic."""
        return not self.topics or not topic or topic in self.topics


@dataclass(frozen=True, slots=True)
class Scope:
    """What one member of staff may touch: the contact point is the permission boundary of every desk query."""

    points: frozenset[str]
    staff_id: UUID
