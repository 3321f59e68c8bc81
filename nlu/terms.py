"""The words for documents, professions, sectors and statuses, and the cues around names, in all locales at once.

They are data: `nlu/entity_words/*.yml`, by code and locale. The codes themselves, and what each means, are in
`nlu/entity_codes.yml`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.model.errors import SettingsError
from nlu.files import read_strings
from nlu.normalise import fold
from nlu.phrases import Match, Phrases, is_han, pieces_of
from nlu.utterance import Utterance

WORDS = Path(__file__).with_name("entity_words")
CODES = Path(__file__).with_name("entity_codes.yml")
KINDS = {"documents": "document", "professions": "profession", "sectors": "sector", "statuses": "status"}
_CUES = ("work", "residence", "now", "self_before", "self_after")
_CUE_LABELS = frozenset(f"{cue}:{cue}" for cue in _CUES)
SHORT = 3
_BETWEEN_NAMES = re.compile(r"\s*[/|]\s*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Term:
    """A code found at words `start` to `end`; in Chinese these are characters."""

    code: str
    start: int
    end: int


@dataclass(slots=True)
class Terms:
    """A table of names by label (`profession:cook`). Made once, then only read."""

    _phrases: Phrases = field(default_factory=Phrases)
    _han: dict[str, list[str]] = field(default_factory=dict)
    _han_pattern: re.Pattern[str] | None = None

    def add(self, label: str, locale: str, names: Iterable[str]) -> None:
        """Let these names of a locale stand for the label."""
        for name in names:
            if is_han(name):
                self._han.setdefault("".join(fold(name).split()), []).append(label)
                continue
            for written in {name, name.translate(_UMLAUTS)} if locale == "de" else {name}:
                pieces = pieces_of(written)
                if pieces:
                    self._phrases.add(label, locale, pieces)

    def close(self) -> None:
        """Prepare the search after the last name; the longest Chinese name wins."""
        longest_first = sorted(self._han, key=len, reverse=True)
        self._han_pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def find(self, utterance: Utterance, locale: str) -> dict[str, list[Term]]:
        """Return the terms by kind in their order; of two that overlap within a kind the longer one.

        A name counts in every locale, because people mix; a cue and a very short name only in their own.
        """
        found: dict[str, set[Term]] = {}
        for label, start, end in self._all(utterance, locale):
            kind, _, code = label.partition(":")
            found.setdefault(kind, set()).add(Term(code, start, end))
        return {kind: _longest(terms) for kind, terms in found.items()}

    def _all(self, utterance: Utterance, locale: str) -> Iterator[tuple[str, int, int]]:
        for words in (utterance.words, utterance.bare):
            for match in self._phrases.find(words or []):
                if match.locale == locale or _counts_anywhere(match, utterance.words, locale):
                    yield match.label, match.start, match.end
        if utterance.compact and self._han_pattern:
            for found in self._han_pattern.finditer(utterance.compact):
                for label in self._han[found[0]]:
                    yield label, found.start(), found.end()


def _counts_anywhere(match: Match, words: list[str], locale: str) -> bool:
    """ "Nie" is a card in Spain and a no in Poland; "iş" is work in Turkish and looks like an English verb."""
    if locale and match.label in _CUE_LABELS:
        return False
    name = " ".join(words[match.start : match.end])
    return len(name) > SHORT or not name.isascii()


def _longest(terms: set[Term]) -> list[Term]:
    taken: list[Term] = []
    for term in sorted(terms, key=lambda one: (one.start - one.end, one.start, one.code)):
        if all(term.end <= other.start or other.end <= term.start for other in taken):
            taken.append(term)
    return sorted(taken, key=lambda one: one.start)


def names_in(value: str) -> list[str]:
    """Return the names that stand in one value of a word file."""
    return [name for name in _BETWEEN_NAMES.split(value.strip()) if name]


@cache
def codes() -> Mapping[str, Any]:
    """Return the content of `entity_codes.yml`."""
    content: Mapping[str, Any] = read_strings(CODES)
    return content


@cache
def words_of(name: str) -> Mapping[str, Any]:
    """Return the content of a file of `entity_words`."""
    content: Mapping[str, Any] = read_strings(WORDS / f"{name}.yml")
    return content


@cache
def terms() -> Terms:
    """Return the table of all word files. A code that `entity_codes.yml` does not have raises SettingsError."""
    made = Terms()
    for section, kind in KINDS.items():
        for code, names in words_of(section).items():
            if code not in codes()[section]:
                raise SettingsError(f"{WORDS / section}.yml: {code} is not in {CODES.name}")
            for locale, value in names.items():
                made.add(f"{kind}:{code}", locale, names_in(value))
    for cue in _CUES:
        for locale, value in words_of("cues")[cue].items():
            made.add(f"{cue}:{cue}", locale, names_in(value))
    made.close()
    return made
