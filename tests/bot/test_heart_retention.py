"""The heart, retention: nothing is erased while somebody writes, and nothing is kept longer than said."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from bot import tables as t
from bot.arrivals import Arrival
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.ids import new_id
from bot.retention import Keeper
from bot.settings import Retention
from tests.conftest import Clock
from tests.support.builders import said


@pytest.fixture
def keeper(database: Database, conversations: Conversations, clock: Clock, tmp_path: Path) -> Keeper:
    return Keeper(database, conversations, Retention(), clock, tmp_path / "backups")


async def _writes(database: Database, inbox: Inbox, clock: Clock, text: str) -> UUID:
    async with database.transaction() as connection:
        return (await inbox.store(connection, [Arrival(said(text, at=clock.now, key=text))], clock.now))[0]


async def test_who_writes_at_the_moment_of_erasing_is_heard(
    database: Database, inbox: Inbox, clock: Clock, keeper: Keeper
) -> None:
    await _writes(database, inbox, clock, "first")
    clock.move(days=31)
    async with database.transaction() as connection:
        arrival = Arrival(said("again", at=clock.now, key="again"))
        (conversation,) = await inbox.store(connection, [arrival], clock.now)
        erasing = asyncio.create_task(keeper.erase_due())
        await asyncio.sleep(0.5)
    await asyncio.wait_for(erasing, 10)

    async with database.reading() as connection:
        assert [one.text for one in await inbox.waiting(connection, conversation)] == ["first", "again"]


async def test_handed_off_words_go_after_ninety_days_also_while_the_person_still_writes(
    database: Database, conversations: Conversations, inbox: Inbox, clock: Clock, keeper: Keeper
) -> None:
    conversation = await _writes(database, inbox, clock, "first")
    async with database.transaction() as connection:
        await conversations.record(connection, conversation, "person", "for the office", clock.now)
        case = {
            "id": new_id(), "conversation_id": conversation, "contact_point": "x", "state": "closed", "card": b"sealed",
            "opened_at": clock.now, "taken_at": clock.now, "closed_at": clock.now, "last_word_at": clock.now,
        }  # fmt: skip
        await connection.execute(insert(t.case).values(**case))
        await conversations.write(connection, conversation, {"handed_off_at": clock.now})
    for days, words, card in ((80, 1, b"sealed"), (11, 1, None)):
        clock.move(days=days)
        await _writes(database, inbox, clock, f"after {days}")
        async with database.transaction() as connection:
            await conversations.record(connection, conversation, "person", "for the bot", clock.now)
        await keeper.erase_due()
        async with database.reading() as connection:
            texts = [record["text"] for record in await conversations.messages(connection, conversation)]
            assert (texts.count("for the office") == words) is (card is not None)
            assert (await connection.execute(select(t.case.c.card))).scalar() == card
    assert texts == ["for the bot", "for the bot"]


async def test_a_dead_letters_hash_ends_eight_days_after_its_words(
    database: Database, inbox: Inbox, clock: Clock, keeper: Keeper
) -> None:
    conversation = await _writes(database, inbox, clock, "poison")
    async with database.transaction() as connection:
        rows = [one.id for one in await inbox.waiting(connection, conversation)]
        await inbox.finish(connection, rows, "dead", clock.now)
    for days in (31, 5, 5):
        clock.move(days=days)
        async with database.transaction() as connection:
            await connection.execute(update(t.conversation).values(last_inbound_at=clock.now))
        await keeper.erase_due()

    async with database.reading() as connection:
        assert (await connection.execute(select(t.inbox.c.id))).first() is None
