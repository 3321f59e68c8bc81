"""How often a person may ask, and what follows from abuse: honest words, and danger goes through."""

from datetime import timedelta
from typing import Any

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.operators.holding import NotYours
from handoff.outcome import Outcome
from tests.handoff.conftest import Stage, heard, office


@pytest.fixture
async def lea(stage: Stage, milano: Scope) -> Scope:
    """The lead of Milano."""
    return await stage.operator("lea", "milano", role="lead")


async def mutes(stage: Stage, scope: Scope) -> Outcome:
    case = await stage.case()
    async with stage.database.transaction() as connection:
        return await stage.room.counter.mute(connection, scope, case.id)


async def lead(stage: Stage, act: Any, scope: Scope) -> Any:
    async with stage.database.transaction() as connection:
        return await act(connection, scope, stage.conversation_id)


async def limits_of(stage: Stage, scope: Scope) -> tuple[queue.LimitCard, ...]:
    async with stage.database.reading() as connection:
        return await queue.limited(connection, scope)


async def test_the_fifth_question_of_a_day_is_not_passed_on(stage: Stage, milano: Scope) -> None:
    stage.have(office("listed", address="Via Roma 1"))
    for _ in range(4):
        await stage.waits("milano")
        await stage.tap("h:cancel")
        stage.clock.move(minutes=10)

    refused = await stage.offer()

    assert heard(refused.reply) == ["asked_too_often", "listed", "milano", "no_pass_on"]
    assert refused.state is State.BOT
    danger = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
    assert danger.alarm
    await stage.tap("h:cancel")
    stage.clock.move(days=1)
    await stage.seen(milano)
    assert heard((await stage.offer()).reply) == ["offer_open"]


async def test_a_muted_person_is_told_where_to_go(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.waits("milano")
    with pytest.raises(NotYours):
        await mutes(stage, milano)  # nobody read it: it cannot be abuse
    await stage.take(milano)
    with pytest.raises(NotYours):
        await mutes(stage, pavel)
    await stage.says("…")

    muted = await mutes(stage, milano)

    assert (muted.state, heard(muted.reply)) == (State.LIMITED, ["limited_until", "milano", "no_pass_on"])
    assert (await stage.case()).close_reason == "limited"
    assert heard((await stage.offer()).reply) == ["limited_until", "milano", "no_pass_on"]
    assert heard((await stage.tap("h:continue")).reply) == ["limited_until", "milano", "no_pass_on"]
    await stage.do(stage.room.aftercare.stop)
    assert (await stage.conversation()).state is State.BOT
    assert heard((await stage.offer()).reply)[0] == "limited_until", "the limit is a time and outlives the state"


async def test_danger_goes_through_a_limit(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await mutes(stage, milano)

    danger = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))

    assert danger.alarm
    assert danger.conversation.state is State.WAITING
    await stage.take(milano)
    await stage.says("ok")
    case = await stage.case()
    async with stage.database.transaction() as connection:
        closed = await stage.room.counter.close(connection, milano, case.id)
    assert heard(closed.reply) == ["conversation_closed"], "nobody is asked after a danger whether it helped"
    assert heard((await stage.offer()).reply)[0] == "limited_until"


async def test_a_limit_ends_by_itself_after_a_day(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await mutes(stage, milano)
    stage.clock.move(hours=23)
    await stage.clocks()
    assert (await stage.conversation()).state is State.LIMITED
    stage.clock.move(hours=1)

    assert await stage.spoken() == [], "no message is started"

    assert ((await stage.conversation()).state, (await stage.conversation()).limited_until) == (State.BOT, None)
    assert heard((await stage.offer()).reply) == ["offer_open"]


async def test_who_asks_before_the_clock_noticed_is_not_refused(stage: Stage, milano: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await mutes(stage, milano)
    stage.clock.move(days=1)

    assert heard((await stage.offer()).reply) == ["offer_open"]


async def test_only_a_lead_of_the_office_confirms_or_lifts(
    stage: Stage, milano: Scope, lea: Scope, stranger: Scope
) -> None:
    boss = await stage.operator("boss", "roma", role="lead")
    await stage.waits("milano")
    await stage.take(milano)
    await mutes(stage, milano)
    counter = stage.room.counter
    for nobody in (milano, stranger, boss):
        for act in (counter.confirm_limit, counter.lift_limit):
            with pytest.raises(NotYours):
                await lead(stage, act, nobody)
    assert await limits_of(stage, boss) == ()

    await lead(stage, counter.confirm_limit, lea)
    (card,) = await limits_of(stage, lea)
    assert (card.until, card.confirmed_at) == (stage.clock() + timedelta(days=30), stage.clock())
    await lead(stage, counter.lift_limit, lea)

    assert await limits_of(stage, lea) == ()
    assert (await stage.conversation()).state is State.BOT
    assert heard((await stage.offer()).reply) == ["offer_open"]
    actions = [row.action for row in await stage.rows(t.audit)]
    assert actions == ["handoff.take", "handoff.mute", "handoff.limit_confirmed", "handoff.limit_lifted"]
    with pytest.raises(NotYours):
        await lead(stage, counter.lift_limit, lea)


async def test_an_old_tap_does_not_hide_a_limit_from_the_lead(stage: Stage, milano: Scope, lea: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await mutes(stage, milano)

    await stage.tap("h:new")

    assert len(await limits_of(stage, lea)) == 1
    lifted = await lead(stage, stage.room.counter.lift_limit, lea)
    assert lifted.state is State.BOT
