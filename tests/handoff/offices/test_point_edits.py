"""Contact points as people change them: over the files, checked like files, in force at once, never lost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from bot.db import Database
from bot.edits import Change, Edits, Outdated
from handoff.offices.contact_point import Closure, ContactPoint, Duty
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.fortnight import fortnight
from handoff.offices.live import BadOffice, Offices, StillNeeded, may_declare
from handoff.offices.usual_week import Week, read_week
from tests.conftest import Clock
from tests.handoff.conftest import Stage, office, on_sqlite, trusted

ME, OTHER = UUID(int=1), UUID(int=2)
MILANO, TORINO = office("milano"), office("torino", parent="milano")
FILES = {one.id: one for one in (MILANO, TORINO)}


@pytest.fixture
def offices(clock: Clock) -> Offices:
    return Offices(FILES, FILES, Edits(), clock)


def raw(point: ContactPoint = MILANO, **changes: Any) -> dict[str, Any]:
    return POINT_SCHEMA.plain(point) | changes


async def saved(database: Database, offices: Offices, values: Mapping[str, Any], seen: UUID | None = None) -> UUID:
    """Save an office and let it count."""
    async with database.transaction() as connection:
        edit = await offices.save(connection, offices.check(values), ME, seen)
        await offices.reload(connection)
    return edit.id


async def test_a_change_counts_for_whoever_holds_the_points(database: Database, offices: Offices) -> None:
    held = offices.points

    await saved(database, offices, raw(phone="02 1234", closures=[{"from": "2026-12-24", "until": "2026-12-31"}]))

    assert held["milano"].phone == "02 1234"
    assert held["milano"].closures == (Closure(date(2026, 12, 24), date(2026, 12, 31)),)
    assert offices.files["milano"] == MILANO
    async with database.reading() as connection:
        found = await offices.read(connection, "milano")
        assert (found.point, found.file, found.differs) == (held["milano"], MILANO, False)


async def test_going_back_to_the_file_keeps_the_history(database: Database, offices: Offices) -> None:
    first = await saved(database, offices, raw(phone="1111"))
    second = await saved(database, offices, raw(phone="2222"), first)

    async with database.transaction() as connection:
        await offices.as_in_file(connection, "milano", second)
        await offices.reload(connection)
        history = await offices.history(connection, "milano")

    assert offices.points["milano"] == MILANO
    assert [edit.body["phone"] for edit in history] == ["2222", "1111"]
    assert {edit.author for edit in history} == {ME}


async def test_of_two_who_save_the_second_is_refused(database: Database, offices: Offices) -> None:
    await saved(database, offices, raw(phone="1111"))

    with pytest.raises(Outdated):
        await saved(database, offices, raw(phone="2222"))

    assert offices.points["milano"].phone == "1111"


async def test_a_file_that_changed_since_is_told_and_both_stay(
    database: Database, offices: Offices, clock: Clock
) -> None:
    await saved(database, offices, raw(phone="1111"))
    files = FILES | {"milano": replace(MILANO, email="a@example.org")}
    later = Offices(files, files, Edits(), clock)

    async with database.reading() as connection:
        await later.reload(connection)
        assert await later.differing(connection) == {"milano"}
        assert (await later.read(connection, "milano")).differs

    assert later.points["milano"].phone == "1111"
    assert later.files["milano"].email == "a@example.org"


async def test_a_change_that_no_longer_reads_leaves_what_the_file_says(database: Database, offices: Offices) -> None:
    async with database.transaction() as connection:
        await Edits().save(
            connection, Change("point", "milano", {"id": "milano"}), ME, datetime(2026, 11, 1, tzinfo=UTC)
        )
        await offices.reload(connection)

    assert offices.points == FILES


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": "Mo whenever"}, "hours"),
        ({"parent": "milano"}, "parent"),
        ({"parent": "torino"}, "parent"),
        ({"parent": "nowhere"}, "parent"),
        ({"country": "FR"}, "country"),  # Torino, below it, is in Italy
        ({"sources": []}, "sources"),
        ({"name": ""}, "name"),
        ({"phone": "call"}, "phone"),
        ({"name": "Sportello \u202e211"}, "name"),
        ({"address": "Via \u2067Roma 1\u2069"}, "address"),
        ({"hours": "Mo 09:00-10:00 \u202d"}, "hours"),
        ({"city_also": ["\u202bMilan"]}, "city_also"),
        ({"duty_to_report": "none"}, "declared_on"),
    ],
)
def test_what_is_wrong_is_known_by_its_field(offices: Offices, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadOffice) as refused:
        offices.check(raw(**changes))

    assert set(refused.value.faults) == {field}


def test_all_faults_are_told_at_once(offices: Offices) -> None:
    with pytest.raises(BadOffice) as refused:
        offices.check({"id": "roma", "phone": "x", "web": "y"})

    assert {"name", "organisation", "country", "zone", "kind", "phone", "web"} == set(refused.value.faults)


async def test_an_office_that_others_lead_to_is_not_taken_away(database: Database, offices: Offices) -> None:
    async with database.transaction() as connection:
        with pytest.raises(StillNeeded) as refused:
            await offices.take_away(connection, "milano", ME, None)
        await offices.take_away(connection, "torino", ME, None)
        await offices.reload(connection)

    assert (refused.value.cases, refused.value.below) == (0, ("torino",))
    assert offices.points.keys() == {"milano"}
    async with database.reading() as connection:
        assert await offices.last(connection, "torino") == TORINO
        assert await offices.last(connection, "nowhere") is None


@on_sqlite
async def test_an_office_where_people_are_is_not_taken_away(stage: Stage, clock: Clock) -> None:
    offices = Offices({"milano": MILANO}, {"milano": MILANO}, Edits(), clock)
    stage.have(MILANO)
    await stage.operator("marta", "milano")
    await stage.offer(country="IT", city="Milano")

    async with stage.database.transaction() as connection:
        with pytest.raises(StillNeeded) as refused:
            await offices.take_away(connection, "milano", ME, None)

    assert refused.value.cases == 1


def test_who_may_say_that_an_office_reports_nobody() -> None:
    none, later = trusted(MILANO), replace(trusted(MILANO), declared_on=date(2026, 5, 5))

    assert may_declare(MILANO, none, speaks_for_it=True)
    assert not may_declare(MILANO, none, speaks_for_it=False)
    assert not may_declare(None, none, speaks_for_it=False)
    assert not may_declare(none, later, speaks_for_it=False)
    assert may_declare(none, replace(none, phone="1111"), speaks_for_it=False)
    assert may_declare(none, replace(none, duty_to_report=Duty.UNKNOWN), speaks_for_it=False)


# The usual week and the next two weeks


@pytest.mark.parametrize(
    ("hours", "again"),
    [
        ("Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),
        ("Mo,Fr 09:00-12:00; We 14:00-17:00", "Mo 09:00-12:00; We 14:00-17:00; Fr 09:00-12:00"),
        ("Th 09:00-13:00,14:00-17:00; PH off", "Th 09:00-13:00,14:00-17:00; PH off"),
        ("", ""),
    ],
)
def test_a_usual_week_is_read_and_written(hours: str, again: str) -> None:
    week = read_week(hours)

    assert week is not None
    assert week.hours == again


@pytest.mark.parametrize(
    "hours",
    [
        "24/7",
        "Mo-Su 00:00-24:00",
        'Mo-Fr 09:00-17:00 "by appointment"',
        "Jan-Mar Mo 09:00-12:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
        "Mo 09:00-12:00; Mo 14:00-15:00",
        "Fr-Mo 09:00-12:00",
        "PH off",
    ],
)
def test_what_is_more_than_a_usual_week_stays_text(hours: str) -> None:
    assert read_week(hours) is None


def test_an_empty_week_is_no_hours() -> None:
    assert Week().hours == ""


def test_the_next_two_weeks_day_by_day() -> None:
    point = replace(
        MILANO,
        hours="Mo-Fr 09:00-12:00,14:00-18:00; PH off",
        closures=(Closure(date(2026, 12, 28), date(2026, 12, 29)),),
    )

    days = {one.day: one for one in fortnight(point, datetime(2026, 12, 20, 23, 30, tzinfo=UTC))}

    assert next(iter(days)) == date(2026, 12, 21)  # it is Monday in Rome already
    assert len(days) == 14
    assert days[date(2026, 12, 21)].openings == (("09:00", "12:00"), ("14:00", "18:00"))
    assert (days[date(2026, 12, 25)].openings, days[date(2026, 12, 25)].holiday) == ((), True)
    assert (days[date(2026, 12, 28)].openings, days[date(2026, 12, 28)].closure) == ((), True)
    assert (days[date(2026, 12, 27)].openings, days[date(2026, 12, 27)].holiday) == ((), False)


def test_hours_past_midnight_and_unknown_hours() -> None:
    night = fortnight(replace(MILANO, hours="Fr 20:00-02:00"), datetime(2026, 11, 20, 9, tzinfo=UTC))
    always = fortnight(replace(MILANO, hours="24/7"), datetime(2026, 11, 20, 9, tzinfo=UTC))
    unknown = fortnight(replace(MILANO, hours=""), datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert night[0].openings == (("20:00", "02:00"),)
    assert night[1].openings == ()
    assert all(day.openings for day in always)
    assert not any(day.known or day.openings for day in unknown)


def test_a_moved_holiday_of_bulgaria_is_known() -> None:
    sofia = office("sofia", country="BG", zone="Europe/Sofia")

    days = {one.day: one for one in fortnight(sofia, datetime(2026, 12, 20, tzinfo=UTC))}

    assert days[date(2026, 12, 28)].holiday
    assert days[date(2026, 12, 28)].openings == ()
