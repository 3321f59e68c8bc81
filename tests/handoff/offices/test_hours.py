"""Opening hours: breaks, nights, holidays, closures and the two nights in which the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff.offices import hours
from handoff.offices.contact_point import Closure, ContactPoint, PointKind

ROME = ZoneInfo("Europe/Rome")


def office(opening: str, **values: str | tuple[Closure, ...]) -> ContactPoint:
    common = {"name": "x", "organisation": "x", "country": "IT", "zone": "Europe/Rome"}
    return ContactPoint(id="x", kind=PointKind.UNION, hours=opening, **{**common, **values})  # type: ignore[arg-type]


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(UTC)


WORK = office("Mo-Fr 09:00-18:00; PH off")
BREAK = office("Mo-Fr 09:00-12:30,14:00-18:00; PH off")
NIGHT = office("Fr-Sa 22:00-04:00")
ALWAYS = office("24/7")
UNKNOWN = office("")


@pytest.mark.parametrize(
    ("point", "at", "is_open", "closes", "opens"),
    [
        (WORK, "2026-11-18 10:00", True, "2026-11-18 18:00", "2026-11-19 09:00"),
        (WORK, "2026-11-18 09:00", True, "2026-11-18 18:00", "2026-11-19 09:00"),
        (WORK, "2026-11-18 18:00", False, None, "2026-11-19 09:00"),
        (WORK, "2026-11-20 17:59", True, "2026-11-20 18:00", "2026-11-23 09:00"),
        (WORK, "2026-11-21 03:00", False, None, "2026-11-23 09:00"),
        (BREAK, "2026-11-18 12:29", True, "2026-11-18 12:30", "2026-11-18 14:00"),
        (BREAK, "2026-11-18 13:00", False, None, "2026-11-18 14:00"),
        (NIGHT, "2026-11-20 23:00", True, "2026-11-21 04:00", "2026-11-21 22:00"),
        (NIGHT, "2026-11-21 03:59", True, "2026-11-21 04:00", "2026-11-21 22:00"),
        (NIGHT, "2026-11-23 03:00", False, None, "2026-11-27 22:00"),
        (ALWAYS, "2026-11-21 03:00", True, None, None),
        (UNKNOWN, "2026-11-18 10:00", None, None, None),
        (office("2020 Mo-Fr 09:00-18:00"), "2026-11-18 10:00", False, None, None),
        (office("Mo-Fr unknown"), "2026-11-18 10:00", None, None, None),
    ],
)
def test_open_closes_opens(
    point: ContactPoint, at: str, is_open: bool | None, closes: str | None, opens: str | None
) -> None:
    moment = rome(at)

    assert hours.is_open(point, moment) is is_open
    assert hours.closes_at(point, moment) == (rome(closes) if closes else None)
    assert hours.opens_at(point, moment) == (rome(opens) if opens else None)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("IT", "2026-12-08"), ("IT", "2027-01-06"), ("IT", "2027-03-29"), ("BE", "2026-07-21"), ("BE", "2026-11-11"),
        ("BG", "2026-03-03"), ("SI", "2026-02-08"), ("SI", "2027-02-08"), ("GR", "2026-10-28"), ("GR", "2026-03-25"),
    ],
)  # fmt: skip
def test_a_national_holiday_is_closed(country: str, day: str) -> None:
    point = office("Mo-Su 09:00-18:00; PH off", country=country)

    assert hours.is_open(point, rome(f"{day} 12:00")) is False
    assert hours.opens_at(point, rome(f"{day} 12:00")) is not None


def test_the_demonstration_keeps_the_holidays_it_names() -> None:
    without = office("Mo-Fr 09:00-18:00; PH off", country="*")
    with_holidays = office("Mo-Fr 09:00-18:00; PH off", country="*", holidays="IT")

    assert hours.is_open(without, rome("2026-12-08 10:00"))
    assert not hours.is_open(with_holidays, rome("2026-12-08 10:00"))


def test_a_one_off_closure_counts_in_the_offices_own_days() -> None:
    closures = (Closure(date(2026, 11, 18), date(2026, 11, 19)),)
    point = office("Mo-Fr 09:00-18:00", closures=closures)

    assert not hours.is_open(point, rome("2026-11-18 10:00"))
    assert hours.opens_at(point, rome("2026-11-17 19:00")) == rome("2026-11-20 09:00")


def test_a_closed_day_takes_its_whole_night_shift_but_not_the_one_before() -> None:
    point = office("Mo-Su 22:00-04:00", closures=(Closure(date(2026, 11, 18), date(2026, 11, 18)),))

    assert hours.is_open(point, rome("2026-11-18 03:00"))
    assert not hours.is_open(point, rome("2026-11-18 23:00"))
    assert not hours.is_open(point, rome("2026-11-19 03:00"))
    assert hours.is_open(point, rome("2026-11-19 23:00"))


def test_an_office_that_is_always_open_can_close_for_some_days() -> None:
    days = (Closure(date(2026, 11, 18), date(2026, 11, 18)), Closure(date(2026, 11, 20), date(2026, 11, 21)))
    point = office("24/7", closures=days)

    assert hours.closes_at(point, rome("2026-11-17 12:00")) == rome("2026-11-18 00:00")
    assert hours.opens_at(point, rome("2026-11-18 12:00")) == rome("2026-11-19 00:00")
    assert hours.closes_at(point, rome("2026-11-19 12:00")) == rome("2026-11-20 00:00")
    assert hours.is_open(point, rome("2026-11-22 00:00"))
    assert hours.opening_time_between(point, rome("2026-11-17 00:00"), rome("2026-11-23 00:00")) == timedelta(days=3)


def test_an_office_closed_for_good_does_not_open() -> None:
    point = office("24/7", closures=(Closure(date(2026, 11, 18), date(2028, 11, 18)),))

    assert hours.opens_at(point, rome("2026-11-18 12:00")) is None


def test_each_office_has_its_own_zone() -> None:
    sofia = office("Mo-Fr 09:00-18:00", zone="Europe/Sofia")

    assert hours.is_open(sofia, rome("2026-11-18 08:30"))
    assert not hours.is_open(sofia, rome("2026-11-18 17:30"))


@pytest.mark.parametrize(
    ("opening", "start", "end", "expected"),
    [
        # the clock goes forward: 2:00 becomes 3:00
        ("Sa 22:00-04:00", "2026-03-28 12:00", "2026-03-29 12:00", 5),
        ("Mo-Su 00:00-06:00", "2026-03-29 00:00", "2026-03-29 12:00", 5),
        # the clock goes back: 3:00 becomes 2:00
        ("Sa 22:00-04:00", "2026-10-24 12:00", "2026-10-25 12:00", 7),
        ("Mo-Su 00:00-06:00", "2026-10-25 00:00", "2026-10-25 12:00", 7),
        ("Mo-Su 00:00-02:30", "2026-10-25 00:00", "2026-10-25 12:00", 3.5),
    ],
)
def test_opening_time_is_real_time_when_the_clock_jumps(opening: str, start: str, end: str, expected: float) -> None:
    point = office(opening)

    assert hours.opening_time_between(point, rome(start), rome(end)) == timedelta(hours=expected)


def test_the_repeated_hour_is_open_from_its_first_minute() -> None:
    """The library's own zones lose the first pass of the hour; see the module."""
    point = office("Mo-Su 00:00-06:00")
    first_pass = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert hours.is_open(point, first_pass)
    assert hours.closes_at(point, first_pass) == datetime(2026, 10, 25, 5, 0, tzinfo=UTC)
    assert hours.opening_time_between(point, first_pass, first_pass + timedelta(hours=1)) == timedelta(hours=1)


def test_opening_time_skips_nights_breaks_and_weekends() -> None:
    friday, monday = rome("2026-11-20 17:50"), rome("2026-11-23 09:05")

    assert hours.opening_time_between(WORK, friday, monday) == timedelta(minutes=15)
    assert hours.opening_time_between(BREAK, rome("2026-11-18 12:20"), rome("2026-11-18 14:10")) == timedelta(
        minutes=20
    )
    assert hours.opening_time_between(UNKNOWN, friday, monday) == timedelta()


@pytest.mark.parametrize(
    ("point", "at", "expected"),
    [
        (BREAK, "2026-11-18 10:00", "2026-11-18 18:00"),
        (BREAK, "2026-11-18 13:00", "2026-11-18 18:00"),
        (BREAK, "2026-11-20 18:00", "2026-11-23 18:00"),
        (NIGHT, "2026-11-21 01:00", "2026-11-21 04:00"),
        (ALWAYS, "2026-11-18 10:00", "2026-11-19 00:00"),
        (UNKNOWN, "2026-11-18 10:00", None),
        (office("2020 Mo-Fr 09:00-18:00"), "2026-11-18 10:00", None),
    ],
)
def test_the_last_closing_of_the_day(point: ContactPoint, at: str, expected: str | None) -> None:
    assert hours.day_closes_at(point, rome(at)) == (rome(expected) if expected else None)


def test_opening_days_are_whole_days_in_between() -> None:
    monday = rome("2026-11-16 17:00")

    assert hours.opening_days_between(WORK, monday, rome("2026-11-19 23:00")) == 2
    assert hours.opening_days_between(WORK, monday, rome("2026-11-20 09:00")) == 3
    assert hours.opening_days_between(WORK, rome("2026-11-20 17:00"), rome("2026-11-23 09:00")) == 0


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:59", False), ("21:00", True), ("03:00", True), ("07:59", True), ("08:00", False)]
)
def test_the_quiet_hours(clock: str, quiet: bool) -> None:
    assert hours.quiet_now(WORK, rome(f"2026-11-18 {clock}")) is quiet
    assert hours.quiet_now("Europe/Rome", rome(f"2026-11-18 {clock}")) is quiet


def test_faults_are_said_in_words() -> None:
    assert hours.fault_in(office("Mo-Fr 09:00-18:00; PH off")) == ""
    assert "not in OpenStreetMap's syntax" in hours.fault_in(office("9 to 5"))
    assert "holidays of 'XX'" in hours.fault_in(office("24/7", holidays="XX"))


def test_where_the_holidays_are_not_known_none_may_be_promised() -> None:
    """Senegal's calendar is not in the library: without `PH` its offices have hours all the same."""
    dakar = office("Mo-Fr 09:00-18:00", country="SN", zone="Africa/Dakar")

    assert hours.fault_in(dakar) == ""
    assert hours.is_open(dakar, datetime(2026, 11, 18, 10, tzinfo=UTC))
    assert "leave out `PH`" in hours.fault_in(office("Mo-Fr 09:00-18:00; PH off", country="SN"))
