"""Dates in an utterance, as a day, a week, a month or a year in ISO form, counted from the day it was written.

The well-kept library for this (dateparser) was tried: 4 to 5 ms a message, it takes "may" and "1200" for dates and
misses "da due mesi". Dates of other calendars than the Gregorian are not read.
"""

import re
from collections.abc import Iterator
from datetime import date

from nlu import date_terms
from nlu.calendar_days import YEARS, day_of, month_of, nearest, shifted, weekday_near
from nlu.date_terms import DAYS
from nlu.dates_han import find_han
from nlu.phrases import Match
from nlu.utterance import Utterance

_ISO = re.compile(r"(?<![\d/-])(?<!\d[.,])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d/-])")
_FULL = re.compile(r"(?<![\d/-])(?<!\d[.,])(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?![\d/-])")
_DAY_MONTH = re.compile(r"(?<![\d/:-])(?<!\d[.,])(\d{1,2})(?:/(\d{1,2})|\.(\d{1,2})\.)(?![\d/:-])")
_MONTH_YEAR = re.compile(r"(?<![\d/-])(?<!\d[.,])(\d{1,2})[./](\d{4})(?![\d/-])")
_NOT_DATES = frozenset({"24/7", "7/7", "1/2"})  # all day, all week, half
_ORDINAL = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th|re|eme|ο|η|ης|го|е|ого|ти|ри|ви|ми)?")
_LINKS = frozenset("de of del di the th er st nd rd го ο η την της του ти ми e i o ге е".split())  # noqa: SIM905
_ONE_UNSAID = frozenset({"ar", "ru", "uk", "pl", "fa", "zh", "am", "ti"})  # "a month ago" without "a"


def find_dates(text: str, on: date | None, locale: str = "") -> tuple[str, ...]:
    """Return the dates of a text in their order of kind; never raises.

    Without `on` only a date that names its year is found. Where a word means one thing in one language and
    another in another, `locale` decides.
    """
    found: list[str] = []
    text = _numeric(text, on, found)
    utterance = Utterance.of(text)
    if utterance.compact:
        found += find_han(utterance.compact, on)
    found += _Reader(utterance, on, locale).dates()
    return tuple(dict.fromkeys(found))


def _numeric(text: str, on: date | None, found: list[str]) -> str:
    """Collect the dates in figures, and return the text without them."""

    def note(value: str | None, match: re.Match[str]) -> str:
        if value:
            found.append(value)
        return " ; " if value else match[0]

    if not any(char.isdigit() for char in text):
        return text
    text = _ISO.sub(lambda m: note(day_of(int(m[1]), int(m[2]), int(m[3])), m), text)
    text = _FULL.sub(lambda m: note(_in_order(int(m[1]), int(m[2]), _century(int(m[3]))), m), text)
    text = _MONTH_YEAR.sub(lambda m: note(month_of(int(m[2]), int(m[1])), m), text)
    if on is None:
        return text
    return _DAY_MONTH.sub(lambda m: note(_without_year(m, on), m), text)


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year if year < 50 else 1900 + year


def _in_order(first: int, second: int, year: int) -> str | None:
    return day_of(year, second, first) or day_of(year, first, second)


def _without_year(found: re.Match[str], on: date) -> str | None:
    if found[0] in _NOT_DATES:
        return None
    return nearest(int(found[2] or found[3]), int(found[1]), on)


class _Reader:
    """Puts the words of dates in one utterance together."""

    def __init__(self, utterance: Utterance, on: date | None, locale: str) -> None:
        self._words, self._breaks, self._on = utterance.words, utterance.breaks, on
        matches = date_terms.find(utterance)
        own = [match for match in matches if match.locale in {locale, date_terms.ANY}]
        self._by_label: dict[str, list[Match]] = {}
        for match in own if locale else matches:
            self._by_label.setdefault(match.label.partition(":")[0], []).append(match)

    def dates(self) -> Iterator[str]:
        """Yield what the words say."""
        used: list[Match] = []
        if self._on is not None:
            yield from self._named_days(self._on)
            yield from self._counted(self._on, used)
            yield from self._beside_unit(self._on, used)
            yield from self._weekdays(self._on, used)
        yield from self._months()

    def _of(self, label: str) -> list[Match]:
        return self._by_label.get(label, [])

    def _named_days(self, on: date) -> Iterator[str]:
        named = [(match, away) for label, away in DAYS.items() for match in self._of(label)]
        for match, away in named:
            if not any(_inside(match, other) for other, _ in named):
                yield str(shifted(on, away, "day"))
        if self._of("yesterday_or_tomorrow") and not named:
            endings = tuple(date_terms.content()["future_endings"])
            yield str(shifted(on, 1 if any(word.endswith(endings) for word in self._words) else -1, "day"))
        for match in self._of("year"):
            yield f"{on.year + int(match.label.partition(':')[2])}"

    def _counted(self, on: date, used: list[Match]) -> Iterator[str]:
        """ "two months ago", "da due mesi", "in three weeks"."""
        for unit in (*self._of("unit"), *self._of("pair")):
            count, start = self._count(unit)
            name = unit.label.rpartition(" ")[2] if unit.label.startswith("pair") else unit.label.partition(":")[2]
            sign = self._direction(unit, start, count == 0)
            if sign and (count or unit.locale in _ONE_UNSAID):
                value = shifted(on, sign * (count or 1), name)
                used.append(unit)
                if value:
                    yield value

    def _count(self, unit: Match) -> tuple[int, int]:
        """Return how many, 0 where it is not said, and where that begins."""
        if unit.label.startswith("pair:"):
            return int(unit.label.partition(":")[2].partition(" ")[0]), unit.start
        for number in self._of("number"):
            if number.end == unit.start and _same(number, unit):
                return int(number.label.partition(":")[2]), number.start
        before = self._words[unit.start - 1] if unit.start else ""
        if before.isdecimal() and len(before) <= 3:
            return int(before), unit.start - 1
        return 0, unit.start

    def _direction(self, unit: Match, start: int, strictly: bool) -> int:
        if unit.locale == "tr" and self._words[unit.end - 1].endswith(("dir", "dur")):
            return -1
        for label, sign in (("back", -1), ("ahead", 1)):
            for marker in self._of(label):
                gap = start - marker.end if marker.end <= start else marker.start - unit.end
                allowed = 0 if strictly or label == "ahead" else 1
                if 0 <= gap <= allowed and _same(marker, unit):
                    return sign
        return 0

    def _beside_unit(self, on: date, used: list[Match]) -> Iterator[str]:
        """ "last week", "il mese scorso", "this year"."""
        for unit in self._of("unit"):
            name = unit.label.partition(":")[2]
            count, _ = self._count(unit)
            if name == "day" or unit in used or (count and not self._of("last")):
                continue
            for label, away in (("last", -1), ("next", 1), ("this", 0)):
                if any(self._beside(match, unit) and _same(match, unit) for match in self._of(label)) and not count:
                    value = shifted(on, away, name)
                    if value:
                        yield value
                    break

    def _beside(self, one: Match, other: Match) -> bool:
        """Side by side, or with a link of grammar between ("javën e kaluar")."""
        first, second = (one, other) if one.start <= other.start else (other, one)
        between = self._words[first.end : second.start]
        return _touch(one, other) or (len(between) == 1 and between[0] in _LINKS)

    def _weekdays(self, on: date, used: list[Match]) -> Iterator[str]:
        for match in self._of("weekday"):
            if any(match.start == unit.start for unit in used):  # Romanian "luni" is Monday, and months
                continue
            name = match.label.partition(":")[2]
            coming = any(_touch(match, word) and _same(match, word) for word in self._of("next"))
            yield weekday_near(on, int(name), coming)

    def _months(self) -> Iterator[str]:
        taken: set[int] = set()
        for match in (*self._of("month"), *self._of("short")):
            value = self._month(match, taken)
            if value:
                yield value
        for at, word in enumerate(self._words):
            bare = word[:4]
            if at not in taken and len(word) < 8 and bare.isdecimal() and int(bare) in YEARS and self._is_year(at):
                yield bare

    def _is_year(self, at: int) -> bool:
        glued = self._words[at][4:]
        if glued:
            return glued in {"da", "de", "ta", "te", "dan", "den", "года", "году", "г", "р"}
        return any(at in (match.end, match.start - 1) for match in self._of("during"))

    def _month(self, match: Match, taken: set[int]) -> str | None:
        number = int(match.label.partition(":")[2])
        day, year = self._day_beside(match, taken), self._year_after(match, taken)
        name = " ".join(self._words[match.start : match.end])
        if match.label.startswith("short") or date_terms.is_unsure(name):
            prepared = any(_touch(match, word) and _same(match, word) for word in self._of("during"))
            if not (day or year or (prepared and match.label.startswith("month"))):
                return None
        if year:
            return day_of(year, number, day) if day else month_of(year, number)
        if self._on is None:
            return None
        if day:
            return nearest(number, day, self._on)
        coming = any(_touch(match, word) for word in self._of("next"))
        past = number <= self._on.month
        return month_of(self._on.year + (coming and past) - (not coming and not past), number)

    def _day_beside(self, match: Match, taken: set[int]) -> int:
        for at in (match.start - 1, match.start - 2, match.start - 3, match.end):
            if not 0 <= at < len(self._words) or at == match.end in self._breaks:
                continue
            found = _ORDINAL.fullmatch(self._words[at])
            between = self._words[at + 1 : match.start] if at < match.start else ()
            if found and 1 <= int(found[1]) <= 31 and all(word in _LINKS for word in between):
                taken.add(at)
                return int(found[1])
        return 0

    def _year_after(self, match: Match, taken: set[int]) -> int:
        for at in range(match.end, min(match.end + 3, len(self._words))):
            word = self._words[at]
            if len(word) == 4 and word.isdecimal() and int(word) in YEARS:
                taken.add(at)
                return int(word)
            if word not in _LINKS and not _ORDINAL.fullmatch(word):
                break
        return 0


def _same(one: Match, other: Match) -> bool:
    return date_terms.ANY in (one.locale, other.locale) or one.locale == other.locale


def _touch(one: Match, other: Match) -> bool:
    return one.end == other.start or other.end == one.start


def _inside(match: Match, other: Match) -> bool:
    return match != other and other.start <= match.start and match.end <= other.end and other.end - other.start > 1
