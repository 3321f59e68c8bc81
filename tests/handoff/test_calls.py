"""Call-backs: the number is asked for, repeated by its end, seen by one operator, and erased."""

from typing import Any

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.callbacks import number_in
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.operators.holding import NotYours
from handoff.outcome import Outcome
from tests.handoff.conftest import Stage, choices, heard, names, on_sqlite

NUMBER = "+39333123456"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+39 333 123 456", NUMBER),
        ("0039-333-123.456", NUMBER),
        ("call me: (+39) 333/123456 please", NUMBER),
        ("\u202a+39 333 123456\u202c", NUMBER),
        ("+٣٩ ٣٣٣ ١٢٣ ٤٥٦", NUMBER),
        ("+३९ ३३३ १२३४५६", NUMBER),
        ("02 123 4567", "021234567"),
        ("12345", ""),
        ("+39 333 123 456 or +39 333 654 321", ""),
        ("1234567890123456", ""),
        ("I have 3 children and wait for 24 days", ""),
        ("", ""),
    ],
)
def test_a_number_in_anybodys_words(text: str, number: str) -> None:
    assert number_in(text) == number


async def asks(stage: Stage, wish: str = "morning", safe: str = "no") -> Outcome:
    await stage.tap("h:call")
    await stage.do(lambda c, seen: stage.room.calls.number(c, seen, NUMBER))
    await stage.tap(f"h:call_safe:{safe}")
    return await stage.tap(f"h:call_when:{wish}")


async def calls(stage: Stage, scope: Scope) -> tuple[queue.CallCard, ...]:
    async with stage.database.reading() as connection:
        return await queue.callbacks(connection, stage.ring, scope)


async def test_the_road_of_a_call(stage: Stage, milano: Scope, pavel: Scope, stranger: Scope) -> None:
    await stage.waits("milano")
    asked = await stage.tap("h:call")
    assert (heard(asked.reply), choices(asked.reply)) == (["call_number"], ["h:call:no"])

    repeated = await stage.do(lambda c, seen: stage.room.calls.number(c, seen, NUMBER))
    assert heard(repeated.reply) == ["call_safe"]
    assert repeated.reply is not None
    assert NUMBER not in str([getattr(part, "params", "") for part in repeated.reply.parts])
    assert await calls(stage, milano) == (), "not before all is answered"
    assert heard((await stage.tap("h:call_safe:no")).reply) == ["call_when"]
    noted = await stage.tap("h:call_when:afternoon")

    assert (noted.state, heard(noted.reply)) == (State.CALLBACK, ["papers_no_duty", "call_noted_open"])
    (card,) = await calls(stage, milano)
    assert (card.wish, card.safe_if_other, card.mine, card.number) == ("afternoon", False, False, "")
    assert await calls(stage, stranger) == ()
    assert names(await stage.rows(t.notice, t.notice.c.state == "queued"), "kind") == ["callback"]

    taken = await stage.take(milano)
    assert heard(taken.reply) == ["call_taken"]
    (card,) = await calls(stage, milano)
    assert (card.mine, card.number) == (True, NUMBER)
    assert NUMBER not in repr(card)
    assert await calls(stage, pavel) == (), "a colleague has it"
    assert "handoff.call_taken" in names(await stage.rows(t.audit), "action")


@pytest.mark.parametrize(
    ("result", "state", "said"),
    [("reached", State.BOT, ["call_done", "feedback_ask"]), ("not_reached", State.ASSIGNED, ["call_not_reached"])],
)
async def test_the_number_ends_with_the_call(
    stage: Stage, milano: Scope, pavel: Scope, result: str, state: State, said: list[str]
) -> None:
    await stage.waits("milano")
    await asks(stage)
    (card,) = await calls(stage, milano)
    await stage.take(milano)

    async with stage.database.transaction() as connection:
        with pytest.raises(NotYours):
            await stage.room.counter.call_done(connection, pavel, card.callback_id, result)
        outcome = await stage.room.counter.call_done(connection, milano, card.callback_id, result)

    assert (outcome.state, heard(outcome.reply)) == (state, said)
    (call,) = await stage.rows(t.callback)
    assert (call.number, call.result, call.done_at) == (None, result, stage.clock())


@pytest.mark.parametrize("way", ["h:cancel", "stop", "delete", "close", "transfer", "other"])
@on_sqlite
async def test_the_number_ends_with_the_case(stage: Stage, milano: Scope, stranger: Scope, way: str) -> None:
    await stage.waits("milano")
    if way == "other":  # begun, and then another office is asked
        await stage.tap("h:call")
        await stage.do(lambda c, seen: stage.room.calls.number(c, seen, NUMBER))
        await stage.tap("h:other")
        await stage.tap("h:accept:roma")
        assert await stage.rows(t.callback) == []
        return
    await asks(stage)
    counter: Any = stage.room.counter
    if way in ("stop", "delete"):
        await stage.do(getattr(stage.room.aftercare, way))
    elif way == "h:cancel":
        assert heard((await stage.tap(way)).reply) == ["call_cancelled"]
    else:
        await stage.take(milano)
        case = await stage.case()
        async with stage.database.transaction() as connection:
            if way == "close":
                await counter.close(connection, milano, case.id)
            else:
                await stage.conversations.write(connection, case.conversation_id, {"last_inbound_at": stage.clock()})
                await counter.propose_transfer(connection, milano, case.id, "roma")
        if way == "transfer":
            assert (await stage.tap("h:transfer:yes")).contact_point == "roma"
    (call,) = await stage.rows(t.callback)
    assert (call.number, call.result) == (None, "cancelled")


async def test_nobody_called_within_an_opening_day(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await asks(stage)
    stage.at("2026-11-18 17:59")
    assert await stage.spoken() == []
    stage.at("2026-11-18 18:01")

    assert await stage.spoken() == [["call_missed"]]

    assert (await stage.conversation()).state is State.WAITING
    (call,) = await stage.rows(t.callback)
    assert (call.number, call.result) == (None, "missed")
    assert await stage.spoken() == []


async def test_a_call_asked_for_shortly_before_closing_is_for_the_next_day(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-18 17:00")
    await stage.waits("milano")
    await asks(stage)
    stage.at("2026-11-18 18:30")
    assert await stage.spoken() == []
    stage.at("2026-11-19 18:30")
    assert await stage.spoken() == [["call_missed"]]


async def test_at_night_a_call_is_asked_of_a_closed_office(stage: Stage, milano: Scope) -> None:
    stage.at("2026-11-21 03:00")
    await stage.offer()
    assert "h:call" in choices((await stage.tap("h:address")).reply)

    noted = await asks(stage)

    assert (noted.state, heard(noted.reply)) == (State.CALLBACK, ["papers_no_duty", "call_noted"])
    assert heard((await stage.status()).reply) == ["call_noted", "who_sees"]
    (notice,) = await stage.rows(t.notice, t.notice.c.state == "queued")
    assert notice.not_before.isoformat() == "2026-11-23T08:00:00+00:00", "nobody is called at night"


async def test_who_needs_no_call_leaves_no_number(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.tap("h:call")
    await stage.do(lambda c, seen: stage.room.calls.number(c, seen, NUMBER))

    assert heard((await stage.tap("h:call:no")).reply) == ["waiting"]
    assert await stage.rows(t.callback) == []
    assert heard((await stage.tap("h:call_when:any")).reply) == ["waiting"], "an old tap"
    assert (await stage.conversation()).state is State.WAITING


async def test_no_call_is_promised_in_the_name_of_an_office_where_nobody_works(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    stage.clock.move(days=20)

    assert "no_pass_on" in heard((await stage.tap("h:call")).reply)


async def test_who_takes_a_call_and_forgets_it_has_it_for_an_opening_day(
    stage: Stage, milano: Scope, pavel: Scope
) -> None:
    await stage.waits("milano")
    await asks(stage)
    stage.clock.move(minutes=5)
    await stage.take(milano)
    stage.at("2026-11-18 17:59")
    assert await stage.spoken() == []
    stage.at("2026-11-18 18:01")

    assert await stage.spoken() == [["call_missed"]], "that was promised"

    assert (await stage.case()).state == "waiting"
    (call,) = await stage.rows(t.callback)
    assert (call.number, call.result) == (None, "missed")


@pytest.mark.parametrize("what", ["writes", "not_reached"])
@on_sqlite
async def test_who_does_something_about_a_call_keeps_the_case(stage: Stage, milano: Scope, what: str) -> None:
    await stage.waits("milano")
    await asks(stage)
    await stage.take(milano)
    stage.clock.move(minutes=5)
    if what == "writes":
        await stage.reply(milano, "Chiamo domani")
    else:
        (card,) = await calls(stage, milano)
        async with stage.database.transaction() as connection:
            await stage.room.counter.call_done(connection, milano, card.callback_id, what)
    stage.at("2026-11-18 18:01")

    assert await stage.spoken() == []
    assert (await stage.case()).operator_id == milano.staff_id


@on_sqlite
async def test_an_interpreter_is_told_of_a_call_that_needs_one(stage: Stage, milano: Scope) -> None:
    await stage.operator("tsega", role="interpreter", languages=["ti"], interprets_at=stage.clock())
    assert "bridge_interpreter" in heard((await stage.offer(locale="ti")).reply)
    await asks(stage)

    assert (await stage.case()).bridge == "interpreter"
    assert names(await stage.rows(t.notice), "kind") == ["callback", "interpreter"]
