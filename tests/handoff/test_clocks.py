"""What happens by itself, at the hours at which it may."""

from uuid import uuid4

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.clocks import Chore, Due
from handoff.offices.contact_point import Scope
from tests.handoff.conftest import Stage, choices, heard, names, office, on_sqlite, trusted


async def kinds(stage: Stage) -> list[str]:
    return [f"{row.kind} {row.not_before.isoformat()[5:16]}" for row in await stage.rows(t.notice)]


async def test_nothing_is_due_at_once(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")

    assert await stage.clocks() == []


async def test_staff_is_told_at_once_then_once_more_then_the_lead(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    for minutes in (14, 1, 14, 1, 60, 60):
        stage.clock.move(minutes=minutes)
        assert await stage.spoken() == []

    assert await kinds(stage) == ["waiting 11-18T09:00", "repeated 11-18T09:15", "lead 11-18T09:30"]


async def test_notices_count_opening_time(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-20 17:50")
    await stage.waits("milano")
    stage.at("2026-11-23 09:04")
    await stage.clocks()
    assert len(await kinds(stage)) == 1
    stage.at("2026-11-23 09:05")
    await stage.clocks()

    assert await kinds(stage) == ["waiting 11-20T16:50", "repeated 11-23T08:05"]


async def test_a_question_left_at_night_is_notified_when_the_office_opens(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    await stage.offer()
    await stage.tap("h:leave")
    stage.at("2026-11-23 09:14")
    await stage.clocks()

    assert await kinds(stage) == ["waiting 11-23T08:00"]


async def test_at_closing_nobody_answered_is_admitted_once_a_day(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-19 16:00")
    await stage.waits("milano")
    stage.at("2026-11-19 17:59")
    assert await stage.spoken() == []

    stage.at("2026-11-19 18:00")
    (outcome,) = [outcome for outcome in await stage.clocks() if outcome]
    assert heard(outcome.reply) == ["nobody_answered"]
    assert choices(outcome.reply) == ["h:wait", "h:call", "h:other"]
    assert await stage.spoken() == []
    assert heard((await stage.tap("h:wait")).reply) == ["question_kept", "contact_later"]

    stage.at("2026-11-20 18:00")
    await stage.operator("pavel", "milano")
    assert await stage.spoken() == [["nobody_answered"]]
    stage.at("2026-11-21 18:00")
    assert await stage.spoken() == [], "closed on Saturday: nothing was promised for it"


async def test_a_lunch_break_is_not_the_end_of_the_day(stage: Stage) -> None:
    stage.have(office("milano", hours="Mo-Fr 09:00-12:30,14:00-18:00"))
    await stage.operator("marta", "milano")
    await stage.waits("milano")
    stage.at("2026-11-18 12:31")

    assert await stage.spoken() == []


async def test_a_closing_that_was_missed_or_falls_into_the_night_is_not_spoken_of(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    stage.at("2026-11-18 19:01")
    assert await stage.spoken() == []
    assert (await stage.case()).deadline_at.isoformat() == "2026-11-19T17:00:00+00:00"

    stage.have(office("late", city="Como", hours="Mo-Su 10:00-22:00"))
    await stage.operator("pavel", "late")
    person = await stage.another_person("p")
    await stage.as_person(person, lambda: stage.waits("late", city="Como"))
    stage.at("2026-11-18 22:00")
    assert await stage.spoken() == []


async def test_an_office_that_stays_open_longer_gets_its_new_closing(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    stage.have(trusted(office("milano", hours="Mo-Fr 09:00-20:00")))
    stage.at("2026-11-18 18:00")
    assert await stage.spoken() == []

    stage.at("2026-11-18 20:00")
    assert await stage.spoken() == [["nobody_answered"]]


async def test_an_office_where_nobody_works_any_more_ends_in_addresses(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    stage.at("2026-12-05 03:00")
    assert await stage.spoken() == []
    stage.at("2026-12-07 09:30")

    assert await stage.spoken() == [["no_staffed", "milano", "no_pass_on"]]
    assert (await stage.conversation()).state is State.BOT
    assert (await stage.case()).close_reason == "office_lost"


async def test_a_slow_operator_gives_the_case_back_and_it_is_said_once(stage: Stage, milano: Scope) -> None:
    pavel = await stage.operator("pavel", "milano")
    await stage.waits("milano")
    opened_at = (await stage.case()).opened_at
    await stage.take(milano)
    stage.clock.move(minutes=14)
    assert await stage.spoken() == []
    stage.clock.move(minutes=1)

    assert await stage.spoken() == [["operator_slow"]]

    case = await stage.case()
    assert (case.state, case.operator_id, case.opened_at) == ("waiting", None, opened_at), "the place is kept"
    assert (await stage.conversation()).state is State.WAITING
    assert (await kinds(stage))[-1] == "repeated 11-18T09:15"
    await stage.take(pavel)
    stage.clock.move(minutes=15)
    assert await stage.spoken() == []
    assert (await stage.conversation()).state is State.WAITING
    stage.clock.move(minutes=15)
    await stage.clocks()
    assert (await kinds(stage))[-1].startswith("lead")


async def test_the_operators_clock_runs_only_while_the_last_word_is_the_persons(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await stage.reply(milano)
    stage.clock.move(hours=2)
    assert await stage.spoken() == []

    await stage.says("grazie, e poi?")
    stage.clock.move(minutes=10)
    await stage.says("?")
    stage.clock.move(minutes=5)
    assert await stage.spoken() == [["operator_slow"]], "the first unanswered word counts"


async def test_a_closed_office_keeps_its_case(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    stage.at("2026-11-20 17:55")
    await stage.take(milano)
    for moment in ("2026-11-20 18:30", "2026-11-21 12:00", "2026-11-23 09:09"):
        stage.at(moment)
        assert await stage.spoken() == []
        assert (await stage.conversation()).state is State.ASSIGNED
    stage.at("2026-11-23 09:10")

    assert await stage.spoken() == [["operator_slow"]]


async def test_a_silent_person_is_asked_once_then_the_case_is_closed(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-16 10:00")
    await stage.waits("milano")
    await stage.take(milano)
    await stage.reply(milano)
    stage.at("2026-11-19 17:00")
    assert await stage.spoken() == []
    stage.at("2026-11-20 08:30")
    assert await stage.spoken() == [], "not before the office opens"

    stage.at("2026-11-20 09:00")
    assert await stage.spoken() == [["still_needed"]]
    assert await stage.spoken() == []
    stage.at("2026-11-25 17:00")
    assert await stage.spoken() == []
    stage.at("2026-11-26 09:00")
    assert await stage.spoken() == [["silence_closed"]]
    assert (await stage.conversation()).state is State.BOT


@pytest.mark.parametrize(
    ("answer", "said", "state"),
    [("yes", ["status_assigned"], State.ASSIGNED), ("no", ["silence_closed"], State.BOT)],
)
async def test_the_answer_to_still_needed(
    stage: Stage, milano: Scope, answer: str, said: list[str], state: State
) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await stage.reply(milano)
    stage.at("2026-11-24 09:00")
    assert await stage.spoken() == [["still_needed"]]

    outcome = await stage.tap(f"h:still:{answer}")

    assert (heard(outcome.reply), outcome.state) == (said, state)
    stage.clock.move(minutes=15)
    assert await stage.spoken() == ([["operator_slow"]] if state is State.ASSIGNED else [])


async def test_who_did_not_want_to_be_written_to_hears_nothing_by_itself(stage: Stage, milano: Scope) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.tap("h:contact:no")
    stage.at("2026-11-18 18:00")
    assert await stage.spoken() == []
    stage.at("2026-11-19 10:00")
    await stage.take(milano)
    stage.clock.move(minutes=15)
    assert await stage.spoken() == []

    assert (await stage.conversation()).state is State.WAITING, "the case itself goes on"
    assert names(await stage.rows(t.handoff_event), "edge")[-3:] == ["nobody_answered", "taken", "no_reply"]


async def test_an_offer_nobody_answered_is_forgotten_after_a_day(stage: Stage, milano: Scope) -> None:
    await stage.offer()
    stage.clock.move(hours=23)
    await stage.clocks()
    assert (await stage.conversation()).state is State.OFFERED
    stage.clock.move(hours=1)

    assert await stage.spoken() == []
    assert (await stage.conversation()).state is State.BOT
    assert await stage.rows(t.case) == []


async def test_what_is_not_due_any_more_is_left_alone(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    case = await stage.case()
    stage.at("2026-11-18 18:00")
    due = Due(case.id, stage.conversation_id, Chore.CLOSING)
    await stage.tap("h:cancel")

    async with stage.database.transaction() as connection:
        assert await stage.room.clocks.run(connection, due) is None
        erased = Due(case.id, uuid4(), Chore.CLOSING)
        assert await stage.room.clocks.run(connection, erased) is None


@on_sqlite
@pytest.mark.parametrize("moment", ["2026-11-21 03:00", "2026-12-08 12:00", "2026-11-18 17:59"])
async def test_no_promise_that_nobody_is_assigned_to(stage: Stage, moment: str) -> None:
    """Saturday night, a holiday and a minute before closing: without a staffed office nothing is promised."""
    stage.have(office("milano"))
    stage.at(moment)
    replies = [await stage.offer(), await stage.status()]
    replies += [await stage.tap(choice) for choice in ("h:accept:milano", "h:leave", "h:wait", "h:other")]

    promised = {"waiting", "waiting_minutes", "question_kept", "office_closed", "offer_open", "nobody_answered"}
    assert not promised & {phrase for outcome in replies for phrase in heard(outcome.reply)}
    assert await stage.spoken() == []
