"""The operators' side: take, answer, leave, and nothing outside one's own offices."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from bot import tables as t
from bot.model.conversation import Purpose, State
from bot.model.ids import new_id
from bot.model.say import Reply, Verbatim
from bot.outbox import Draft, Outbox
from handoff.offices.contact_point import Scope
from handoff.operators.holding import NotYours
from handoff.outcome import AlreadyTaken, Delivery, Outcome
from tests.handoff.conftest import Stage, heard, names


async def test_take_silences_the_bot_and_is_logged(stage: Stage, milano: Scope, outbox: Outbox) -> None:
    await stage.waits("milano")
    seen = await stage.conversation()
    rows: list[UUID] = []
    for purpose in (Purpose.BOT, Purpose.HANDOFF, Purpose.DANGER):
        async with stage.database.transaction() as connection:
            draft = Draft("…", purpose)
            rows.append(await outbox.add(connection, seen.id, seen.account_id, seen.epoch, draft, stage.clock()))

    outcome = await stage.take(milano)

    assert heard(outcome.reply) == ["person_joined"]
    assert (outcome.state, outcome.operator_id, outcome.contact_point) == (State.ASSIGNED, milano.staff_id, "milano")
    assert outcome.epoch_up
    stands = await stage.conversation()
    assert (stands.epoch, stands.version) == (seen.epoch + 1, seen.version + 1)
    states = {row.purpose: (row.state, row.payload is None) for row in await stage.rows(t.outbox)}
    assert states == {"bot": ("cancelled", True), "handoff": ("queued", False), "danger": ("queued", False)}
    (logged,) = await stage.rows(t.audit)
    assert (logged.action, logged.contact_point) == ("handoff.take", "milano")
    assert logged.actor == f"operator:{milano.staff_id}"
    assert names(await stage.rows(t.notice), "state") == ["cancelled"]


async def test_two_takes_at_once_have_one_winner(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.waits("milano")
    case = await stage.case()

    async def take(scope: Scope) -> Outcome | AlreadyTaken:
        async with stage.database.transaction() as connection:
            return await stage.room.counter.take(connection, scope, case.id)

    outcomes = await asyncio.gather(take(milano), take(pavel))

    won = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, AlreadyTaken)]
    assert len(won) == len(lost) == 1
    assert lost[0].operator_id == won[0].operator_id == (await stage.case()).operator_id


async def test_a_case_that_ended_meanwhile_cannot_be_taken(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    case = await stage.case()
    await stage.tap("h:cancel")

    async with stage.database.transaction() as connection:
        assert await stage.room.counter.take(connection, milano, case.id) == AlreadyTaken(None)


async def test_nobody_acts_outside_the_scope(stage: Stage, milano: Scope, pavel: Scope, stranger: Scope) -> None:
    await stage.waits("milano")
    case, counter = await stage.case(), stage.room.counter

    async def refused(scope: Scope, act: Any, *more: object) -> None:
        async with stage.database.transaction() as connection:
            with pytest.raises(NotYours):
                await act(connection, scope, case.id, *more)

    await refused(stranger, counter.take)
    await refused(milano, counter.reply, "too early")
    await stage.take(milano)
    for act, *more in ([counter.reply, "Buongiorno"], [counter.close], [counter.give_back]):
        await refused(pavel, act, *more)
        await refused(stranger, act, *more)
    assert (await stage.conversation()).operator_id == milano.staff_id


async def test_an_answer_goes_out_as_the_operators_words(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    before = await stage.conversation()

    outcome = await stage.reply(milano, "Buongiorno")

    assert outcome.reply == Reply((Verbatim("Buongiorno"),))
    assert (outcome.purpose, outcome.delivery) == (Purpose.OPERATOR, Delivery.SEND)
    assert (await stage.conversation()).version == before.version
    assert (await stage.case()).last_word == "operator"
    assert "Buongiorno" not in repr(outcome)


@pytest.mark.parametrize(("act", "phrase"), [("give_back", "person_left"), ("close", "conversation_closed")])
async def test_the_end_by_the_operator(stage: Stage, milano: Scope, act: str, phrase: str) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    case = await stage.case()

    async with stage.database.transaction() as connection:
        outcome = await getattr(stage.room.counter, act)(connection, milano, case.id)

    assert heard(outcome.reply) == [phrase, "feedback_ask"]
    assert (outcome.state, outcome.contact_point, outcome.operator_id) == (State.BOT, "", None)
    assert (await stage.case()).closed_at == stage.clock()
    (conversation,) = await stage.rows(t.conversation)
    assert conversation.handed_off_at == stage.clock(), "from now its text is kept longer"


async def test_a_case_nobody_took_is_not_handed_off(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.tap("h:cancel")

    (conversation,) = await stage.rows(t.conversation)
    assert conversation.handed_off_at is None


async def away(stage: Stage, scope: Scope, gone: bool = True) -> list[list[str]]:
    async with stage.database.transaction() as connection:
        return [heard(outcome.reply) for outcome in await stage.room.counter.set_away(connection, scope, gone)]


async def test_who_goes_away_gives_every_case_back(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    other = await stage.another_person("p")
    await stage.as_person(other, lambda: stage.waits("milano"))
    await stage.as_person(other, lambda: stage.take(milano))

    assert await away(stage, milano) == [["person_left", "waiting"], ["person_left", "waiting"]]

    assert (await stage.conversation()).state is State.WAITING
    case = await stage.case()
    assert (case.operator_id, case.notices) == (None, 1)
    assert names(await stage.rows(t.notice, t.notice.c.state == "queued"), "kind") == ["waiting", "waiting"]
    await stage.take(pavel)
    assert await away(stage, milano, gone=False) == []
    assert names(await stage.rows(t.staff, t.staff.c.id == milano.staff_id), "away") == [False]


@pytest.mark.parametrize(
    ("moment", "said"), [("2026-11-18 18:05", ["person_left", "question_kept"]), ("2026-11-18 21:05", [])]
)
async def test_leaving_after_the_shift_keeps_the_question(
    stage: Stage, milano: Scope, moment: str, said: list[str]
) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    stage.at(moment)

    assert await away(stage, milano) == [said]

    notice = (await stage.rows(t.notice, t.notice.c.state == "queued"))[-1]
    assert notice.not_before.isoformat() == "2026-11-19T08:00:00+00:00", "nobody is called at night"


async def test_a_case_of_an_office_that_left_the_network_can_still_be_answered(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    stage.points.clear()

    assert (await stage.reply(milano)).delivery is Delivery.SEND
    assert await away(stage, milano) == [["person_left", "waiting"]]


async def test_an_outbox_row_of_another_conversation_is_left_alone(stage: Stage, milano: Scope, outbox: Outbox) -> None:
    other = await stage.another_person("p")
    async with stage.database.transaction() as connection:
        seen = await stage.conversation()
        await outbox.add(connection, other, seen.account_id, 0, Draft("…", Purpose.BOT), stage.clock())
        await connection.execute(insert(t.audit).values(id=new_id(), at=stage.clock(), actor="x", action="y"))
    await stage.waits("milano")
    await stage.take(milano)

    assert names(await stage.rows(t.outbox), "state") == ["queued"]
