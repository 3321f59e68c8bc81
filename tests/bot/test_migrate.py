"""The migrations make exactly the tables that the code knows, from nothing, on both databases."""

import asyncio
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrate import migrate, sync_url
from bot.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/guichet.db"
    address = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex}"
    asyncio.run(_create(address, name))
    return f"{address}/{name}"


async def _create(address: str, name: str) -> None:
    connection = await asyncpg.connect(f"{address}/postgres")
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
    return list(compare_metadata(context, metadata))


async def _look(url: str) -> tuple[set[str], list[object]]:
    engine = create_async_engine(sync_url(make_url(url)))
    try:
        async with engine.connect() as connection:
            names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
            return names, await connection.run_sync(_differences)
    finally:
        await engine.dispose()


def test_an_empty_place_becomes_a_database(nothing: str) -> None:
    migrate(make_url(nothing))
    names, differences = asyncio.run(_look(nothing))

    assert names == set(metadata.tables) | {"alembic_version"}
    assert differences == []


def test_a_second_time_changes_nothing(database_url: str) -> None:
    migrate(make_url(database_url))

    assert asyncio.run(_look(database_url))[1] == []


def test_the_folder_of_the_database_is_ours_alone(tmp_path: Path) -> None:
    migrate(make_url(f"sqlite:///{tmp_path}/var/guichet.db"))

    assert (tmp_path / "var").stat().st_mode & 0o077 == 0
