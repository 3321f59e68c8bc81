"""The words of editing: who edits, a draft and what it still needs, a past edition, and why a deed is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.model.errors import GuichetError
from knowledge.article import EU
from knowledge.files import HEAD
from knowledge.findings import Finding, Level

LOCK = timedelta(minutes=10)


class Locked(GuichetError):
    """Somebody else is writing this text. `holder` is their account."""

    def __init__(self, holder: UUID, until: datetime) -> None:
        super().__init__("somebody else is writing this text")
        self.holder, self.until = holder, until


class NotYours(GuichetError):
    """The person has no right to do this to this text, or may not judge their own words."""


class NotReady(GuichetError):
    """The text cannot go on. `problems` says why."""

    def __init__(self, problems: tuple[Finding, ...]) -> None:
        super().__init__("the text has problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings: is a second person needed, and how many countries must agree to a text for the whole EU."""

    four_eyes: bool = True
    eu_countries: int = 2


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who edits or judges. `may(jurisdiction, locale)` tells whether they may change such a text."""

    id: UUID
    name: str = field(repr=False)
    country: str
    may: Callable[[str, str], bool] = field(repr=False)

    @property
    def answers_for(self) -> str:
        """The country whose law they answer for; empty where it is none in particular."""
        country = self.country.partition("-")[0]
        return "" if country == EU else country

    def may_change(self, key: "Key") -> bool:
        """Tell whether they may write this text. For a head it depends on what changes, see `heads.may_change`."""
        return key.is_head or self.may(key.jurisdiction, key.locale)

    def may_judge(self, key: "Key") -> bool:
        """Tell whether they may approve this text: who answers for a country has a say on texts for the whole EU."""
        return self.may_change(key) or (
            key.jurisdiction == EU and bool(self.answers_for) and self.may(self.answers_for, key.locale)
        )


@dataclass(frozen=True, slots=True)
class Key:
    """Which text: `<topic>/<intent>/<JURISDICTION>.<locale>`, or `<topic>/<intent>/article` for an article's head."""

    intent: str
    name: str

    @classmethod
    def of(cls, key: str) -> "Key":
        """Take a key apart."""
        intent, _, name = key.rpartition("/")
        return cls(intent, name)

    @property
    def is_head(self) -> bool:
        """Tell whether it is an article's head."""
        return self.name == HEAD

    @property
    def jurisdiction(self) -> str:
        """Where the text is true; empty for a head."""
        return "" if self.is_head else self.name.partition(".")[0]

    @property
    def locale(self) -> str:
        """The language of the text; empty for a head."""
        return self.name.partition(".")[2]

    def __str__(self) -> str:
        return f"{self.intent}/{self.name}"


class Stage(StrEnum):
    """How far a draft has come."""

    WRITING = "writing"
    IN_REVIEW = "in_review"


class Verdict(StrEnum):
    """What somebody said or did about a text; `wrote` and `machine` tell whose words a draft holds."""

    APPROVE = "approve"
    REFUSE = "refuse"
    COMMENT = "comment"
    STILL_CORRECT = "still_correct"
    REVIEWED = "reviewed"
    WITHDRAW = "withdraw"
    WROTE = "wrote"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to the version of a draft that is there now."""

    staff_id: UUID
    name: str = field(repr=False)
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """The next edition of a text.

    `body` of a text: `meta` and `sections` as in the store, `sources` (new or changed ones, by id), `read` (source id →
    the day on which its author read it), and `applies_in` where a new variant needs it. `body` of a head: the head as in
    the store. `holder` is who writes now, `problems` what the checks say, `needs` how many approvals are missing.
    """

    id: UUID
    key: str
    body: Mapping[str, Any] = field(repr=False)
    base: UUID | None
    stage: Stage
    minor: bool
    author: UUID
    holder: UUID | None
    until: datetime | None
    version: int
    updated_at: datetime
    submitted_at: datetime | None = None
    problems: tuple[Finding, ...] = field(default=(), repr=False)
    approvals: tuple[Approval, ...] = ()
    needs: int = 0
    writers: frozenset[UUID] = frozenset()
    by_machine: bool = False
    for_eu: bool = False  # people of several countries must agree
    base_moved: bool = False  # what is served changed since this was begun: look at both, then `take_base`

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The problems that stop it from being published."""
        return tuple(finding for finding in self.problems if finding.level is Level.ERROR)


@dataclass(frozen=True, slots=True)
class Published:
    """A text is served now. `version` is that of its text."""

    key: str
    revision: UUID
    version: int
    status: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A yes was noted, and more are needed."""

    key: str
    needs: int


@dataclass(frozen=True, slots=True)
class Edition:
    """A past or present edition of a text. `author` None: it came from a file. `discarded`: a draft that was given up."""

    id: UUID
    key: str
    body: Mapping[str, Any] = field(repr=False)
    author: UUID | None
    note: str
    at: datetime
    current: bool
    discarded: bool = False

    @property
    def version(self) -> int:
        """The number of the text; 0 for a head, which has none."""
        return int(self.body.get("meta", {}).get("version", 0))

    @property
    def status(self) -> str:
        """How far it was vouched for; empty for a head."""
        return str(self.body.get("meta", {}).get("status", ""))


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a text: a comment, a refusal with its reason, or why it was withdrawn."""

    id: UUID
    key: str
    staff_id: UUID
    verdict: Verdict
    text: str = field(repr=False)
    at: datetime
    settled_at: datetime | None
