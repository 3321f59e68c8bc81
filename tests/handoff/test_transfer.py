"""To a colleague at once; to another office or an interpreter only with the person's yes."""

from typing import Any

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import State
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.operators.holding import NotNow, NotYours
from tests.handoff.conftest import Stage, heard, office, on_sqlite, trusted


async def deed(stage: Stage, act: Any, scope: Scope, *more: Any) -> Any:
    case = await stage.case()
    async with stage.database.transaction() as connection:
        return await act(connection, scope, case.id, *more)


async def lines(stage: Stage, scope: Scope) -> list[str]:
    case = await stage.case()
    async with stage.database.reading() as connection:
        return [line.text for line in await queue.transcript(connection, stage.ring, scope, case.id)]


async def test_a_colleague_goes_on_and_the_person_is_told(stage: Stage, milano: Scope, pavel: Scope) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.take(milano)
    before = await stage.conversation()

    passed = await deed(stage, stage.room.counter.pass_to, milano, pavel.staff_id)

    assert (heard(passed.reply), passed.operator_id, passed.epoch_up) == (["another_adviser"], pavel.staff_id, True)
    assert (await stage.conversation()).epoch == before.epoch + 1
    assert await lines(stage, pavel) == ["ciao"]
    assert await lines(stage, milano) == []
    with pytest.raises(NotYours):
        await deed(stage, stage.room.counter.reply, milano, "…")


@pytest.mark.parametrize("why", ["away", "disabled", "other office"])
@on_sqlite
async def test_only_a_colleague_at_work_gets_a_case(
    stage: Stage, milano: Scope, pavel: Scope, stranger: Scope, why: str
) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    columns: dict[str, dict[str, Any]] = {"away": {"away": True}, "disabled": {"disabled_at": stage.clock()}}
    values = columns.get(why, {})
    async with stage.database.transaction() as connection:
        if values:
            await connection.execute(update(t.staff).where(t.staff.c.id == pavel.staff_id).values(**values))

    to = stranger if why == "other office" else pavel
    with pytest.raises(NotNow):
        await deed(stage, stage.room.counter.pass_to, milano, to.staff_id)
    assert (await stage.conversation()).operator_id == milano.staff_id


async def test_a_transfer_keeps_the_place_and_what_was_shown(stage: Stage, milano: Scope, stranger: Scope) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    waited_since = (await stage.case()).opened_at
    stage.clock.move(minutes=20)
    await stage.take(milano)
    await stage.says("sono qui")

    asked = await deed(stage, stage.room.counter.propose_transfer, milano, "roma")
    assert heard(asked.reply) == ["transfer_ask"]
    assert (await stage.conversation()).state is State.ASSIGNED, "until the person says yes"
    moved = await stage.tap("h:transfer:yes")

    assert (moved.state, moved.contact_point) == (State.WAITING, "roma")
    assert heard(moved.reply) == ["papers_no_duty", "waiting"]
    assert (await stage.case()).opened_at == waited_since
    assert [row.kind for row in await stage.rows(t.notice, t.notice.c.state == "queued")] == ["transfer"]
    async with stage.database.reading() as connection:
        assert await queue.find(connection, milano, (await stage.case()).id) is None
    await stage.take(stranger)
    assert await lines(stage, stranger) == ["ciao", "sono qui"]
    assert heard((await stage.tap("h:transfer:yes")).reply) == [], "answered once"


async def test_a_no_leaves_the_case_where_it_is(stage: Stage, milano: Scope, stranger: Scope) -> None:
    await stage.waits("milano")
    await stage.take(milano)
    await stage.says("sono qui")
    assert heard((await stage.tap("h:transfer:yes")).reply) == [], "nobody asked"
    await deed(stage, stage.room.counter.propose_transfer, milano, "roma")

    refused = await stage.tap("h:transfer:no")

    assert (refused.operator_id, heard(refused.reply)) == (milano.staff_id, ["transfer_no"])
    case = await stage.case()
    async with stage.database.reading() as connection:
        known = await queue.summary(connection, stage.ring, milano, case.id)
    assert known is not None
    assert (known.transfer, known.transfer_refused) == ("", True)


@pytest.mark.parametrize("why", ["unstaffed", "same", "nowhere", "not trusted", "asleep"])
@on_sqlite
async def test_what_cannot_be_proposed(stage: Stage, milano: Scope, stranger: Scope, why: str) -> None:
    stage.have(trusted(office("genova")), office("napoli"))
    await stage.operator("ciro", "napoli")
    await stage.waits("milano", trusted_only=True)
    await stage.take(milano)
    await stage.says("sono qui")
    to = {"unstaffed": "genova", "same": "milano", "nowhere": "atlantis", "not trusted": "napoli"}.get(why, "roma")
    if why == "asleep":
        stage.at("2026-11-18 22:30")

    with pytest.raises(NotNow):
        await deed(stage, stage.room.counter.propose_transfer, milano, to)
    async with stage.database.reading() as connection:
        case = await stage.case()
        may = await stage.room.counter.may_receive(connection, milano, case.id)
    assert [point.id for point in may] == ["roma"]


async def test_an_interpreter_reads_and_writes_only_after_a_yes(stage: Stage, milano: Scope, stranger: Scope) -> None:
    tsega = await stage.operator("tsega", role="interpreter", languages=["ti"], interprets_at=stage.clock())
    await stage.says("selam")
    await stage.waits("milano", locale="ti")
    case, counter = await stage.case(), stage.room.counter

    async def offered(scope: Scope) -> int:
        async with stage.database.reading() as connection:
            return len(await queue.to_interpret(connection, stage.ring, scope))

    assert (await offered(tsega), await offered(stranger)) == (1, 0)
    with pytest.raises(NotYours):
        await deed(stage, counter.interpret, stranger)
    assert heard((await deed(stage, counter.interpret, tsega)).reply) == ["interpret_ask"]
    assert await offered(tsega) == 0, "the person is asked once"
    await stage.take(milano)
    assert await lines(stage, tsega) == []
    with pytest.raises(NotYours):
        await deed(stage, counter.reply, tsega, "…")

    assert heard((await stage.tap("h:interpret:yes")).reply) == ["interpret_yes"]

    assert await lines(stage, tsega) == ["selam"]
    await deed(stage, counter.reply, tsega, "selam")
    await deed(stage, counter.add_note, tsega, "she says that she was not paid")
    async with stage.database.reading() as connection:
        notes = await queue.notes(connection, stage.ring, milano, case.id)
        assert await queue.notes(connection, stage.ring, stranger, case.id) == ()
    assert [(note.staff_id, note.text) for note in notes] == [(tsega.staff_id, "she says that she was not paid")]
    assert "paid" not in repr(notes)
    with pytest.raises(NotYours):
        await deed(stage, counter.close, tsega)


async def test_the_summary_holds_what_was_shown_only_if_it_was_shared(
    stage: Stage, milano: Scope, pavel: Scope
) -> None:
    await stage.waits("milano", share=False, shown=("labour_rights/unpaid_wages",), intent="labour_rights/overtime")
    case = await stage.case()

    async def known(scope: Scope) -> queue.Summary | None:
        async with stage.database.reading() as connection:
            return await queue.summary(connection, stage.ring, scope, case.id)

    assert await known(milano) is None, "not before the take"
    await stage.take(milano)
    before = await known(milano)
    await stage.tap("h:share:yes")
    after = await known(milano)
    assert before is not None
    assert after is not None
    assert (before.intent, before.shown, after.shown) == ("labour_rights/overtime", (), ("labour_rights/unpaid_wages",))
    assert (after.country, after.city) == ("IT", "Milano")
    assert await known(pavel) is None


@pytest.mark.parametrize("answer", ["no", "yes"])
@on_sqlite
async def test_who_wants_no_interpreter_is_left_alone_and_who_left_joins_nobody(
    stage: Stage, milano: Scope, answer: str
) -> None:
    accepted = {"role": "interpreter", "languages": ["ti"], "interprets_at": stage.clock()}
    tsega, omar = await stage.operator("tsega", **accepted), await stage.operator("omar", **accepted)
    await stage.waits("milano", locale="ti")
    await deed(stage, stage.room.counter.interpret, tsega)
    async with stage.database.transaction() as connection:
        gone = update(t.staff).where(t.staff.c.id == tsega.staff_id)
        await connection.execute(gone.values(disabled_at=stage.clock()))

    assert heard((await stage.tap(f"h:interpret:{answer}")).reply) == ["interpret_no"]

    assert (await stage.case()).interpreter_id is None
    async with stage.database.reading() as connection:
        waiting = await queue.to_interpret(connection, stage.ring, omar)
    assert len(waiting) == (0 if answer == "no" else 1)


@on_sqlite
async def test_a_colleague_who_does_not_look_loses_the_case_like_anybody(
    stage: Stage, milano: Scope, pavel: Scope
) -> None:
    await stage.says("ciao")
    await stage.waits("milano")
    await stage.take(milano)
    await stage.reply(milano, "Chiedo a Pavel")
    await deed(stage, stage.room.counter.pass_to, milano, pavel.staff_id)
    stage.clock.move(minutes=16)

    assert await stage.spoken() == [["operator_slow"]]
    assert (await stage.conversation()).state is State.WAITING
