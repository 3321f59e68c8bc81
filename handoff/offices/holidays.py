"""Public holidays that the library of opening hours does not know (opening-hours-py 2.1.4).

Bulgaria: an official holiday that falls on a weekend, except Easter's, makes the next working day free, two of them the next
two (Кодекс на труда, чл. 154, ал. 2). The library knows some of these days and not those that meet another holiday:
28 December 2026, 4 May 2027, 28 December 2027.
"""

from datetime import date, timedelta
from functools import cache

MOVES_HOLIDAYS = frozenset({"BG"})

_DAY = timedelta(days=1)
_BULGARIAN = ((1, 1), (3, 3), (5, 1), (5, 6), (5, 24), (9, 6), (9, 22), (12, 24), (12, 25), (12, 26))
_WEEKEND = 5  # Saturday's number


@cache
def moved_holidays(country: str, year: int) -> frozenset[date]:
    """Return the days that are free because a holiday of this year fell on a weekend; none where no such rule is known."""
    if country not in MOVES_HOLIDAYS:
        return frozenset()
    easter = orthodox_easter(year)
    fixed = [date(year, month, day) for month, day in _BULGARIAN]
    free = {*fixed, *(easter + number * _DAY for number in (-2, -1, 0, 1))}
    moved: set[date] = set()
    for holiday in fixed:
        day = holiday
        while holiday.weekday() >= _WEEKEND and (day.weekday() >= _WEEKEND or day in free | moved):
            day += _DAY
        moved |= {day} - {holiday}
    return frozenset(moved)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the Orthodox churches in our calendar, for the years 1900 to 2099."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + 13 * _DAY
