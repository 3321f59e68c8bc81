"""Phrases of the keyword files: how they are written, and how they are found among folded words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import intern

from nlu.normalise import fold, without_apostrophes

GAP = ".."
AGE = "{age}"
GAP_LIMIT = 3
ADULT = 18

_SPECIAL = frozenset("*.{")
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_AGE = "(?<![0-9十百])(?:1[0-7]|[1-9]|十[一二三四五六七]?|[一二三四五六七八九])(?![0-9十百])"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_DIGRAPHS = (("dž", "џ"), ("lj", "љ"), ("nj", "њ"))
_SERBIAN = str.maketrans("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж")
# After "I am 15": what makes the number something else than an age.
_UNITS = (
    "min", "hour", "day", "week", "month", "euro", "eur", "percent", "kilom", "km", "metr", "meter",
    "time", "people", "person", "worker", "colleague", "page", "stund", "tag", "woche", "monat",
    "prozent", "uhr", "kollege", "uren", "dag", "weken", "maand", "procent", "mensen", "minut", "giorn",
    "settiman", "mes", "ore", "dias", "dia", "semana", "hora", "zile", "saptaman", "luni", "мин", "час",
    "дн", "день", "дней", "недел", "тижн", "месяц", "місяц", "месец", "евро", "євро", "процент",
    "годин", "ден", "седмиц", "λεπτ", "ωρες", "ωρα", "μερες", "ημερ", "εβδομαδ", "μηνες", "ευρω",
    "godzin", "dni", "dzien", "tydzien", "tygodni", "miesiac", "miesiec", "ur", "teden", "tednov",
    "dan", "dana", "sat", "sati", "nedelj", "sedmic", "dite", "jave", "muaj", "gun", "saat", "hafta",
    "dakika",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found from word (in Chinese: character) `start` up to, not including, `end`."""

    label: str
    locale: str
    start: int
    end: int


class Phrases:
    """A tree of phrases: each step is a word, a beginning of one, an age under 18, or a gap.

    Most nodes lead to one other: they share one empty mapping for what they do not have.
    """

    __slots__ = ("_after_age", "_age", "_ends", "_gap", "_longest_prefix", "_prefixes", "_words")

    def __init__(self, *, after_age: bool = False) -> None:
        self._words = _NOTHING
        self._prefixes = _NOTHING
        self._age: Phrases | None = None
        self._gap: Phrases | None = None
        self._ends: tuple[tuple[str, str], ...] = ()
        self._after_age = after_age
        self._longest_prefix = 0

    def add(self, label: str, locale: str, pieces: Iterable[str]) -> None:
        """Add a phrase of a label and a locale."""
        node = self
        for piece in pieces:
            node = node._child(piece)
        if (label, locale) not in node._ends:
            node._ends += ((label, locale),)

    def _child(self, piece: str) -> "Phrases":
        if piece == AGE:
            self._age = self._age or Phrases(after_age=True)
            return self._age
        if piece == GAP:
            self._gap = self._gap or Phrases()
            return self._gap
        if piece.endswith("*"):
            self._longest_prefix = max(self._longest_prefix, len(piece) - 1)
            self._prefixes = self._prefixes or {}
            return _step(self._prefixes, piece[:-1])
        self._words = self._words or {}
        return _step(self._words, piece)

    def find(self, words: list[str]) -> Iterator[Match]:
        """Yield every match among the folded words of a text."""
        for start in range(len(words)):
            for label, locale, end in self._from(words, start):
                yield Match(label, locale, start, end)

    def _from(self, words: list[str], at: int) -> Iterator[tuple[str, str, int]]:
        word = words[at] if at < len(words) else ""
        if self._ends and not (self._after_age and word and _is_unit(word)):
            yield from ((label, locale, at) for label, locale in self._ends)
        if self._gap is not None:
            for skipped in range(min(GAP_LIMIT, len(words) - at) + 1):
                yield from self._gap._from(words, at + skipped)
        if not word:
            return
        if self._age is not None and _is_young(word):
            yield from self._age._from(words, at + 1)
        for form in forms(word):
            if form in self._words:
                yield from self._words[form]._from(words, at + 1)
            for length in range(1, min(len(form), self._longest_prefix) + 1):
                if form[:length] in self._prefixes:
                    yield from self._prefixes[form[:length]]._from(words, at + 1)


_NOTHING: dict[str, Phrases] = {}


def _step(steps: dict[str, Phrases], piece: str) -> Phrases:
    if piece not in steps:
        steps[intern(piece)] = Phrases()
    return steps[piece]


def _is_young(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 3 and 0 < int(word) < ADULT


def _is_unit(word: str) -> bool:
    return word.isdigit() or word.startswith(_UNITS)


def forms(word: str) -> tuple[str, ...]:
    """Return the word, and for Arabic script also the word without a leading "and"."""
    if len(word) > 3 and word[0] == "و":
        return (word, word[1:])
    return (word,)


def is_han(text: str) -> bool:
    """Tell whether the text holds Chinese characters, which are matched without word boundaries."""
    return _HAN.search(text) is not None


def han_pattern(phrase: str) -> re.Pattern[str]:
    """Return the phrase as an expression over folded text without spaces; a gap is at most six characters."""
    source = "".join(_han_part(part) for part in re.split(r"(\.\.|\{age\})", phrase))
    return re.compile(source)


def _han_part(part: str) -> str:
    if part == GAP:
        return ".{0,6}?"
    return _HAN_AGE if part == AGE else re.escape(fold(part).replace(" ", ""))


def _folded(chunk: str) -> tuple[str, ...]:
    """The same few thousand words stand in all phrases."""
    return tuple(fold(chunk).split())


def pieces_of(phrase: str) -> tuple[str, ...]:
    """Return the pieces of a written phrase; empty when nothing but punctuation is in it."""
    if _SPECIAL.isdisjoint(phrase):
        return tuple(fold(phrase).split())
    pieces: list[str] = []
    for chunk in re.split(r"(\{age\}|(?<=\s)\.\.(?=\s))|\s+", phrase.strip()):
        if chunk in {AGE, GAP}:
            pieces.append(chunk)
        elif chunk:
            words = list(_folded(chunk.rstrip("*")))
            if words and chunk.endswith("*"):
                words[-1] += "*"
            pieces.extend(words)
    while pieces and pieces[-1] == GAP:
        pieces.pop()
    while pieces and pieces[0] == GAP:
        pieces.pop(0)
    return tuple(pieces)


def variants(phrase: str, locale: str) -> Iterator[str]:
    """Yield the phrase and how else people type it: no apostrophes, ae for ä, Serbian in Cyrillic."""
    yield phrase
    yield without_apostrophes(phrase)
    yield phrase.replace("\u200c", "")
    if locale == "de":
        yield phrase.translate(_UMLAUTS)
    if locale == "bs":
        yield "".join(part if part == AGE else _in_cyrillic(part) for part in re.split(r"(\{age\})", phrase))


def _in_cyrillic(text: str) -> str:
    text = text.lower()
    for latin, cyrillic in _DIGRAPHS:
        text = text.replace(latin, cyrillic)
    return text.translate(_SERBIAN)
