"""What an article is: the answer to one intent, in variants by jurisdiction and translations by locale, with its sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SECTIONS = ("summary", "steps", "bring", "details")
EU = "EU"
PLACES = ("work", "residence", "now")
"""Which of a person's countries decides: where they work, where they live, or where they are."""
PAPERS = "{papers}"
"""Where the sentence for people without papers stands; `bot.replies` fills it with the phrase `papers_first`."""

_REGISTERS = re.compile(
    r"data\.europa\.eu/eli|eur-lex\.europa\.eu|normattiva\.it|gazzettaufficiale\.it|ejustice\.just\.fgov\.be|pisrs\.si|et\.gr/"
)
"""Where the laws themselves stand."""
MARK = re.compile(r"\[\^([A-Za-z0-9][A-Za-z0-9-]*)\]")
_SHOWN_MARK = re.compile(r"[ \t]*" + MARK.pattern)
_ITEM = re.compile(r"^(?:\d+[.)]|[-*•])\s+")
# A semicolon ends a question in Greek only.
_STOP = re.compile(
    r"(?:(?<=[\u0370-\u03ff\u1f00-\u1fff]);|[.!?؟…።۔।])(?:\s*\[\^[^\]]+\])*(?=\s)|[。！？](?:\s*\[\^[^\]]+\])*"
)
_ABBREVIATION = re.compile(r"(?:^|[\s(’'])(?:arts?|n|nr|p|ad es|p\. ex|чл|άρθρ)\.$", re.IGNORECASE)


class Status(StrEnum):
    """How far a translation was vouched for."""

    DRAFT = "draft"
    SOURCE_CHECKED = "source_checked"  # a named source was read, no lawyer yet
    REVIEWED = "reviewed"  # read by a named person of the network
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Serve(StrEnum):
    """The setting: which texts people may get."""

    SOURCE_CHECKED = "source_checked"
    REVIEWED = "reviewed"

    def allows(self, status: Status) -> bool:
        """Say whether a text of this status may be shown. Drafts, expired and withdrawn texts never are."""
        return status is Status.REVIEWED or (self is Serve.SOURCE_CHECKED and status is Status.SOURCE_CHECKED)


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so. `checked_on` is the date that the source bears or was read by whoever vouches for the text.

    `official`: the text of the law, or a page of the authority that applies it; otherwise somebody else reports it.
    """

    id: str
    title: str
    url: str
    act: str
    article: str
    checked_on: date
    official: bool = False

    @property
    def is_law(self) -> bool:
        """Tell whether it is the text of an act, whose own date does not say how fresh an answer is."""
        return self.official and bool(self.act) and _REGISTERS.search(self.url) is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence with the ids of the sources marked behind it."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a translation. `marked` keeps the source marks `[^ID]`; people see `text`."""

    marked: str

    @property
    def text(self) -> str:
        """The text as people see it, with `{papers}` still in its place."""
        return _SHOWN_MARK.sub("", self.marked)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources, in the order in which they are first used."""
        return tuple(dict.fromkeys(MARK.findall(self.marked)))

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The sentences, list signs and `{papers}` left out."""
        found: list[Statement] = []
        for line in self.marked.splitlines():
            for sentence in _sentences(_ITEM.sub("", line.strip()).removeprefix(PAPERS).strip()):
                shown = _SHOWN_MARK.sub("", sentence).strip()
                if shown:
                    found.append(Statement(shown, tuple(dict.fromkeys(MARK.findall(sentence)))))
        return tuple(found)


def _sentences(line: str) -> list[str]:
    sentences: list[str] = []
    begin = 0
    for stop in _STOP.finditer(line):
        if _ABBREVIATION.search(line[begin : stop.start() + 1]):
            continue
        sentences.append(line[begin : stop.end()])
        begin = stop.end()
    return [*sentences, line[begin:]]


@dataclass(frozen=True, slots=True)
class Translation:
    """A variant's text in one locale, with who vouches for it and when it holds. Empty rather than invented."""

    locale: str
    title: str
    sections: Mapping[str, Section] = field(repr=False)
    status: Status
    author: str
    reviewer: str
    version: int
    review_by: date
    valid_from: date
    valid_until: date | None
    machine_translated: bool
    source_version: int | None = None  # the version of the reference that it says the same as; None: its own number

    def text(self, section: str) -> str:
        """Return a section without source marks, or an empty string where there is none."""
        return self.sections[section].text if section in self.sections else ""

    def used_sources(self, section: str) -> tuple[str, ...]:
        """Return the ids of the sources marked in a section, in order."""
        return self.sections[section].sources if section in self.sections else ()

    @property
    def all_sources(self) -> tuple[str, ...]:
        """The ids of all sources marked anywhere in this text."""
        return tuple(dict.fromkeys(source for name in self.sections for source in self.used_sources(name)))

    def is_in_date(self, today: date) -> bool:
        """Say whether the text holds today. A late review does not end it: `valid_until` and the status do."""
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)

    def follows(self, reference: "Translation") -> bool:
        """Say whether it says what the reference says now; a change of the reference that was minor does not count."""
        return self.locale == reference.locale or reference.version <= (self.source_version or self.version)

    def is_overdue(self, today: date) -> bool:
        """Say whether somebody should have looked at it again."""
        return self.status in {Status.SOURCE_CHECKED, Status.REVIEWED} and self.review_by < today


@dataclass(frozen=True, slots=True)
class Variant:
    """The text for one jurisdiction: EU, a country (IT), a region (BE-WAL) or a city (IT-MI-Milano).

    `applies_in` lists where it may be shown. A region's text is shown to somebody of whom only the country is known
    if its list names the country.
    """

    jurisdiction: str
    applies_in: tuple[str, ...]
    translations: tuple[Translation, ...]

    @property
    def reference(self) -> Translation:
        """The text that the others are compared with: the English one, or the first."""
        return next((text for text in self.translations if text.locale == "en"), self.translations[0])

    @property
    def country(self) -> str:
        """The country of a national or regional text, empty for the EU's."""
        return "" if self.jurisdiction == EU else self.jurisdiction.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Article:
    """The answer to one intent. `deadline` marks a right that dies; `place` is one of `PLACES`."""

    intent: str
    place: str
    deadline: bool
    related: tuple[str, ...]
    variants: tuple[Variant, ...]
    sources: Mapping[str, Source]

    def undefined_sources(self, translation: Translation) -> tuple[str, ...]:
        """Return the marks of a translation that name no source of this article."""
        return tuple(source for source in translation.all_sources if source not in self.sources)
