"""Retention by itself: each rule a day before its time and a day after."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, func, insert, select, update

from bot import tables as t
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Arrival, Inbox
from bot.model.ids import new_id
from bot.outbox import Draft, Outbox
from bot.retention import Keeper
from bot.settings import Retention
from tests.conftest import Clock
from tests.support.builders import said


class Archive:
    """A database with somebody's words in it, and the keeper; short words for the steps of these tests."""

    def __init__(
        self, database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, place: Path
    ) -> None:
        self.database, self.conversations, self.inbox, self.outbox = database, conversations, inbox, outbox
        self.clock, self.backups = clock, place / "backups"
        self.keeper = Keeper(database, conversations, Retention(), clock, self.backups)

    async def writes(self, text: str = "my words", *, key: str = "1", who: str = "100") -> UUID:
        """Somebody writes and is answered."""
        now = self.clock.now
        async with self.database.transaction() as connection:
            person, *_ = await self.inbox.store(connection, [Arrival(said(text, at=now, key=key, who=who))], now)
            rows = [one.id for one in await self.inbox.waiting(connection, person)]
            await self.inbox.finish(connection, rows, "done", now)
            await self.conversations.record(connection, person, "person", text, now)
            await self.conversations.save_tracker(connection, person, '{"country": "IT"}', "it")
            account = await self.conversations.account(connection, "telegram", "42")
            row = await self.outbox.add(connection, person, account, 0, Draft("answer"), now)
            await self.outbox.finish(connection, row, "sent", now)
        return person

    async def handed_off(self, person: UUID, *, closed: bool = True) -> UUID:
        """An operator had it, and closed it unless told otherwise."""
        now, case = self.clock.now, new_id()
        await self.put(
            t.case, id=case, conversation_id=person, contact_point="demo", state="closed" if closed else "assigned",
            card=b"sealed", opened_at=now, taken_at=now, closed_at=now if closed else None, last_word_at=now,
        )  # fmt: skip
        await self.put(
            t.handoff_event, id=new_id(), conversation_id=person, case_id=case, at=now, edge="take",
            from_state="waiting", to_state="assigned", actor="staff:1", version=1,
        )  # fmt: skip
        if closed:
            await self.change(t.conversation, person, handed_off_at=now)
        return case

    async def put(self, table: Table, **values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(insert(table).values(**values))

    async def change(self, table: Table, row: UUID, **values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(update(table).where(table.c.id == row).values(**values))

    async def erase(self, **later: float) -> int:
        self.clock.move(**later)
        return await self.keeper.erase_due()

    async def counts(self, *tables: Table) -> list[int]:
        async with self.database.reading() as connection:
            queries = [select(func.count()).select_from(table) for table in tables]
            return [int((await connection.execute(query)).scalar_one()) for query in queries]

    async def rows(self, table: Table) -> list[Mapping[str, Any]]:
        async with self.database.reading() as connection:
            return [dict(row) for row in (await connection.execute(select(table))).mappings()]


@pytest.fixture
def archive(
    database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, tmp_path: Path
) -> Archive:
    return Archive(database, conversations, inbox, outbox, clock, tmp_path)


WORDS = (t.conversation, t.message, t.outbox)
HANDOFF = (t.conversation, t.message, t.case, t.handoff_event)


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


async def test_a_redelivery_is_recognised_for_8_days_after_the_words_are_gone(archive: Archive) -> None:
    first = archive.clock.now
    await archive.writes()
    await archive.erase(days=7)
    assert await archive.counts(t.inbox) == [1]

    again = [Arrival(said("my words", at=first))]
    async with archive.database.transaction() as connection:
        assert await archive.inbox.store(connection, again, archive.clock.now) == []
    await archive.erase(days=1)
    assert await archive.counts(t.inbox) == [0]


async def test_the_hash_outlives_an_erased_conversation_bound_to_nobody(archive: Archive) -> None:
    await archive.writes()
    person = (await archive.rows(t.conversation))[0]["id"]
    async with archive.database.transaction() as connection:
        await archive.conversations.forget(connection, person, archive.clock.now)
    await archive.erase(minutes=10)

    (row,) = await archive.rows(t.inbox)
    assert (row["conversation_id"], row["payload"], row["state"]) == (None, None, "done")
    await archive.erase(days=8)
    assert await archive.counts(t.inbox) == [0]


async def test_an_unreadable_webhook_is_kept_for_24_hours(archive: Archive) -> None:
    now = archive.clock.now
    await archive.put(t.raw_webhook, id=new_id(), channel="whatsapp", payload=b"sealed", received_at=now)
    await archive.erase(hours=23)
    assert await archive.counts(t.raw_webhook) == [1]

    await archive.erase(hours=1)
    assert await archive.counts(t.raw_webhook) == [0]


async def test_a_dead_letter_keeps_its_words_for_30_days_and_its_hash_8_more(archive: Archive) -> None:
    now = archive.clock.now
    async with archive.database.transaction() as connection:
        person, *_ = await archive.inbox.store(connection, [Arrival(said("bad", at=now))], now)
        rows = [one.id for one in await archive.inbox.waiting(connection, person)]
        await archive.inbox.finish(connection, rows, "dead", now, "ValueError")
    archive.clock.move(days=15)
    await archive.writes(key="2")  # the person goes on, so that the conversation stays

    await archive.erase(days=14)
    assert [row["payload"] is None for row in await archive.rows(t.inbox) if row["state"] == "dead"] == [False]
    await archive.erase(days=1)
    assert [row["payload"] is None for row in await archive.rows(t.inbox) if row["state"] == "dead"] == [True]
    await archive.erase(days=4)
    await archive.erase(days=4)
    assert await archive.counts(t.inbox) == [0]


@pytest.mark.parametrize("fate", ["rejected", "unknown"])
async def test_what_could_not_be_sent_is_kept_for_30_days(archive: Archive, fate: str) -> None:
    person = await archive.writes()
    async with archive.database.transaction() as connection:
        account = await archive.conversations.account(connection, "telegram", "42")
        row = await archive.outbox.add(connection, person, account, 0, Draft("lost"), archive.clock.now)
        await archive.outbox.start(connection, row, archive.clock.now)
        await archive.outbox.finish(connection, row, fate, archive.clock.now)
    archive.clock.move(days=15)
    await archive.writes(key="2")

    await archive.erase(days=14)
    assert [bool(one["payload"]) for one in await archive.rows(t.outbox) if one["state"] == fate] == [True]
    await archive.erase(days=1)
    assert [bool(one["payload"]) for one in await archive.rows(t.outbox) if one["state"] == fate] == [False]


async def test_figures_are_kept_for_24_months(archive: Archive) -> None:
    for days in (0, 700, 745):
        week = f"{archive.clock.now - timedelta(days=days):%G-W%V}"
        await archive.put(t.figure, week=week, kind="answer", country="IT", locale="it", topic="x", count=3)

    await archive.erase()
    assert await archive.counts(t.figure) == [2]
    await archive.erase(days=40)
    assert await archive.counts(t.figure) == [1]


async def _file_of(archive: Archive, person: UUID, case: UUID | None = None, days: int = 30, **values: Any) -> None:
    now = archive.clock.now
    row: dict[str, Any] = {
        "id": new_id(), "conversation_id": person, "case_id": case, "author": "person", "kind": "voice", "state": "ready",
        "mime": "audio/ogg", "size": 3, "seconds": 4, "payload": b"sealed", "not_before": now, "created_at": now,
        "erase_at": now + timedelta(days=days),
    }  # fmt: skip
    await archive.put(t.attachment, **(row | values))


async def _erased(archive: Archive) -> list[bool]:
    gone = ("erased", None, None, "", 0, 0)
    columns = ("state", "payload", "reference", "mime", "size", "seconds")
    return [tuple(row[name] for name in columns) == gone for row in await archive.rows(t.attachment)]


async def test_a_file_goes_after_30_days_even_while_the_case_is_open(archive: Archive) -> None:
    person = await archive.writes()
    await _file_of(archive, person, await archive.handed_off(person, closed=False))
    await archive.erase(days=29)
    assert await _erased(archive) == [False]

    await archive.erase(days=1)
    assert await _erased(archive) == [True]


async def test_a_file_goes_with_its_case_where_that_is_sooner(archive: Archive) -> None:
    person = await archive.writes()
    await _file_of(archive, person, await archive.handed_off(person))
    days = Retention(handed_off=5)
    strict = Keeper(archive.database, archive.conversations, days, archive.clock, archive.backups)
    archive.clock.move(days=4)
    await strict.erase_due()
    assert await _erased(archive) == [False]

    archive.clock.move(days=1)
    await strict.erase_due()
    assert await _erased(archive) == [True]


async def test_a_file_that_nobody_asked_for_is_forgotten_after_a_day(archive: Archive) -> None:
    await _file_of(archive, await archive.writes(), days=1, state="kept", payload=None, reference=b"sealed")
    await archive.erase(hours=23)
    assert await _erased(archive) == [False]

    await archive.erase(hours=1)
    assert await _erased(archive) == [True]


async def test_files_go_with_the_conversation_and_with_erase_my_data(archive: Archive) -> None:
    for who in ("100", "200"):
        await _file_of(archive, await archive.writes(who=who), days=365)
    people = [row["id"] for row in await archive.rows(t.conversation)]
    async with archive.database.transaction() as connection:
        await archive.conversations.forget(connection, people[0], archive.clock.now)
    assert [row["conversation_id"] for row in await archive.rows(t.attachment)] == [people[1]]

    assert await archive.erase(days=31) == 2
    assert await archive.counts(t.attachment) == [0]


async def test_a_session_of_staff_ends_after_12_hours(archive: Archive) -> None:
    now, staff = archive.clock.now, new_id()
    await archive.put(t.staff, id=staff, login="marta", password="x", role="operator", created_at=now)  # noqa: S106
    await archive.put(
        t.staff_session, id=new_id(), token_hash=b"h", staff_id=staff, csrf="c", created_at=now, seen_at=now
    )
    await archive.erase(hours=11)
    assert await archive.counts(t.staff_session, t.staff) == [1, 1]

    await archive.erase(hours=1)
    assert await archive.counts(t.staff_session, t.staff) == [0, 1]


async def test_backups_end_after_30_days_and_other_files_stay(archive: Archive) -> None:
    archive.backups.mkdir()
    _file(archive.backups / "guichet-old.backup", archive.clock.now - timedelta(days=31))
    _file(archive.backups / "guichet-before-restore.backup", archive.clock.now - timedelta(days=31))
    _file(archive.backups / "guichet-young.backup", archive.clock.now - timedelta(days=29))
    _file(archive.backups / "notes.txt", archive.clock.now - timedelta(days=400))
    await archive.erase()

    assert sorted(path.name for path in archive.backups.iterdir()) == ["guichet-young.backup", "notes.txt"]


def _file(path: Path, made: datetime) -> None:
    path.write_bytes(b"x")
    os.utime(path, (made.timestamp(), made.timestamp()))


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
