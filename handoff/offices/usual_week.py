"""Opening hours as a form has them: seven days with up to two openings each. The rest of OpenStreetMap's syntax stays text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OPENINGS = 2  # a day, with a break between them

Day = tuple[tuple[str, str], ...]  # from and to, as `09:00`

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"  # a field for a time has no 24:00
_SPAN = re.compile(rf"({_CLOCK})-({_CLOCK})")
_RULE = re.compile(rf"([A-Z][a-z](?:[-,][A-Z][a-z])*) ({_SPAN.pattern}(?:,{_SPAN.pattern})*)")
_NO_HOLIDAYS = "PH off"


@dataclass(frozen=True, slots=True)
class Week:
    """The usual week, from Monday on. `holidays_off` says that it is closed on public holidays."""

    days: tuple[Day, ...] = ((),) * len(DAYS)
    holidays_off: bool = True

    @property
    def hours(self) -> str:
        """Write it in OpenStreetMap's syntax, days that are alike together; an empty text if it never opens."""
        rules = [f"{days} {_spans(day)}" for days, day in _alike(self.days) if day]
        return "; ".join([*rules, *([_NO_HOLIDAYS] if self.holidays_off else [])]) if rules else ""


def read_week(hours: str) -> Week | None:
    """Read a usual week; None where the hours say more than a form can hold."""
    if not hours:
        return Week()
    days: list[Day] = [()] * len(DAYS)
    rules = [rule.strip() for rule in hours.split(";")]
    holidays_off = len(rules) > 1 and rules[-1] == _NO_HOLIDAYS
    for rule in rules[:-1] if holidays_off else rules:
        if not (found := _RULE.fullmatch(rule)):
            return None
        spans = tuple((one[1], one[2]) for one in _SPAN.finditer(found[2]))
        named = _named(found[1])
        if not named or len(spans) > OPENINGS or any(days[number] for number in named):
            return None
        for number in named:
            days[number] = spans
    return Week(tuple(days), holidays_off)


def _named(text: str) -> list[int]:
    """Return the numbers of the days in `Mo-We,Fr`; none if that is no such list."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return []
        found += range(DAYS.index(first), DAYS.index(last or first) + 1)
    return found


def _alike(days: Sequence[Day]) -> Iterator[tuple[str, Day]]:
    """Yield neighbours that open at the same times, as `Mo-Fr`."""
    for day, numbers in groupby(range(len(days)), key=lambda number: days[number]):
        found = list(numbers)
        yield (DAYS[found[0]] if len(found) == 1 else f"{DAYS[found[0]]}-{DAYS[found[-1]]}"), day


def _spans(day: Day) -> str:
    return ",".join(f"{opens}-{closes}" for opens, closes in day)
