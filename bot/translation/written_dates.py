"""Dates with the name of the month, read in one language and written out in another."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel.dates import format_date, format_skeleton

from bot.wording import babel_locale, western

_CAPITAL = frozenset({"en", "de", "el"})  # there a month is a capital: "in 12 may apply" is no date
_ORDINAL = r"(?:er|st|nd|rd|th|re|º|ª|\.|η|-ви|-ри|-ти|-го|-е)?"
_LINK = r"(?:of|de|del|di|d')?\s?"
# What stands after a day and CLDR does not tell.
_AFTER_A_DAY = {
    "sl": "januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra",
    "bs": "januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra",
}
_ANY_YEAR = 2000  # a leap year


def find_dates(text: str, source: str, target: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a date of the source's language stands and how the target's language writes it."""
    if not any(char.isdecimal() for char in text):
        return
    for pattern in _patterns(source):
        for match in pattern.finditer(text):
            month = int(match["month"]) if source == "zh" else _numbers(source).get(match["month"].casefold())
            written = _written(match["day"], month, match["year"], target) if month else ""
            if written:
                yield (*match.span(), written)


def _written(day: str, month: int, year: str | None, target: str) -> str:
    try:
        meant = date(int(year) if year else _ANY_YEAR, month, int(day))
    except ValueError:  # there is no such day
        return ""
    locale = babel_locale(target)
    form = format_date(meant, "long", locale=locale) if year else format_skeleton("MMMMd", meant, locale=locale)
    return western(str(form))


@cache
def _months(locale: str) -> dict[str, int]:
    """The months' names as they are spelt, also as they stand after a day (in Slavic languages and Greek another form)."""
    named = babel_locale(locale).months
    found = {name: number for number, name in enumerate(_AFTER_A_DAY.get(locale, "").split(), start=1)}
    for form in ("stand-alone", "format"):
        found |= {name: number for number, name in named[form]["wide"].items() if not name.isdecimal()}
    return found


@cache
def _numbers(locale: str) -> dict[str, int]:
    return {name.casefold(): number for name, number in _months(locale).items()}


@cache
def _patterns(locale: str) -> tuple[re.Pattern[str], ...]:
    if locale == "zh":
        return (re.compile(r"(?:(?P<year>\d{4})\s?年)?\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]"),)
    names = "|".join(re.escape(name) for name in sorted(_months(locale), key=len, reverse=True))
    month = rf"(?P<month>{names})(?!\w)"
    flags = 0 if locale in _CAPITAL else re.IGNORECASE
    after = rf"(?<![\w.,/:-])(?P<day>\d{{1,2}}){_ORDINAL}\s{_LINK}{month}(?:,?\s{_LINK}(?P<year>\d{{4}})(?!\w))?"
    before = rf"(?<!\w){month}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<year>\d{{4}}))?(?![\w]|[.,:/-]\d)"
    return (re.compile(after, flags), *((re.compile(before, flags),) if locale == "en" else ()))
