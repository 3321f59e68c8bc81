"""What a room hands over to be shown: a part of an article, an office's card, a help line."""

from dataclasses import dataclass, field
from datetime import date

from bot.model.say import Say


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as a reader sees it."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """One part of the variant and translation that were picked. `jurisdiction` is EU, a country or a region."""

    intent: str
    part: str
    jurisdiction: str
    locale: str
    text: str = field(repr=False)
    sources: tuple[ShownSource, ...] = ()
    checked_on: date | None = None
    status: str = "source_checked"
    reviewer: str = ""
    machine_translated: bool = False
    needs_eu_opening: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class ShownOffice:
    """An office's card: its name, and the lines below it in order."""

    name: str
    lines: tuple[Say, ...]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A help line: the phrase that names it, its number, and what is known about it."""

    label: str
    number: str
    notes: tuple[str, ...] = ()  # phrase keys: line_free, line_always
    hours: str = ""
    languages: tuple[str, ...] = ()
