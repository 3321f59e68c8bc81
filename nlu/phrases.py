"""Phrases of the keyword files: how they are written, and how they are found among folded words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlu.normalise import fold, without_apostrophes

GAP = ".."
AGE = "{age}"
GAP_LIMIT = 3
ADULT = 18

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
class Phrase:
    """A phrase as pieces to match in a row: a word, `word*` for a beginning, a gap, or an age under 18."""

    label: str
    locale: str
    pieces: tuple[str, ...]

    def end(self, words: list[str], start: int) -> int | None:
        """Return the index after the last matched word if the phrase stands at `start`, else None."""
        end = _end(self.pieces, 0, words, start)
        if end is not None and self.pieces[-1] == AGE and end < len(words) and _is_unit(words[end]):
            return None
        return end


def _end(pieces: tuple[str, ...], at: int, words: list[str], i: int) -> int | None:
    if at == len(pieces):
        return i
    if pieces[at] == GAP:
        for skipped in range(GAP_LIMIT + 1):
            end = _end(pieces, at + 1, words, i + skipped)
            if end is not None:
                return end
        return None
    if i < len(words) and _fits(pieces[at], words[i]):
        return _end(pieces, at + 1, words, i + 1)
    return None


def _fits(piece: str, word: str) -> bool:
    if piece == AGE:
        return word.isascii() and word.isdigit() and len(word) < 3 and 0 < int(word) < ADULT
    if piece.endswith("*"):
        return any(form.startswith(piece[:-1]) for form in forms(word))
    return piece in forms(word)


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


@cache
def _folded(chunk: str) -> tuple[str, ...]:
    """The same few thousand words stand in all phrases."""
    return tuple(fold(chunk).split())


def pieces_of(phrase: str) -> tuple[str, ...]:
    """Return the pieces of a written phrase; empty when nothing but punctuation is in it."""
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
