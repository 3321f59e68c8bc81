"""What people wrote goes by itself: each rule a day before its time and a day after."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import tables as t
from bot.model.ids import new_id
from bot.retention import Keeper
from bot.settings import Retention
from tests.bot.retention.archive import HANDOFF, WORDS, Archive


async def test_an_empty_database_has_nothing_to_erase(archive: Archive) -> None:
    assert await archive.erase() == 0


async def test_what_the_bot_alone_was_told_goes_after_30_days(archive: Archive) -> None:
    await archive.writes()
    assert await archive.erase(days=29) == 0
    assert await archive.counts(*WORDS) == [1, 2, 1]

    assert await archive.erase(days=2) == 1
    assert await archive.counts(*WORDS) == [0, 0, 0]


async def test_the_30_days_begin_with_the_last_message(archive: Archive) -> None:
    await archive.writes()
    archive.clock.move(days=20)
    await archive.writes(key="2")

    assert await archive.erase(days=20) == 0
    assert await archive.counts(t.message) == [4]
    assert await archive.erase(days=11) == 1
    assert await archive.counts(*WORDS) == [0, 0, 0]


async def test_only_the_old_conversation_goes(archive: Archive) -> None:
    await archive.writes()
    archive.clock.move(days=20)
    young = await archive.writes(who="200")

    assert await archive.erase(days=11) == 1
    assert [row["id"] for row in await archive.rows(t.conversation)] == [young]


async def test_words_that_an_operator_had_go_90_days_after_the_closing(archive: Archive) -> None:
    await archive.handed_off(await archive.writes())
    assert await archive.erase(days=89) == 0
    assert await archive.counts(*HANDOFF) == [1, 2, 1, 1]

    assert await archive.erase(days=2) == 1
    assert await archive.counts(*HANDOFF) == [0, 0, 0, 0]


async def test_words_that_an_operator_had_go_even_if_the_person_goes_on(archive: Archive) -> None:
    await archive.handed_off(await archive.writes("to the operator"))
    archive.clock.move(days=80)
    await archive.writes("to the bot", key="2")

    assert await archive.erase(days=11) == 0
    async with archive.database.reading() as connection:
        person = (await archive.rows(t.conversation))[0]["id"]
        kept = [one["text"] for one in await archive.conversations.messages(connection, person)]
    assert kept == ["to the bot", "answer"]
    assert [row["card"] for row in await archive.rows(t.case)] == [None]


async def test_an_open_case_is_not_erased_however_old(archive: Archive) -> None:
    case = await archive.handed_off(await archive.writes(), closed=False)
    assert await archive.erase(days=400) == 0
    assert await archive.counts(*HANDOFF) == [1, 2, 1, 1]

    await archive.change(t.case, case, closed_at=archive.clock.now, state="closed")
    assert await archive.erase() == 1


async def test_a_second_open_case_keeps_what_the_first_left(archive: Archive) -> None:
    person = await archive.writes()
    await archive.handed_off(person)
    await archive.handed_off(person, closed=False)

    assert await archive.erase(days=91) == 0


async def test_who_asked_to_be_erased_is_gone_after_the_last_word_even_with_an_open_case(archive: Archive) -> None:
    person = await archive.writes()
    await archive.handed_off(person, closed=False)
    await archive.change(t.conversation, person, erase_at=archive.clock.now + timedelta(minutes=10))

    assert await archive.erase(minutes=9) == 0
    assert await archive.erase(minutes=1) == 1
    assert await archive.counts(*HANDOFF) == [0, 0, 0, 0]


async def test_forgetting_leaves_no_words_and_a_date(archive: Archive) -> None:
    person = await archive.writes()
    async with archive.database.transaction() as connection:
        await archive.conversations.forget(connection, person, archive.clock.now)

    (row,) = await archive.rows(t.conversation)
    assert row["tracker"] is None
    assert row["locale"] == ""
    assert await archive.counts(t.message, t.outbox) == [0, 0]
    assert await archive.erase(minutes=10) == 1


async def test_who_writes_again_after_erasing_begins_anew(archive: Archive) -> None:
    person = await archive.writes()
    async with archive.database.transaction() as connection:
        await archive.conversations.forget(connection, person, archive.clock.now)
    archive.clock.move(minutes=5)
    await archive.writes("a new start", key="2")

    assert await archive.erase(minutes=6) == 0
    assert await archive.counts(t.message) == [2]


async def test_other_times_can_be_set(archive: Archive) -> None:
    await archive.writes()
    strict = Keeper(archive.database, archive.conversations, Retention(bot_text=1), archive.clock, archive.backups)
    archive.clock.move(days=1)

    assert await strict.erase_due() == 1


@pytest.mark.slow
async def test_more_conversations_than_one_batch_are_erased_at_once(archive: Archive) -> None:
    async with archive.database.transaction() as connection:
        account = await archive.conversations.account(connection, "web", "web")
        rows = [
            {"id": new_id(), "account_id": account, "channel": "web", "created_at": archive.clock.now}
            for _ in range(205)
        ]
        await connection.execute(insert(t.conversation), rows)

    assert await archive.erase(days=31) == 205


async def test_a_log_line_of_retention_holds_numbers_only(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    person = await archive.writes("my secret words")
    await archive.erase(days=31)

    assert "conversations=1" in caplog.text
    assert "secret" not in caplog.text
    assert str(person) not in caplog.text
