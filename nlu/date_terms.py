"""The words of dates in all locales: CLDR's names of months and days, and `date_words.yml` for the rest."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from bot.model.locales import LOCALES
from nlu.files import read_strings
from nlu.normalise import fold
from nlu.phrases import Match, Phrases, is_han, pieces_of
from nlu.terms import names_in
from nlu.utterance import Utterance

FILE = Path(__file__).with_name("date_words.yml")
ANY = ""  # the locale of what is the same in several
UNITS = ("day", "week", "month", "year")
DAYS = {"before_yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "after_tomorrow": 2}
# Written languages whose months our locales use too.
_ALSO = {"hr": "bs", "sr": "bs", "sr_Latn": "bs", "ar_IQ": "ar", "ar_DZ": "ar", "ar_MA": "ar"}
_NUMBERS = (1, 2, 3, 4, 5, 6, 10)
_SHORT = 4
# Endings that follow the stem of a month's name, by locale; the stem is the genitive without its last letters.
_ENDINGS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("ru", "uk", "bs", "pl"), (1, ("a", "u", "em", "om", "ie", "я", "е", "ю", "ем", "і", "а", "у", "ом"))
    ),
    "el": (2, ("ου", "ο", "ος", "η")),
    "sl": (0, ("ja", "ju", "jem", "a", "u", "om")),
    "sq": (0, ("it", "in", "i", "ut", "un")),
    "tr": (0, ("da", "de", "ta", "te", "dan", "den", "tan", "ten", "in", "un", "tan", "ayi")),
    "bn": (0, ("ে", "ের", "র", "তে")),
    "fa": (0, ()),
}


@cache
def content() -> Mapping[str, Any]:
    """Return the content of `date_words.yml`."""
    read: Mapping[str, Any] = read_strings(FILE)
    return read


@cache
def phrases() -> Phrases:
    """Return the tree of all words; the labels are `last`, `unit:month`, `number:2`, `month:3`, `weekday:0` and so on."""
    made = Phrases()
    for label, locale, written in _labelled():
        if not is_han(written):
            pieces = pieces_of(written)
            if pieces:
                made.add(label, locale, pieces)
    return made


def find(utterance: Utterance) -> list[Match]:
    """Return all words of dates, the longest of each label at each place."""
    longest: dict[tuple[str, str, int], Match] = {}
    for words in (utterance.words, utterance.bare):
        for match in phrases().find(words or []):
            key = (match.label, match.locale, match.start)
            if key not in longest or longest[key].end < match.end:
                longest[key] = match
    return list(longest.values())


def _labelled() -> Iterator[tuple[str, str, str]]:
    table = content()
    for key in (*DAYS, "yesterday_or_tomorrow", "back", "ahead", "last", "next", "this", "during"):
        for locale, value in table[key].items():
            yield from ((key, locale, name) for name in names_in(value))
    for unit in UNITS:
        for locale, value in table[unit].items():
            yield from ((f"unit:{unit}", locale, name) for name in names_in(value))
    for locale, value in table["numbers"].items():
        yield from ((f"number:{number}", locale, name) for number, name in zip(_NUMBERS, value.split(), strict=True))
    for key, label, locale in (
        ("more_numbers", "number", ANY),
        ("year_words", "year", ANY),
        ("weekdays", "weekday", ANY),
    ):
        for value, names in table[key].items():
            yield from ((f"{label}:{value}", locale, name) for name in names)
    for name, value in table["pairs"].items():
        yield f"pair:{value}", ANY, name
    for number, names in table["months"].items():
        yield from ((f"month:{number}", ANY, name) for name in names)
    yield from _from_cldr()


def _from_cldr() -> Iterator[tuple[str, str, str]]:
    for written in (*LOCALES, *_ALSO):
        locale, data = _ALSO.get(written, written), Locale.parse(written)
        for context in ("format", "stand-alone"):
            for number, name in data.months[context]["wide"].items():
                yield f"month:{number}", locale, name
                yield from ((f"month:{number}", locale, form) for form in _forms(name, locale, context))
            for number, name in data.days[context]["wide"].items():
                yield f"weekday:{number}", locale, name
        for number, name in data.months["format"]["abbreviated"].items():
            if len(fold(name)) >= 3:
                yield f"short:{number}", locale, name


def _forms(name: str, locale: str, context: str) -> Iterator[str]:
    cut, endings = _ENDINGS.get(locale, (0, ()))
    stem = fold(name)
    stem = stem[: len(stem) - cut]
    if context == "format" and len(stem) >= _SHORT - 1:
        yield from (stem + ending for ending in endings)


@cache
def unsure() -> frozenset[str]:
    """Return the names of months that mean something else too, or are too short to be sure."""
    return frozenset(fold(name) for name in content()["unsure"])


def is_unsure(name: str) -> bool:
    """Tell whether the name of a month needs a number or a preposition beside it to count."""
    return len(name) < _SHORT or name in unsure()
