"""Who is there: staffed offices, shifts that end by themselves, interpreters, and how busy an office is."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import tables as t
from bot.model.ids import new_id
from bot.model.say import Say
from handoff import shifts
from handoff.offices.contact_point import Scope
from handoff.shifts import Manning
from tests.handoff.conftest import Stage, office, trusted

DAYS_15 = timedelta(days=15)
OFFICE = office("milano", hours="24/7")


async def manning(stage: Stage) -> Manning:
    async with stage.database.reading() as connection:
        return await shifts.manning(connection, stage.clock())


async def on_shift(stage: Stage) -> bool:
    async with stage.database.reading() as connection:
        return await shifts.someone_on_shift(connection, OFFICE, stage.clock())


async def until(stage: Stage, scope: Scope, **later: float) -> None:
    async with stage.database.transaction() as connection:
        await shifts.set_shift(connection, scope.staff_id, stage.clock() + timedelta(**later))


async def test_a_shift_ends_by_itself(stage: Stage) -> None:
    marta = await stage.operator("marta", "milano")
    await until(stage, marta, minutes=5)
    assert await on_shift(stage)

    stage.clock.move(minutes=5)
    assert not await on_shift(stage), "though her page is still open"


async def test_the_truth_about_danger_ends_with_the_shift(stage: Stage) -> None:
    stage.have(trusted(office("milano")))
    marta = await stage.operator("marta", "milano")
    await until(stage, marta, minutes=5)
    stage.clock.move(minutes=5)

    told = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))

    assert told.truth == Say("truth_nobody"), "the office is open and her page too, but her shift is over"


async def test_who_signs_in_again_is_there_though_yesterdays_shift_is_over(stage: Stage) -> None:
    now = stage.clock()
    await stage.operator("marta", "milano", shift_until=now - timedelta(hours=12))

    assert await on_shift(stage)


@pytest.mark.parametrize(
    "values",
    [
        {"away": True},
        {"seen_at": None},
        {"role": "coordinator"},
        {"role": "interpreter"},
        {"terms_at": None},
    ],
)
async def test_nobody_is_there(stage: Stage, values: dict[str, object]) -> None:
    await stage.operator("marta", "milano", **values)

    assert not await on_shift(stage)


async def test_a_closed_office_has_nobody_on_shift(stage: Stage) -> None:
    await stage.operator("marta", "milano")
    closed = office("milano", hours="2020 Mo-Fr 09:00-18:00")

    async with stage.database.reading() as connection:
        assert not await shifts.someone_on_shift(connection, closed, stage.clock())
        assert await shifts.someone_on_shift(connection, OFFICE, stage.clock())


async def test_a_lead_is_an_operator_too(stage: Stage) -> None:
    await stage.operator("lea", "milano", role="lead")

    assert await on_shift(stage)
    assert (await manning(stage)).staffed == {"milano"}


async def test_only_who_accepted_to_interpret_and_signed_in_of_late_interprets(stage: Stage) -> None:
    now = stage.clock()
    yes = {"role": "interpreter", "terms_at": None, "interprets_at": now}
    await stage.operator("saba", languages=["ti", "am"], **yes)
    await stage.operator("omar", languages=["ar"], **{**yes, "interprets_at": None})
    await stage.operator("yusuf", languages=["so"], **yes, signed_in_at=now - DAYS_15)
    await stage.operator("li", languages=["zh"], **yes, disabled_at=now)
    await stage.operator("marta", "milano", languages=["pl"], interprets_at=now)

    assert (await manning(stage)).interpreters == {"ti", "am"}
    async with stage.database.reading() as connection:
        assert await shifts.interpreters(connection, now) == {"ti", "am"}


async def test_an_office_speaks_what_its_people_speak(stage: Stage) -> None:
    await stage.operator("marta", "milano", languages=["ti", "it"])
    await stage.operator("ines", "roma", languages=["zh"], signed_in_at=stage.clock() - DAYS_15)

    milano, roma = (await manning(stage)).speaking((office("milano"), office("roma")))

    assert milano.languages == ("en", "it", "ti")
    assert roma.languages == ("en", "it"), "who has not signed in for 15 days speaks nothing here"


async def test_the_load_is_what_each_operator_on_shift_has_to_do(stage: Stage) -> None:
    now = stage.clock()
    await stage.operator("marta", "milano")
    await stage.operator("pavel", "milano")
    await stage.operator("ines", "roma", away=True)
    states = [
        ("milano", "waiting"),
        ("milano", "assigned"),
        ("milano", "held"),
        ("milano", "closed"),
        ("roma", "waiting"),
    ]
    async with stage.database.transaction() as connection:
        for point, state in states:
            values = {"id": new_id(), "conversation_id": stage.conversation_id, "opened_at": now, "last_word_at": now}
            await connection.execute(insert(t.case).values(**values, contact_point=point, state=state))
    there = await manning(stage)

    async with stage.database.reading() as connection:
        assert await shifts.loads(connection, there) == {"milano": 1.5, "roma": 1.0}


async def test_an_office_lapses_when_nobody_signed_in_for_14_days(stage: Stage) -> None:
    now = stage.clock()
    await stage.operator("marta", "milano", "roma")
    await stage.operator("ines", "roma", "napoli", signed_in_at=now - DAYS_15)
    await stage.operator("ugo", "bari", signed_in_at=None)
    await stage.operator("pia", "torino", signed_in_at=now - DAYS_15, disabled_at=now)

    async with stage.database.reading() as connection:
        assert await shifts.lapsed_points(connection, now) == {"napoli"}, (
            "Bari never was staffed, Turin's account is closed"
        )
