"""The heart, turns: what waits for Rasa, what is kept for it, poison messages, and events that are no words."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from bot import tables as t
from bot.arrivals import Arrival
from bot.model.messages import Kind
from tests.conftest import Clock
from tests.conversations.scene import Stage, stage
from tests.support.builders import said


@pytest.fixture
def patience() -> float:
    return 0.0


@pytest.fixture
async def play(database_url: str, tmp_path: Path, clock: Clock, patience: float) -> AsyncIterator[Stage]:
    async with stage(database_url, tmp_path, clock, patience=patience) as made:
        yield made


async def _rows(play: Stage, table: Any) -> list[Any]:
    async with play.service.database.reading() as connection:
        return list((await connection.execute(select(table))).all())


async def _inbox_states(play: Stage) -> dict[str, int]:
    async with play.service.database.reading() as connection:
        c = t.inbox.c
        rows = await connection.execute(select(c.state, func.count()).group_by(c.state))
        return {row[0]: row[1] for row in rows}


async def _conversation(play: Stage) -> Any:
    return (await _rows(play, t.conversation))[0]


async def _say_all(play: Stage, *items: dict[str, Any]) -> None:
    """Everything at once, so that one turn takes it."""
    channel = {"channel": play.console.name, "account": play.console.account, "who": "olena"}
    made = [
        said(item.pop("text", ""), at=play.clock(), key=f"all{number}", number=number, **channel, **item)
        for number, item in enumerate(items)
    ]
    await play.service.intake.receive(made)
    await play.settle()


@pytest.mark.parametrize("patience", [30.0])
async def test_danger_does_not_wait_behind_a_question_that_waits_for_rasa(play: Stage) -> None:
    await _say_all(play, {"text": "about my contract"}, {"kind": Kind.STICKER}, {"text": "my husband hits me"})

    assert "112" in play.person().heard[-1]
    assert await _inbox_states(play) == {"done": 1, "waiting": 2}
    await play.later(seconds=31)
    assert (await _inbox_states(play)).get("waiting") is None


async def test_what_was_answered_beside_a_parked_question_is_not_done_again(play: Stage) -> None:
    await _say_all(play, {"text": "about my contract"}, {"kind": Kind.BUTTON, "button": "language"})

    assert await _inbox_states(play) == {"parked": 1, "done": 1}


async def test_a_question_taken_up_again_is_on_the_record_once(play: Stage) -> None:
    await play.person().says("about my contract")
    async with play.service.database.transaction() as connection:
        assert await play.service.inbox.unpark(connection, play.clock()) == 1
    await play.settle()

    assert [row.author for row in await _rows(play, t.message)].count("person") == 1


async def test_a_parked_question_is_not_answered_after_stop(play: Stage) -> None:
    olena = play.person()
    await olena.says("about my contract")
    await olena.says("stop")
    async with play.service.database.transaction() as connection:
        assert await play.service.inbox.unpark(connection, play.clock()) == 0

    assert await _inbox_states(play) == {"done": 2}


async def test_a_block_after_erasing_does_not_keep_the_address(play: Stage) -> None:
    olena = play.person()
    await olena.says("hello")
    await olena.says("delete my data")
    await olena.taps("p:delete:yes")
    await olena.sends(Kind.BLOCKED)
    play.clock.move(minutes=11)

    assert await play.service.keeper.erase_due() == 1
    assert await _rows(play, t.conversation) == []


async def test_a_block_and_its_end_are_noted_and_are_no_words(play: Stage) -> None:
    olena = play.person()
    await olena.says("stop")
    before = await _conversation(play)
    play.clock.move(minutes=20)
    await olena.sends(Kind.BLOCKED)
    assert (await _conversation(play)).blocked_at is not None
    assert await olena.sends(Kind.UNBLOCKED) == ""
    after = await _conversation(play)

    assert after.blocked_at is None
    assert (after.stopped_at, after.last_inbound_at) == (before.stopped_at, before.last_inbound_at)


async def test_a_block_by_a_stranger_is_not_kept(play: Stage) -> None:
    await play.person("nobody").sends(Kind.BLOCKED)

    assert await _rows(play, t.conversation) == []


async def test_a_message_that_cannot_be_opened_is_buried_and_the_next_goes_on(play: Stage) -> None:
    olena = play.person()
    await olena.says("hello")
    count = len(olena.heard)
    await _say_unread(play, "a", "b")
    async with play.service.database.transaction() as connection:
        first, _ = await play.service.inbox.oldest(connection, (await _conversation(play)).id) or (None, 0)
        await connection.execute(update(t.inbox).where(t.inbox.c.id == first).values(payload=b"\x01\x02k1broken"))
    for _ in range(4):
        await play.later(seconds=5)

    assert await _inbox_states(play) == {"done": 1, "dead": 1, "parked": 1}
    assert play.text("en", "turn_failed") in olena.heard[count]


async def _say_unread(play: Stage, *texts: str) -> list[UUID]:
    """Store messages that no turn has taken yet."""
    channel = {"channel": play.console.name, "account": play.console.account, "who": "olena"}
    arrivals = [
        Arrival(said(f"my question {text}", at=play.clock(), key=f"unread{text}", number=number, **channel))
        for number, text in enumerate(texts)
    ]
    async with play.service.database.transaction() as connection:
        return await play.service.inbox.store(connection, arrivals, play.clock())


async def test_what_comes_during_a_turn_keeps_its_quiet_and_its_hurry(play: Stage) -> None:
    (conversation,) = await _say_unread(play, "a")
    play.clock.move(seconds=2)
    (lease,) = await play.service.dispatch.take("w", 1)
    async with play.service.database.transaction() as connection:
        first, _ = await play.service.inbox.oldest(connection, conversation) or (None, 0)
    await _say_unread(play, "b")
    async with play.service.database.transaction() as connection:
        await connection.execute(update(t.inbox).where(t.inbox.c.id != first).values(urgent=True))
    await play.service.turn.bury(lease, first)
    row = await _conversation(play)

    assert row.lease_holder is None
    assert row.urgent
    assert (row.ready_at - play.clock()).total_seconds() == 2


async def test_an_old_lease_buries_nothing(play: Stage) -> None:
    (conversation,) = await _say_unread(play, "a")
    play.clock.move(seconds=2)
    (old,) = await play.service.dispatch.take("w1", 1)
    play.clock.move(seconds=61)
    await play.service.dispatch.take("w2", 1)
    async with play.service.database.transaction() as connection:
        first, _ = await play.service.inbox.oldest(connection, conversation) or (None, 0)
    await play.service.turn.bury(old, first)

    assert await _inbox_states(play) == {"waiting": 1}
    assert await play.outbox() == []
