"""Phrases of the keyword files: how they are written, and how they are found among folded words."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from sys import intern

from nlu.normalise import fold, without_apostrophes

GAP = ".."
AGE = "{age}"
GAP_LIMIT = 3
CHILD, ADULT = 10, 18  # a younger child does not write to us; "I am 3" counts years or months

_SPECIAL = frozenset("*.{|")
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_AGE = "(?<![0-9十百])(?:1[0-7]|十[一二三四五六七]?)(?![0-9十百])"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ARABIC_STARTS = ("و", "ال", "وال", "بال", "فال", "عال", "لل", "ب", "ل", "ف")
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


class _Node:
    """A step of phrases. Most nodes lead to one other: they share one empty mapping for what they do not have."""

    __slots__ = ("after_age", "ends", "steps")

    def __init__(self, *, after_age: bool = False) -> None:
        self.steps = _NOTHING
        self.ends: tuple[tuple[str, str], ...] = ()
        self.after_age = after_age

    def step(self, piece: str) -> "_Node":
        if self.steps is _NOTHING:
            self.steps = {}
        if piece not in self.steps:
            self.steps[intern(piece)] = _Node(after_age=piece == AGE)
        return self.steps[piece]


_NOTHING: dict[str, _Node] = {}


class Phrases:
    """A tree of phrases whose steps are pieces: words, beginnings, several of them ("a|b*"), an age, or a gap.

    A piece is one step however many words stand for it; which pieces a word stands for is looked up once.
    """

    __slots__ = ("_beginnings", "_longest", "_root", "_words")

    def __init__(self) -> None:
        self._root = _Node()
        self._words: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[str]] = {}
        self._longest = 0

    def add(self, label: str, locale: str, pieces: Iterable[str]) -> None:
        """Add a phrase of a label and a locale."""
        node = self._root
        for piece in pieces:
            self._learn(piece)
            node = node.step(piece)
        if (label, locale) not in node.ends:
            node.ends += ((label, locale),)

    def _learn(self, piece: str) -> None:
        if piece in {AGE, GAP}:
            return
        for word in piece.split("|"):
            known = self._beginnings if word.endswith("*") else self._words
            pieces = known.setdefault(word.rstrip("*"), [])
            if piece not in pieces:
                pieces.append(piece)
            self._longest = max(self._longest, len(word) - 1 if word.endswith("*") else 0)

    def find(self, words: list[str]) -> Iterator[Match]:
        """Yield every match among the folded words of a text."""
        pieces = [self._pieces(word) for word in words]
        for start in range(len(words)):
            for (label, locale), end in _from(self._root, words, pieces, start):
                yield Match(label, locale, start, end)

    def _pieces(self, word: str) -> tuple[str, ...]:
        """Return the pieces that the word may stand for."""
        found: list[str] = [AGE] if _is_young(word) else []
        for form in forms(word):
            found += self._words.get(form, ())
            for length in range(1, min(len(form), self._longest) + 1):
                found += self._beginnings.get(form[:length], ())
        return tuple(dict.fromkeys(found))


def _from(
    node: _Node, words: list[str], pieces: list[tuple[str, ...]], at: int
) -> Iterator[tuple[tuple[str, str], int]]:
    ended = at == len(words)
    if node.ends and not (node.after_age and not ended and _is_unit(words[at])):
        yield from ((end, at) for end in node.ends)
    if GAP in node.steps:
        for skipped in range(min(GAP_LIMIT, len(words) - at) + 1):
            yield from _from(node.steps[GAP], words, pieces, at + skipped)
    if ended:
        return
    for piece in pieces[at]:
        following = node.steps.get(piece)
        if following is not None:
            yield from _from(following, words, pieces, at + 1)


def _is_young(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 3 and CHILD <= int(word) < ADULT


def _is_unit(word: str) -> bool:
    return word.isdigit() or word.startswith(_UNITS)


def forms(word: str) -> tuple[str, ...]:
    """Return the word, and for Arabic script also what is left without "and", "the", "with the" … written to it."""
    if not "\u0600" <= word[0] <= "\u06ff":
        return (word,)
    left = {word[len(start) :] for start in _ARABIC_STARTS if word.startswith(start) and len(word) - len(start) > 2}
    return (word, *sorted(left))


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


def written_out(phrase: str) -> Iterator[str]:
    """Yield the phrase with only such alternatives as are one word: "my|the boss s" stays, "son|step-son" is two."""
    chunks = [_one_word_or_more(chunk) if "|" in chunk else [chunk] for chunk in phrase.split(" ")]
    for chosen in itertools.product(*chunks):
        yield " ".join(chosen)


def _one_word_or_more(chunk: str) -> list[str]:
    words = [word for word in chunk.split("|") if len(_folded(word.rstrip("*"))) == 1]
    return ["|".join(words)] * bool(words) + [word for word in chunk.split("|") if word not in words]


@cache
def _folded(chunk: str) -> tuple[str, ...]:
    """The same few thousand words stand in all phrases."""
    return tuple(fold(chunk).split())


def pieces_of(phrase: str) -> tuple[str, ...]:
    """Return the pieces of a written phrase; empty when nothing but punctuation is in it."""
    if _SPECIAL.isdisjoint(phrase):
        return tuple(word for chunk in phrase.split() for word in _folded(chunk))
    pieces: list[str] = []
    for chunk in re.split(r"(\{age\}|(?<=\s)\.\.(?=\s))|\s+", phrase.strip()):
        if chunk in {AGE, GAP}:
            pieces.append(chunk)
        elif chunk and "|" in chunk:
            pieces.append("|".join(sorted({piece for word in chunk.split("|") for piece in pieces_of(word)})))
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
