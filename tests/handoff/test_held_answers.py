"""Words that cannot go out now: held, added to, delivered once and in order; WhatsApp's window; did it help."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.model.conversation import State
from bot.outbox import Draft, Outbox
from handoff.offices.contact_point import Scope
from handoff.outcome import Delivery, HeldAnswer, Outcome
from tests.handoff.conftest import Stage, choices, heard, on_sqlite


async def answers(stage: Stage, scope: Scope, text: str) -> Outcome:
    """The operator answers; as the desk does, what is kept goes on the record."""
    case = await stage.case()
    async with stage.database.transaction() as connection:
        outcome = await stage.room.counter.reply(connection, scope, case.id, text)
        assert (outcome.kept is not None) == (outcome.delivery is not Delivery.SEND)
        if outcome.kept is not None:
            await stage.conversations.record(connection, case.conversation_id, "operator", text, stage.clock())
    return outcome


async def delivered(stage: Stage) -> list[str]:
    """The person writes any word; as a turn does, what comes back goes to the outbox."""
    await stage.says("ok")
    held: tuple[HeldAnswer, ...] = await stage.do(stage.room.aftercare.held_answers)
    seen = await stage.conversation()
    async with stage.database.transaction() as connection:
        outbox = Outbox(stage.ring, stage.conversations)
        for one in held:
            draft = Draft(one.text, recorded=False)
            row = await outbox.add(connection, seen.id, seen.account_id, seen.epoch, draft, stage.clock())
            await stage.conversations.sent_as(connection, one.message_id, row)
    return [one.text for one in held]


async def whatsapp(stage: Stage, until: timedelta) -> None:
    values = {"channel": "whatsapp", "window_until": stage.clock() + until}
    async with stage.database.transaction() as connection:
        await connection.execute(update(t.conversation).values(**values))


async def taken(stage: Stage, scope: Scope, answer: str = "sign") -> None:
    await stage.waits("milano")
    await stage.tap(f"h:contact:{answer}")
    await stage.take(scope)
    await stage.says("?")
    stage.clock.move(hours=1)


async def test_a_held_answer_is_added_to_and_delivered_once_in_order(stage: Stage, milano: Scope) -> None:
    await taken(stage, milano)

    first = await answers(stage, milano, "one")
    second = await answers(stage, milano, "two")

    assert (first.delivery, heard(first.reply), first.state) == (Delivery.SIGN, ["neutral_sign"], State.ANSWER_HELD)
    assert (second.delivery, second.reply, second.operator_id) == (Delivery.HOLD, None, milano.staff_id)
    assert (await stage.case()).state == State.ANSWER_HELD
    assert await delivered(stage) == ["one", "two"]
    assert (await stage.conversation()).state is State.ASSIGNED
    assert await delivered(stage) == []
    assert (await answers(stage, milano, "three")).delivery is Delivery.SEND


@pytest.mark.parametrize("way", ["close", "give_back", "away"])
@on_sqlite
async def test_what_is_held_outlives_the_case(stage: Stage, milano: Scope, pavel: Scope, way: str) -> None:
    await taken(stage, milano, "no")
    await answers(stage, milano, "one")
    case, counter = await stage.case(), stage.room.counter
    async with stage.database.transaction() as connection:
        if way == "away":
            await counter.set_away(connection, milano, True)
        else:
            await getattr(counter, way)(connection, milano, case.id)
    if way == "away":
        await stage.take(pavel)
        assert (await answers(stage, pavel, "two")).delivery is Delivery.HOLD

    assert await delivered(stage) == (["one", "two"] if way == "away" else ["one"])


async def test_nothing_overtakes_what_was_held(stage: Stage, milano: Scope) -> None:
    """The person has written, and the turn that will deliver has not run yet."""
    await taken(stage, milano, "no")
    await answers(stage, milano, "one")
    await stage.says("ok")

    assert (await answers(stage, milano, "two")).delivery is Delivery.HOLD

    assert await delivered(stage) == ["one", "two"]


async def test_after_whatsapps_window_an_answer_is_held(stage: Stage, milano: Scope) -> None:
    await taken(stage, milano, "yes")
    await whatsapp(stage, timedelta(minutes=5))
    assert (await answers(stage, milano, "in time")).delivery is Delivery.SEND
    stage.clock.move(minutes=5)

    late = await answers(stage, milano, "late")

    assert (late.delivery, late.reply, late.state) == (Delivery.HOLD, None, State.ANSWER_HELD)
    await whatsapp(stage, timedelta(days=1))
    assert await delivered(stage) == ["late"]


@pytest.mark.parametrize(
    ("left", "moment", "said"),
    [
        (timedelta(hours=3), "2026-11-18 15:00", []),
        (timedelta(hours=2), "2026-11-18 15:00", [["window_closing"]]),
        (timedelta(minutes=1), "2026-11-18 15:00", [["window_closing"]]),
        (timedelta(), "2026-11-18 15:00", []),
        (timedelta(hours=2), "2026-11-18 22:00", []),
    ],
)
@on_sqlite
async def test_the_window_is_told_of_at_its_22nd_hour_by_day(
    stage: Stage, milano: Scope, left: timedelta, moment: str, said: list[list[str]]
) -> None:
    stage.at("2026-11-18 14:50")
    await stage.waits("milano")
    await stage.take(milano)
    stage.at(moment)
    await whatsapp(stage, left)

    assert await stage.spoken() == said
    assert await stage.spoken() == [], "once"


async def test_who_has_an_answer_is_not_told_of_the_window(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await whatsapp(stage, timedelta(hours=1))
    await answers(stage, milano, "…")

    assert await stage.spoken() == []


async def closes(stage: Stage, scope: Scope, act: str = "close") -> Outcome:
    case = await stage.case()
    async with stage.database.transaction() as connection:
        outcome: Outcome = await getattr(stage.room.counter, act)(connection, scope, case.id)
    return outcome


@pytest.mark.parametrize(("answer", "phrase"), [("good", "feedback_yes"), ("bad", "feedback_no")])
@on_sqlite
async def test_did_it_help_is_asked_once_and_counted_without_text(
    stage: Stage, milano: Scope, answer: str, phrase: str
) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await stage.says("?")
    assert choices((await closes(stage, milano)).reply) == ["h:rate:good", "h:rate:bad"]

    assert heard((await stage.tap(f"h:rate:{answer}")).reply) == [phrase]

    assert heard((await stage.tap("h:rate:good")).reply) == ["status_none"], "one answer"
    assert (await stage.case()).rating == answer
    async with stage.database.reading() as connection:
        (figure,) = (await connection.execute(select(t.figure))).all()
    found = {key: figure._mapping[key] for key in ("kind", "country", "topic", "locale", "count")}
    assert tuple(found.values()) == (
        f"rated_{answer}",
        "IT",
        "labour_rights",
        "it",
        1,
    )


@pytest.mark.parametrize("why", ["danger", "safety", "may not be written to"])
@on_sqlite
async def test_whom_nobody_asks_whether_it_helped(stage: Stage, milano: Scope, why: str) -> None:
    more: dict[str, Any] = {"topic": "safety"} if why == "safety" else {}
    await stage.waits("milano", **more)
    await stage.take(milano)
    await stage.says("?")
    if why == "danger":
        await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
    if why == "may not be written to":
        await stage.tap("h:contact:no")
        stage.clock.move(hours=1)

    assert "feedback_ask" not in heard((await closes(stage, milano, "give_back")).reply)
    assert (await stage.case()).rating == ""
    assert heard((await stage.tap("h:rate:good")).reply) == ["status_none"]
