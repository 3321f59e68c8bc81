"""A case goes on at another office: what the first one wrote and heard, and who was let in there, stays behind."""

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.operators.holding import NotYours
from tests.handoff.conftest import Stage, heard, on_sqlite
from tests.handoff.test_calls import asks
from tests.handoff.test_transfer import deed, lines

ANSWER = "f:have_contract:yes"


async def given_up(stage: Stage, scope: Scope) -> None:
    """Milano's adviser talks to the person, asks something, writes a note, and does not answer any more."""
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.take(scope)
    stage.clock.move(minutes=1)
    await stage.says("per milano")
    await deed(stage, stage.room.counter.add_note, scope, "lavora da Rossi")
    stage.clock.move(minutes=16)
    await stage.clocks()
    assert (await stage.conversation()).state is State.WAITING


async def chooses_rome(stage: Stage) -> None:
    stage.clock.move(minutes=1)
    await stage.tap("h:other")
    await stage.tap("h:accept:roma")


async def notes_of(stage: Stage, scope: Scope) -> list[str]:
    case = await stage.case()
    async with stage.database.reading() as connection:
        return [note.text for note in await queue.notes(connection, stage.ring, scope, case.id)]


async def test_a_yes_to_the_next_office_shows_nothing_of_the_first(
    stage: Stage, milano: Scope, stranger: Scope
) -> None:
    await given_up(stage, milano)
    await chooses_rome(stage)
    stage.clock.move(minutes=1)
    await stage.says("per roma")
    await stage.tap("h:share:yes")
    await stage.take(stranger)

    assert await lines(stage, stranger) == ["per roma"]
    assert await notes_of(stage, stranger) == []


async def test_notes_stay_with_an_office_that_has_the_case_again(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await given_up(stage, milano)
    await stage.take(pavel)
    assert await notes_of(stage, pavel) == ["lavora da Rossi"]


@on_sqlite
async def test_an_old_yes_means_nothing_for_an_office_that_a_danger_led_to(
    stage: Stage, milano: Scope, stranger: Scope
) -> None:
    await stage.says("ciao")
    await stage.waits("milano", share=False)
    stage.clock.move(minutes=11)  # nobody of Milano is there any more
    await stage.seen(stranger)
    await stage.says("aiuto")
    danger = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
    assert danger.conversation.contact_point == "roma"

    await stage.tap("h:share:yes")
    await stage.take(stranger)

    assert await lines(stage, stranger) == ["aiuto"]


@pytest.mark.parametrize("way", ["transfer", "danger"])
@on_sqlite
async def test_a_call_that_is_off_is_called_off(stage: Stage, milano: Scope, stranger: Scope, way: str) -> None:
    await stage.waits("milano")
    await asks(stage)
    if way == "transfer":
        await stage.take(milano)
        await stage.says("sono qui")
        await deed(stage, stage.room.counter.propose_transfer, milano, "roma")
        said = heard((await stage.tap("h:transfer:yes")).reply)
    else:
        stage.clock.move(minutes=11)
        await stage.seen(stranger)
        danger = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
        said = [say.phrase for say in (danger.truth, *danger.also)]

    assert (await stage.case()).contact_point == "roma"
    assert "call_cancelled" in said
    (call,) = await stage.rows(t.callback)
    assert (call.number, call.result) == (None, "cancelled")


@pytest.mark.parametrize("way", ["transfer", "choice"])
@on_sqlite
async def test_an_interpreter_is_let_in_anew_at_another_office_and_told(
    stage: Stage, milano: Scope, stranger: Scope, way: str
) -> None:
    tsega = await stage.operator("tsega", role="interpreter", languages=["ti"], interprets_at=stage.clock())
    await stage.waits("milano", locale="ti")
    await deed(stage, stage.room.counter.interpret, tsega)
    await stage.tap("h:interpret:yes")
    if way == "transfer":
        await stage.take(milano)
        await stage.says("selam")
        await deed(stage, stage.room.counter.propose_transfer, milano, "roma")
        await stage.tap("h:transfer:yes")
    else:
        await chooses_rome(stage)
    await stage.take(stranger)

    assert await lines(stage, tsega) == []
    told = [row.contact_point for row in await stage.rows(t.notice, t.notice.c.kind == "interpreter")]
    assert told == ["milano", "roma"]


@on_sqlite
async def test_who_has_read_nothing_of_it_mutes_nobody(stage: Stage, milano: Scope, stranger: Scope) -> None:
    await given_up(stage, milano)
    await chooses_rome(stage)

    with pytest.raises(NotYours):
        await deed(stage, stage.room.counter.mute, stranger)
