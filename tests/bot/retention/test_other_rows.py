"""What else goes by itself: hashes, dead letters, figures, files, sessions, backups; a day before its time and a day after."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot import tables as t
from bot.arrivals import Arrival
from bot.model.ids import new_id
from bot.outbox import Draft
from bot.retention import Keeper
from bot.settings import Retention
from tests.bot.retention.archive import Archive
from tests.support.builders import said


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
