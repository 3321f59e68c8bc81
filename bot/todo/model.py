"""The words of what is to be done: one task, its kind, and all that was looked at to find the tasks of everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from bot.edits import Edit
from bot.exchange.items import Item
from bot.gaps.groups import Group
from bot.gaps.model import Gap
from handoff.offices.contact_point import ContactPoint
from knowledge.editing import Comment, Draft
from knowledge.editing.overview import Row


class Kind(StrEnum):
    """Why something is to be done, in the order in which people are told."""

    SENT_BACK = "sent_back"  # my draft, with a reason
    REVIEW = "review"  # somebody's draft waits for a second person
    OVERDUE = "overdue"  # its day of review is past, or it expired
    OUTDATED = "outdated"  # the text it translates says something else since
    COMMENTS = "comments"  # somebody said something of a text
    MISSING = "missing"  # asked or wanted, and there is no text
    GAPS = "gaps"  # questions without a good answer
    PROPOSALS = "proposals"  # advisers' answers that may become articles
    SENTENCES = "sentences"  # words of danger or privacy wait for a second person
    CONFLICTS = "conflicts"  # changed here and by a new version
    DRAFTS = "drafts"  # my own, begun
    OFFICES = "offices"  # nobody looked at this office for a year
    UNREAD = "unread"  # served, and no second person ever read it


LISTS: Mapping[Kind, str] = {
    Kind.SENT_BACK: "/studio/articles?state=draft&mine=1",
    Kind.REVIEW: "/studio/articles?state=in_review&mine=1",
    Kind.OVERDUE: "/studio/articles?state=overdue&mine=1",
    Kind.OUTDATED: "/studio/articles?state=outdated&mine=1",
    Kind.COMMENTS: "/studio/articles?mine=1",
    Kind.MISSING: "/studio/articles?state=missing&mine=1",
    Kind.GAPS: "/studio/gaps",
    Kind.PROPOSALS: "/studio/gaps#proposals",
    Kind.SENTENCES: "/studio/texts",
    Kind.CONFLICTS: "/studio/files/conflicts",
    Kind.DRAFTS: "/studio/articles?state=draft&mine=1",
    Kind.OFFICES: "/studio/offices",
    Kind.UNREAD: "/studio/lawyer",
}
"""Where all tasks of a kind are listed."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do and where. What it is about: a question with its place and languages, or something with a `name`.

    `name` may hold masked words of a person or an office's name; `language` is that of the words. `day` is since when, or
    until when it was to be done.
    """

    address: str
    intent: str = ""
    jurisdiction: str = ""
    locales: tuple[str, ...] = ()
    name: str = field(default="", repr=False)
    language: str = ""
    day: date | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Said:
    """Who wrote a draft, and who said yes to it as it is now."""

    writers: frozenset[UUID] = frozenset()
    approved: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Look:
    """All that can make a task, read once for everybody. `asked` counts answers by question, country and language."""

    today: date
    rows: Sequence[Row] = field(default=(), repr=False)
    drafts: Sequence[Draft] = field(default=(), repr=False)
    said: Mapping[UUID, Said] = field(default_factory=dict, repr=False)
    comments: Sequence[Comment] = field(default=(), repr=False)
    groups: Sequence[Group] = field(default=(), repr=False)
    proposals: Sequence[Gap] = field(default=(), repr=False)
    sentences: Sequence[Edit] = field(default=(), repr=False)
    conflicts: Sequence[Item] = ()
    points: Sequence[ContactPoint] = field(default=(), repr=False)
    asked: Mapping[tuple[str, str, str], int] = field(default_factory=dict, repr=False)
