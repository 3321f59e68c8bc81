"""When an office is open: OpenStreetMap hours, public holidays, one-off closures, each office in its own time zone.

The library computes in the office's local clock time; the change to UTC is made here, because its own time zones lose an
hour when asked in the night in which the clocks go back (opening-hours-py 2.1.4).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State
from opening_hours import ParserError as HoursError  # type: ignore[attr-defined]
from opening_hours import UnknownCountryError as CountryError  # type: ignore[attr-defined]

from handoff.offices.contact_point import EVERYWHERE, Closure, Place
from handoff.offices.holidays import MOVES_HOLIDAYS, moved_holidays

QUIET_FROM = 21
QUIET_UNTIL = 8

_DAY = timedelta(days=1)
_PERHAPS = re.compile(r'unknown|"')
_REMARK = re.compile(r'"[^"]*"')
_POSITION = re.compile(r"--> \d+:(\d+)")  # where the library stopped reading
_HOLIDAY = re.compile(r"\bPH\b")
_CLOSED_ON_HOLIDAYS = re.compile(r"\bPH\b[^;|]*\b(?:off|closed)\b")
_ALL_DAY = re.compile(r"24/7|\b0?0:00-24:00")
_NOT_KNOWN_HERE = {
    re.compile(r"\bSH\b"): "school holidays (SH) are not known; use `closures`",
    re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b"): "the sun's times are not known; write the hours",
}
_HORIZON = timedelta(days=120)  # an office that does not open for so long has no known opening


def is_open(point: Place, at: datetime) -> bool | None:
    """Tell whether the office is open at this moment; None where its hours are not known, or say "perhaps" or "call first"."""
    if not point.hours:
        return None
    if _span_at(point, at) is not None:
        return True
    if not _PERHAPS.search(point.hours):
        return False
    perhaps = _stretches(point, at, at + _DAY, State.UNKNOWN)
    return None if any(opens <= at < closes for opens, closes in perhaps) else False


def closes_at(point: Place, at: datetime) -> datetime | None:
    """Return when the office that is open now closes; a lunch break counts. None if closed, unknown or always open."""
    span = _span_at(point, at) if point.hours else None
    return span[1] if span is not None and span[1] - at < _HORIZON else None


def opens_at(point: Place, at: datetime) -> datetime | None:
    """Return the next time the office opens after this moment; None if unknown or not within four months."""
    if not point.hours:
        return None
    return next((opens for opens, _ in _spans(point, at, at + _HORIZON) if opens > at), None)


def next_opening(point: Place, at: datetime) -> datetime | None:
    """Return when an office opens that is not open at this moment; None if it is open, or if that is not known."""
    return None if is_open(point, at) else opens_at(point, at)


def day_closes_at(point: Place, at: datetime) -> datetime | None:
    """Return the last closing of the opening day that is running or comes next; an office without end closes at midnight."""
    if not point.hours:
        return None
    spans = [span for span in _spans(point, at, at + _HORIZON) if span[1] > at]
    if not spans:
        return None
    zone = ZoneInfo(point.zone)
    opens, closes = spans[0]
    if closes - opens > _DAY:
        return _instant(_midnight(max(opens, at).astimezone(zone).date() + _DAY), zone)
    day = opens.astimezone(zone).date()
    return max(closes for opens, closes in spans if opens.astimezone(zone).date() == day)


def openings(point: Place, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the openings that touch the time between two moments, in UTC and not cut; none where its hours are not known."""
    return list(_spans(point, start, end)) if point.hours else []


def opening_time_between(point: Place, start: datetime, end: datetime) -> timedelta:
    """Return how long the office was open between two moments; nothing where its hours are not known."""
    if not point.hours:
        return timedelta()
    spans = (min(closes, end) - max(opens, start) for opens, closes in _spans(point, start, end))
    return sum(spans, timedelta())


def opening_days_between(point: Place, start: datetime, end: datetime) -> int:
    """Count the whole days after the day of `start` and before the day of `end` on which the office was open."""
    zone = ZoneInfo(point.zone)
    day, last = start.astimezone(zone).date() + _DAY, end.astimezone(zone).date()
    count = 0
    while day < last:
        begin, finish = (_instant(_midnight(d), zone) for d in (day, day + _DAY))
        count += opening_time_between(point, begin, finish) > timedelta()
        day += _DAY
    return count


def quiet_now(place: Place | str, at: datetime) -> bool:
    """Tell whether it is between 21:00 and 8:00 there: then the bot starts no message. `place` is a point or a zone."""
    zone = place if isinstance(place, str) else place.zone
    hour = at.astimezone(ZoneInfo(zone)).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def holidays_of(point: Place) -> str:
    """Return the country whose holidays count there: the one that is named, else its own as far as it is known."""
    if point.holidays:
        return point.holidays
    return point.country if point.country != EVERYWHERE and _known(point.country) else ""


def fault_in(point: Place) -> str:
    """Say what is wrong with an office's opening hours, or return an empty text."""
    if point.holidays and not _known(point.holidays):
        return f"the holidays of {point.holidays!r} are not known"
    if not point.hours:
        return ""
    try:
        _schedule(point.hours, "")
    except HoursError as error:
        place = _POSITION.search(str(error))
        sign = f" from sign {place[1]} on" if place else ""
        return f"{point.hours!r} is not in OpenStreetMap's syntax{sign}; an example: Mo-Fr 09:00-17:00; PH off"
    for said, fault in _NOT_KNOWN_HERE.items():
        if said.search(_REMARK.sub("", point.hours)):
            return f"{point.hours!r}: {fault}"
    if point.country != EVERYWHERE and _HOLIDAY.search(point.hours) and not holidays_of(point):
        return f"the holidays of {point.country!r} are not known; leave out `PH` or set `holidays`"
    return ""


@lru_cache(maxsize=256)
def _known(country: str) -> bool:
    try:
        _schedule("24/7", country)
    except CountryError:
        return False
    return True


@lru_cache(maxsize=1024)
def _schedule(text: str, holidays: str) -> OpeningHours:
    return OpeningHours(text, country=holidays or None, auto_country=False, auto_timezone=False)


def _span_at(point: Place, at: datetime) -> tuple[datetime, datetime] | None:
    begun = takewhile(lambda span: span[0] <= at, _spans(point, at, at + _HORIZON))
    return next((span for span in begun if at < span[1]), None)


def _spans(point: Place, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and closing (UTC, not cut) of every opening that touches the time from `start` to `end`.

    Openings that follow each other without a break are one: the hours may give them different remarks.
    """
    last: tuple[datetime, datetime] | None = None
    for span in _stretches(point, start, end, State.OPEN):
        if last is not None and span[0] <= last[1]:
            last = last[0], max(last[1], span[1])
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _stretches(point: Place, start: datetime, end: datetime, state: State) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(point.zone)
    # From the day before, so that an opening which runs past midnight is seen from its beginning.
    first = _midnight(start.astimezone(zone).date() - _DAY)
    last = _midnight(end.astimezone(zone).date() + 3 * _DAY)
    # What stands after `||` ("else by appointment") promises no opening, and the library loses later days over it.
    schedule = _schedule(point.hours.partition("||")[0], holidays_of(point))
    for opens, closes, found, remark in schedule.intervals(first, last):
        if _meant(point, opens, closes, found, remark) is not state:
            continue
        for begin, finish in _without_closures(point, opens, closes):
            span = begin.replace(tzinfo=zone).astimezone(UTC), _instant(finish, zone)
            if span[0] < end and span[1] > start:
                yield span


def _meant(point: Place, opens: datetime, closes: datetime, state: State, remark: str) -> State:
    """A remark without hours ("by appointment") says when to ask, not that the office is open day and night."""
    whole_days = opens.time() == closes.time() == time() and not _ALL_DAY.search(point.hours)
    return State.UNKNOWN if state is State.OPEN and remark and whole_days else state


def _without_closures(point: Place, opens: datetime, closes: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Leave out closed days. An opening within a day falls as a whole, also if it would run past midnight."""
    if closes - opens < _DAY:
        if not any(closure.covers(opens.date()) for closure in _closures(point, opens, closes)):
            yield opens, closes
        return
    for closure in _closures(point, opens, closes):
        shut, reopens = _midnight(closure.first), _midnight(closure.last + _DAY)
        if opens < shut < closes:
            yield opens, shut
        opens = max(opens, reopens) if shut < closes else opens
    if opens < closes:
        yield opens, closes


def _closures(point: Place, opens: datetime, closes: datetime) -> Sequence[Closure]:
    """Return the days on which it is closed beside its hours, in the order of time."""
    country, days = holidays_of(point), set[date]()
    if country in MOVES_HOLIDAYS and _CLOSED_ON_HOLIDAYS.search(point.hours):
        for year in {opens.year, min(closes.year, opens.year + 1)}:
            days |= moved_holidays(country, year)
    if not days:
        return point.closures
    return sorted((*point.closures, *(Closure(day, day) for day in days)), key=lambda closure: closure.first)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the later of the two moments that a clock may mean in the night in which it goes back."""
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
