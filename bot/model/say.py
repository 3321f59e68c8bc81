"""What rooms want said, before any language is chosen. `bot.replies` alone turns it into text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Union


@dataclass(frozen=True, slots=True)
class Country:
    """A country by ISO code, named in the reader's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region by ISO 3166-2 code (BE-WAL), named in the reader's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language by locale; `own` names it in its own script."""

    locale: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class IntentTitle:
    """The short title of an intent."""

    intent: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time shown in a place's time zone: `day` (12 March 2027), `clock` (17:00), `opening` (Monday 12 May, 9:00)."""

    at: datetime
    style: str = "opening"
    zone: str = "UTC"


Value = Union[str, int, date, Country, Region, Language, IntentTitle, Moment, tuple["Value", ...], "Say"]


def place_named(jurisdiction: str) -> Value:
    """Return the value that names a country (IT), or a region with its country (BE-WAL)."""
    country = Country(jurisdiction[:2])
    return (Region(jurisdiction), country) if "-" in jurisdiction else country


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase of `dialogues/phrases` and what fills its placeholders."""

    phrase: str
    params: Mapping[str, Value] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ShowArticle:
    """A part of an article for a country; `part` is summary | steps | bring | details.

    `titled`: it stands beside another one, so its title goes before it; what is true of all texts is said after the last.
    The part `papers` is what its steps say to people without papers, and nothing where they say nothing.
    """

    intent: str
    part: str = "summary"
    country: str = ""
    titled: bool = False


@dataclass(frozen=True, slots=True)
class ShowOffices:
    """The cards of these contact points, in this order."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowDanger:
    """The fixed card of a safety intent, then whether somebody reads. `truth` is the sentence about us.

    `here`: the person surely is in `country`, whose help lines are shown either way.
    """

    intent: str
    country: str
    truth: Say
    here: bool = True


@dataclass(frozen=True, slots=True)
class ShowLanguages:
    """The names of all locales in their own scripts."""


@dataclass(frozen=True, slots=True)
class ShowForeign:
    """The fixed sentence in a language that we do not speak, where we have it."""

    language: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words of a person (an operator's reply, the copy of one's own data), never translated."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the phrasebook that an adviser chose; its answers are to be tapped. Fields stand as they were given."""

    id: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


Part = Say | ShowArticle | ShowOffices | ShowDanger | ShowLanguages | ShowForeign | Verbatim | Phrase


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tap. `id` is short ASCII, at most 40 bytes; the pictogram is one character or empty."""

    id: str
    label: Value
    pictogram: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person: what is said, in order, and what can be tapped."""

    parts: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = ()
    locales: tuple[str, ...] = ()  # a danger card is shown in the two likeliest languages when unsure

    def __bool__(self) -> bool:
        return bool(self.parts)
