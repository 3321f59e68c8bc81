"""Fixtures that many tests share: a real database of either kind, a key ring, a clock that the test moves."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from bot.conversations import Conversations
from bot.crypto import KeyRing, make_ring
from bot.db import Database
from bot.inbox import Inbox
from bot.migrate import migrate
from bot.outbox import Outbox
from tests.support.postgres import postgres
from tests.support.rasa import rasa

__all__ = ["rasa"]  # a fixture

settings.register_profile("guichet", deadline=None)  # no test says how long something takes: the machine may be busy
settings.load_profile("guichet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it when the other has nothing more to do."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("rasa", "slow")))


class Clock:
    """Stands still until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **how: float) -> None:
        """Let time pass."""
        self.now += timedelta(**how)


@pytest.fixture
def clock() -> Clock:
    """A Wednesday, 10:00 in Rome."""
    return Clock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))


@pytest.fixture
def ring() -> KeyRing:
    return make_ring()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(make_url(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL with one migrated template database."""
    with postgres() as address:
        asyncio.run(_sql(address, "CREATE DATABASE template_guichet"))
        migrate(make_url(f"{address}/template_guichet"))
        yield address


async def _sql(address: str, statement: str) -> None:
    connection = await asyncpg.connect(f"{address}/postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        return sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    address = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex}"
    asyncio.run(_sql(address, f"CREATE DATABASE {name} TEMPLATE template_guichet"))
    return f"{address}/{name}"


def sqlite_copy(template: Path, folder: Path) -> str:
    """Copy the migrated file into a folder and return the address of the copy."""
    path = folder / "guichet.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.close()


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of one kind, where the kind makes no difference."""
    made = Database(sqlite_copy(sqlite_template, tmp_path))
    yield made
    await made.close()


@pytest.fixture
def conversations(ring: KeyRing) -> Conversations:
    return Conversations(ring)


@pytest.fixture
def inbox(ring: KeyRing, conversations: Conversations) -> Inbox:
    return Inbox(ring, conversations)


@pytest.fixture
def outbox(ring: KeyRing, conversations: Conversations) -> Outbox:
    return Outbox(ring, conversations)
