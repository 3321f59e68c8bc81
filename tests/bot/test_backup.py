"""Backup and restore: what was there comes back and opens with the ring; a bad file changes nothing."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import URL, make_url

from bot import tables as t
from bot.backup import backup, restore
from bot.conversations import Conversations
from bot.crypto import KeyRing, make_ring
from bot.db import Database
from bot.model.errors import SettingsError, Tampered
from bot.model.messages import Address
from tests.support.postgres import find_binaries

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 18, 9, 1, tzinfo=UTC)


def names(folder: Path) -> list[str]:
    """The names of all that lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


class House:
    """A database with somebody's words in it."""

    def __init__(self, url: str, ring: KeyRing, folder: Path) -> None:
        self.address, self.ring, self.folder = url, ring, folder
        self.url: URL = make_url(url)

    def write(self, text: str) -> None:
        asyncio.run(self._write(text))

    async def _write(self, text: str) -> None:
        database, conversations = Database(self.address), Conversations(self.ring)
        async with database.transaction() as connection:
            account = await conversations.account(connection, "telegram", "42")
            person = await conversations.find_or_make(connection, account, "telegram", Address("100", {}), NOW)
            await conversations.record(connection, person, "person", text, NOW)
        await database.close()

    def words(self, ring: KeyRing | None = None) -> list[str]:
        return asyncio.run(self._words(Conversations(ring or self.ring)))

    async def _words(self, conversations: Conversations) -> list[str]:
        database = Database(self.address)
        try:
            async with database.reading() as connection:
                person = (await connection.execute(select(t.conversation.c.id))).scalar_one()
                return [record["text"] for record in await conversations.messages(connection, person)]
        finally:
            await database.close()

    def backup(self, now: datetime = NOW) -> Path:
        return backup(self.url, self.folder, now)


@pytest.fixture
def house(database_url: str, ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("GUICHET_PG_BIN", str(find_binaries()))
    return House(database_url, ring, tmp_path / "backups")


def test_a_restore_brings_back_what_was_there(house: House) -> None:
    house.write("before")
    made = house.backup()
    house.write("after")
    assert house.words() == ["before", "after"]

    restore(house.url, made)
    assert house.words() == ["before"]
    house.write("goes on")
    assert house.words() == ["before", "goes on"]


def test_a_backup_opens_only_with_the_ring_of_its_time(house: House) -> None:
    house.write("before")
    restore(house.url, house.backup())

    with pytest.raises(Exception, match="is not in the key ring"):
        house.words(make_ring())


def test_a_backup_is_ours_alone_and_holds_no_words_in_clear(house: House) -> None:
    house.write("my secret words")
    made = house.backup()

    assert made.name == "guichet-20261118-090000.backup"
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o077 == 0
    assert b"secret" not in made.read_bytes()
    assert names(made.parent) == [made.name]


def test_backups_of_different_times_lie_side_by_side(house: House) -> None:
    house.write("before")

    assert house.backup(NOW) != house.backup(LATER)
    assert len(names(house.folder)) == 2


@pytest.mark.parametrize("damage", ["cut", "nonsense", "empty"])
def test_a_damaged_backup_is_refused_and_changes_nothing(house: House, damage: str) -> None:
    house.write("before")
    made = house.backup()
    whole = made.read_bytes()
    made.write_bytes({"cut": whole[: len(whole) * 2 // 3], "nonsense": b"hello" * 999, "empty": b""}[damage])

    with pytest.raises(SettingsError) as caught:
        restore(house.url, made)
    assert "\n" not in str(caught.value)
    assert house.words() == ["before"]


def test_a_missing_backup_is_named(house: House) -> None:
    house.write("before")

    with pytest.raises(SettingsError, match="there is no backup at"):
        restore(house.url, house.folder / "gone.backup")
    assert house.words() == ["before"]


@pytest.fixture
def sqlite_house(ring: KeyRing, tmp_path: Path, sqlite_template: Path) -> House:
    place = tmp_path / "var" / "guichet.db"
    place.parent.mkdir()
    place.write_bytes(sqlite_template.read_bytes())
    return House(f"sqlite:///{place}", ring, tmp_path / "copies")


def test_a_database_of_another_programme_is_refused(sqlite_house: House, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        other.execute("CREATE TABLE songs (title TEXT)")

    with pytest.raises(SettingsError, match="is not a backup of Guichet"):
        restore(sqlite_house.url, tmp_path / "other.db")


def test_a_backup_comes_back_on_a_new_machine(sqlite_house: House, tmp_path: Path) -> None:
    sqlite_house.write("before")
    made = sqlite_house.backup()
    moved = House(f"sqlite:///{tmp_path}/new/var/guichet.db", sqlite_house.ring, tmp_path)
    restore(moved.url, made)

    assert moved.words() == ["before"]
    assert (tmp_path / "new" / "var" / "guichet.db").stat().st_mode & 0o777 == 0o600


def test_the_database_before_a_restore_is_kept_among_the_backups(sqlite_house: House, tmp_path: Path) -> None:
    sqlite_house.write("before")
    made = sqlite_house.backup()
    sqlite_house.write("after")
    restore(sqlite_house.url, made)
    kept = tmp_path / "var" / "backups" / "guichet-before-restore.backup"

    assert names(tmp_path / "var") == ["backups", "guichet.db"]
    restore(sqlite_house.url, kept)
    assert sqlite_house.words() == ["before", "after"]


def test_a_backup_without_a_database_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no database at"):
        backup(make_url(f"sqlite:///{tmp_path}/gone.db"), tmp_path / "copies", NOW)

    assert names(tmp_path / "copies") == []


def test_a_backup_is_whole_while_somebody_writes(sqlite_house: House) -> None:
    sqlite_house.write("before")
    place = sqlite_house.url.database
    assert place
    with closing(sqlite3.connect(place, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM message")
        made = sqlite_house.backup()
        writer.execute("ROLLBACK")
    restore(sqlite_house.url, made)

    assert sqlite_house.words() == ["before"]


def test_a_moved_row_of_a_backup_does_not_open(sqlite_house: House) -> None:
    for text in ("one", "two"):
        sqlite_house.write(text)
    asyncio.run(_swap(sqlite_house.address))
    restore(sqlite_house.url, sqlite_house.backup())

    with pytest.raises(Tampered):
        sqlite_house.words()


async def _swap(url: str) -> None:
    """Give the first message the sealed words of the second."""
    database = Database(url)
    async with database.transaction() as connection:
        first, second = (await connection.execute(select(t.message).order_by(t.message.c.seq))).all()
        await connection.execute(update(t.message).where(t.message.c.id == first.id).values(payload=second.payload))
    await database.close()


PROGRAM = """#!/bin/sh
echo "$@" > "{log}"
echo "$PGPASSWORD" >> "{log}"
{end}
"""


def _program(folder: Path, name: str, end: str) -> Path:
    """A stand-in for a PostgreSQL tool that notes how it was called."""
    folder.mkdir(exist_ok=True)
    log = folder / "log"
    (folder / name).write_text(PROGRAM.format(log=log, end=end))
    (folder / name).chmod(0o755)
    return log


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
def test_a_password_travels_in_the_environment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    log = _program(tmp_path / "bin", program, "exit 0")
    monkeypatch.setenv("GUICHET_PG_BIN", str(tmp_path / "bin"))
    url = make_url("postgresql+asyncpg://app:s3cret@db.example.org:5433/guichet?sslmode=require")
    if program == "pg_dump":
        source = backup(url, tmp_path, NOW)
        assert source.exists()
    else:
        source = tmp_path / "guichet.backup"
        source.touch()
        restore(url, source)
    arguments, password = log.read_text().splitlines()

    assert "s3cret" not in arguments
    assert password == "s3cret"  # noqa: S105
    assert "postgresql://app@db.example.org:5433/guichet?sslmode=require" in arguments


def test_a_failing_tool_is_told_in_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "bin", "pg_dump", "echo first >&2; echo 'no such database' >&2; exit 1")
    monkeypatch.setenv("GUICHET_PG_BIN", str(tmp_path / "bin"))

    with pytest.raises(SettingsError, match=r"^pg_dump failed: no such database$"):
        backup(make_url("postgresql://app@h/d"), tmp_path / "copies", NOW)
    assert names(tmp_path / "copies") == []


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_PG_BIN", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SettingsError, match="pg_dump is not installed"):
        backup(make_url("postgresql://app@h/d"), tmp_path / "copies", NOW)
