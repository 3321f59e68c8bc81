"""What the checks find: a code with its values. The code's own value is the English sentence; pages have their own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, unique


class Level(StrEnum):
    """How bad it is: an error stops the check, a warning asks for a look, a note is a list for a human."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@unique
class Code(Enum):
    """Everything that can be found, with its English sentence. The studio's texts name it `finding_<code>`."""

    # of a text
    NO_WORDS = "no words to check {language!r} with; add them to knowledge/words.yml"
    OVERDUE = "its review was due on {day}; review it and set a new date"
    SOURCE_AHEAD = "the source {source} was checked after today; correct checked_on"
    UNSOURCED = "has no source mark [^ID]; mark at least one statement or leave the part out"
    NO_SUCH_SOURCE = "the mark [^{source}] names no source of article.yml"
    PART_MISSING = "the section {part} is missing"
    TOO_LONG = "has {chars} characters; shorten it to {most}"
    LONG_SENTENCE = "a sentence has {words} words; split it: {begin}"
    TOO_HARD = "is too hard to read: LIX {figure}, at most {most}; use shorter words and sentences"
    AUTHORITY_FIRST = "the authority {word!r} stands before {{papers}}; move it behind, or name no authority"
    AUTHORITY_BARE = "the authority {word!r} needs a block {{papers}} before it in this part, or name no authority"
    AMOUNT = "holds an amount of money; amounts belong into national variants"
    TIME_LIMIT = "holds a time limit for a claim; leave it out: {begin}"
    NOT_BINDING = "rests on {act}, which does not bind Denmark and Ireland; say so in this part"
    FOREIGN_NUMBER = "the number {number} is neither a help line nor a contact point's; leave it out"
    EXCLAMATION = "holds an exclamation mark; end the sentence with a full stop"
    FORBIDDEN = "{word!r} is not said of people; write without papers, or against the law"
    TURNED = "a hidden sign in {field!r} turns words or numbers around; delete and retype what stands near: {near}"

    # of a text beside its other languages
    NUMBERS_DIFFER = "numbers differ from {reference}: only here {here}; only there {there}"
    SOURCES_DIFFER = "sources differ from {reference}: {which}; mark the same statements"
    ORIGINAL_CHANGED = "{reference} says something else since; read it again"
    NO_SOURCE = "no source: {statement}"
    TERM = "the glossary's {word!r} ({term}) is not used; is another word better?"

    # of a draft
    READ_MISSING = "say which sources you read for this, and on which day"
    NO_DAY = "{source}: write a date such as 2026-11-12"
    DAY_AHEAD = "{source}: this day has not come yet"
    REVIEW_PAST = "the day of the next review must lie ahead"
    VALIDITY_OVER = "this day is over; nobody would get the text"
    NOT_YET_VALID = "until this day nobody gets this text"
    CHANGES_ELSEWHERE = "{source} changes for {places}, too"
    UNMARKED = "{source} stands behind no sentence here and is left out"
    MINOR_NUMBER = "the numbers are others than before; this is no small change"
    NO_SUCH_PLACE = "no such country, region or language"
    NO_HEAD = "the article has no head yet; publish it first"
    TEXTS_STAY = "{jurisdiction} has texts and must stay"
    SOURCE_STAYS = "{source} is marked in {text} and must stay"
    DRAFT_HOLDS_WORDS = "there is a draft with words of its own; publish or discard it"
    NO_REASON = "say what must change"
    NO_COMMENT = "write something"

    # of a field
    NO_LINES = "there must be lines `name: value` here"
    UNKNOWN = "{field!r} is not known; use {options}"
    NOT_SINGLE = "{field!r} must be a single value"
    MISSING = "{field!r} is missing; write it"
    NO_OPTION = "{field!r} is {given!r}; use one of {options}"
    NO_FLAG = "{field!r} must be true or false"
    NO_NUMBER = "{field!r} must be a whole number from 1 on"
    DATE_MISSING = "{field!r} is missing; write a date such as 2026-11-12"
    NO_DATE = "{field!r} is {given!r}; write a date such as 2026-11-12, or null"
    NO_LIST = "{field!r} must be a list such as [IT, BE]"
    LINES_MISSING = "{field!r} is missing; it must hold lines `NAME: {{…}}`"

    # of the fields of a head and of a text
    WRONG_INTENT = "{field!r} must be {intent}, the name of its folder"
    WRONG_RELATED = "{field!r} holds {given!r}; name other intents as topic/intent"
    WRONG_PLACE = "{field!r} holds {given!r}; write EU, a country (IT) or a region (BE-WAL)"
    WRONG_COUNTRY = "{field!r} holds {given!r}; write ISO country codes such as IT (Greece: GR)"
    NO_COUNTRIES = "{field!r} is empty; name the countries where this text is true"
    OTHER_COUNTRY = "{field!r} may hold only {country} and its regions"
    WRONG_ID = "{field!r} has the id {given!r}; use letters, digits and hyphens"
    WRONG_URL = "{field!r} must be a web address without spaces or brackets"
    WRONG_SIGNS = "{field!r} must not hold [ ] or *"
    ENDS_BEFORE = "{field!r} is before valid_from"
    REVIEWER_MISSING = "{field!r} is missing; a reviewed text names who reviewed it"
    SUMMARY_MISSING = "{field!r} is missing; a text has at least a section `## summary`"
    NO_PART = "{field!r} is not a section; use {options}"
    PART_EMPTY = "{field!r} is empty; write it or leave its heading out"
    WRONG_MARKER = "{field!r} holds {given!r}; the only marker is {{papers}}"
    PAPERS_TWICE = "{field!r} holds {{papers}} more than once"
    BROKEN_MARK = "{field!r} holds a broken source mark; write [^ID]"

    # of a folder of files
    TEXT_MISSING = "{file} is missing; write it"
    REGION_MISSING = "{file} is missing; write all regions or none"
    RELATED_MISSING = "the related {intent} has no article; name another"
    RELATED_UNTITLED = "the related {intent} has no title in dialogues/titles/en.yml"
    SOURCE_UNUSED = "no text uses the source {source}; remove it"
    LINE_DIGITS = "{field!r} must be digits in groups, in quotes"
    LINE_INTENTS = "{field!r} must name safety intents"
    LINE_NEVER = "{field!r} must not name {intent}: no number is shown there"
    LINE_UNREAD = "{field!r} is missing; V means that a page was read"
    LINE_HOURS = "{field!r} contradicts always: true; leave one out"

    def sentence(self, values: Mapping[str, object]) -> str:
        """Return the English sentence with its values; several of them are listed."""
        return self.value.format(**listed(values, "none"))


UNSEEN = frozenset({
    Code.DRAFT_HOLDS_WORDS, Code.NO_REASON, Code.NO_COMMENT, Code.REVIEWER_MISSING, Code.PART_EMPTY,
    Code.TEXT_MISSING, Code.REGION_MISSING, Code.RELATED_MISSING, Code.RELATED_UNTITLED, Code.SOURCE_UNUSED,
    Code.LINE_DIGITS, Code.LINE_INTENTS, Code.LINE_NEVER, Code.LINE_UNREAD, Code.LINE_HOURS,
})  # fmt: skip
"""What no page shows: why a deed was refused, which pages say themselves, and what only files can have wrong."""


def listed(values: Mapping[str, object], nothing: str) -> dict[str, object]:
    """Return the values as they stand in a sentence: several as a list, none of them as the word for nothing."""
    return {name: ", ".join(one) or nothing if isinstance(one, tuple) else one for name, one in values.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: where it is and what to do."""

    level: Level
    place: str
    code: Code
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.code.sentence(self.values)

    def __str__(self) -> str:
        return f"{self.level}: {self.place}: {self.message}"


def error(place: str, code: Code, /, **values: object) -> Finding:
    """Return what stops a check."""
    return Finding(Level.ERROR, place, code, values)


def warning(place: str, code: Code, /, **values: object) -> Finding:
    """Return what asks for a look."""
    return Finding(Level.WARNING, place, code, values)


def note(place: str, code: Code, /, **values: object) -> Finding:
    """Return what a human may want to know."""
    return Finding(Level.NOTE, place, code, values)
