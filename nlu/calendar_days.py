"""Days, weeks, months and years in ISO form, and which of them somebody means who leaves the year out."""

from datetime import date, timedelta

YEARS = range(1950, 2050)


def day_of(year: int, month: int, day: int) -> str | None:
    """Return the day in ISO form, or None where there is no such day."""
    try:
        return date(year, month, day).isoformat() if year in YEARS else None
    except ValueError:
        return None


def month_of(year: int, month: int) -> str | None:
    """Return the month in ISO form, or None where there is no such month."""
    return f"{year}-{month:02}" if 1 <= month <= 12 and year in YEARS else None


def nearest(month: int, day: int, on: date) -> str | None:
    """Return the day of this name that lies nearest to `on`, past or coming."""
    days = [value for year in (on.year - 1, on.year, on.year + 1) if (value := day_of(year, month, day))]
    return min(days, key=lambda value: abs(date.fromisoformat(value) - on), default=None)


def shifted(on: date, count: int, unit: str) -> str | None:
    """Return the day, week, month or year so many units after `on`, before it where the count is negative."""
    try:
        if unit == "day":
            return (on + timedelta(days=count)).isoformat()
        if unit == "week":
            year, week, _ = (on + timedelta(weeks=count)).isocalendar()
            return f"{year}-W{week:02}"
    except OverflowError:
        return None
    if unit == "month":
        years, month = divmod(on.year * 12 + on.month - 1 + count, 12)
        return month_of(years, month + 1)
    return f"{on.year + count}" if on.year + count in YEARS else None


def weekday_near(on: date, weekday: int, coming: bool) -> str:
    """Return the last such day before `on`, or the next one after it."""
    away = (weekday - on.weekday() - 1) % 7 + 1 if coming else -((on.weekday() - weekday - 1) % 7 + 1)
    return (on + timedelta(days=away)).isoformat()
