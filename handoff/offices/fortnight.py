"""The next two weeks of an office, day by day, as somebody sees them who edits its hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from handoff.offices import hours
from handoff.offices.contact_point import Place
from handoff.offices.holidays import moved_holidays

LENGTH = 14

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One day. `openings` are local times as `09:00`; none: closed all day. `known` is False where no hours are known."""

    day: date
    openings: tuple[tuple[str, str], ...]
    holiday: bool
    closure: bool
    known: bool = True


def fortnight(point: Place, now: datetime) -> tuple[OfficeDay, ...]:
    """Return the next two weeks from the office's own today on."""
    zone = ZoneInfo(point.zone)
    today = now.astimezone(zone).date()
    spans = hours.openings(point, now - _DAY, now + (LENGTH + 1) * _DAY)
    local = [(opens.astimezone(zone), closes.astimezone(zone)) for opens, closes in spans]
    return tuple(_day(point, today + number * _DAY, local) for number in range(LENGTH))


def _day(point: Place, day: date, spans: list[tuple[datetime, datetime]]) -> OfficeDay:
    openings = tuple(
        (_clock(opens, day), _clock(closes, day))
        for opens, closes in spans
        if opens.date() == day or opens.date() < day < closes.date()
    )
    closure = any(one.covers(day) for one in point.closures)
    return OfficeDay(day, openings, is_holiday(point, day), closure, bool(point.hours))


def is_holiday(point: Place, day: date) -> bool:
    """Tell whether this is a public holiday there, as far as its country's holidays are known."""
    country = hours.holidays_of(point)
    if not country:
        return False
    listed = OpeningHours("PH", country=country, auto_country=False, auto_timezone=False)
    years = (day.year, day.year - 1)
    return listed.is_open(datetime.combine(day, time(12))) or any(day in moved_holidays(country, one) for one in years)


def _clock(at: datetime, day: date) -> str:
    """A time of the day that is shown: what began before it counts from midnight, the end of a day is 24:00."""
    if at.date() < day:
        return "00:00"
    if at.date() > day and at.time() == time():
        return "24:00"
    return f"{at:%H:%M}"
