"""The database: one engine to write, one to read, transactions, and what both databases share: column types, an insert."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import TypeDecorator

from bot.model.errors import SettingsError


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite drops the zone, so it is put back on reading; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone must not reach the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Gate:
    """Lets one through at a time; who is `urgent` goes before all others, in turn among themselves."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: tuple[deque[asyncio.Future[None]], deque[asyncio.Future[None]]] = (deque(), deque())

    @asynccontextmanager
    async def passage(self, urgent: bool) -> AsyncIterator[None]:
        """Wait for one's turn and let the next one through afterwards."""
        if self._busy:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting[0 if urgent else 1].append(mine)
            try:
                await mine
            except asyncio.CancelledError:
                if mine.done() and not mine.cancelled():
                    self._next()
                raise
        self._busy = True
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        for queue in self._waiting:
            while queue:
                waiter = queue.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    return
        self._busy = False


class Database:
    """SQLite (WAL, one writer) or PostgreSQL behind the same two doors.

    `transaction()` writes: on SQLite the only writer connection with BEGIN IMMEDIATE, on PostgreSQL a pooled one.
    `reading()` sees a snapshot and cannot write on SQLite. No transaction may be open across a network call.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._gate = Gate()
        if self.is_sqlite:
            self._writer, self._reader = _sqlite_engines(self.url.database or "")
        elif self.url.get_backend_name() == "postgresql":
            self._writer = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg"), pool_size=10, max_overflow=5, hide_parameters=True
            )
            self._reader = self._writer
        else:
            raise SettingsError(f"database {self.url.get_backend_name()!r} is not supported; use sqlite or postgresql")

    @asynccontextmanager
    async def transaction(self, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a write transaction; it commits when the block ends and rolls back when it raises.

        `urgent` is for arrivals: on SQLite they go before turns and sends that wait for the only writer, because a
        platform waits for our 200.
        """
        if not self.is_sqlite:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._gate.passage(urgent), self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that only reads."""
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def insert_once(connection: AsyncConnection, table: Table) -> Insert:
    """Return an INSERT that does nothing on a unique conflict, for either database."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _sqlite_engines(path: str) -> tuple[AsyncEngine, AsyncEngine]:
    if not path or path == ":memory:":
        raise SettingsError("SQLite needs a file: the reading connections could not see a database in memory")
    Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    writer = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        hide_parameters=True,  # an error must not print what a person wrote
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
    )
    reader = create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true",
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=4,
        max_overflow=4,
    )
    event.listen(writer.sync_engine, "connect", _prepare_writer)
    event.listen(writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader.sync_engine, "connect", _prepare_reader)
    return writer, reader


def _prepare_writer(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # we say BEGIN IMMEDIATE ourselves
    _pragmas(
        dbapi,
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",
    )


def _prepare_reader(dbapi: Any, _record: Any) -> None:
    _pragmas(dbapi, "busy_timeout=10000", "query_only=ON")


def _pragmas(dbapi: Any, *pragmas: str) -> None:
    cursor = dbapi.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
