"""A training from the click to its row: one at a time, stopped, failed, found dead. What the steps do is tested with Rasa."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.db import Database
from bot.settings import Settings
from bot.training import Busy, State, Trainer, Training, trainer
from bot.training.model import Failed
from bot.training.steps import Workplace
from tests.bot.training.project import settings_of, small_project, trainer_of
from tests.conftest import Clock

MARTA, PAVEL = uuid4(), uuid4()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life come fast, so that no test waits."""
    monkeypatch.setattr(trainer, "BEAT", 0.02)


async def started(one: Trainer, database: Database, member: UUID = MARTA) -> UUID:
    async with database.transaction() as connection:
        return await one.start(connection, member)


async def row(one: Trainer, database: Database, training: UUID) -> Training:
    async with database.reading() as connection:
        found = await one.one(connection, training)
    assert found is not None
    return found


@asynccontextmanager
async def at_work(one: Trainer) -> AsyncIterator[None]:
    """Let it run as `serve` does."""
    working = asyncio.create_task(one.run())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def until(one: Trainer, database: Database, training: UUID, claim: Callable[[Training], bool]) -> Training:
    async with asyncio.timeout(20):
        while not claim(found := await row(one, database, training)):  # noqa: ASYNC110 - a row tells nobody
            await asyncio.sleep(0.02)
    return found


def steps(monkeypatch: pytest.MonkeyPatch, check: Callable[[Workplace], Awaitable[None]]) -> None:
    """Let the first step do this, and the others nothing; the comparison finds nothing to refuse."""

    async def nothing(_place: Workplace) -> None:
        pass

    async def compared(place: Workplace) -> dict[str, Any]:
        (place.folder / "new.tar.gz").write_text("new")
        return {"report": {"gate": {"refused": []}}, "before_hash": "b", "model_hash": "n"}

    monkeypatch.setattr(Workplace, "check", check)
    monkeypatch.setattr(Workplace, "train", nothing)
    monkeypatch.setattr(Workplace, "compare", compared)


async def test_two_clicks_at_once_start_one_training(root: Path, database: Database, clock: Clock) -> None:
    one, other = (trainer_of(root, database, clock) for _ in range(2))

    results = await asyncio.gather(
        started(one, database), started(other, database, PAVEL), started(one, database), return_exceptions=True
    )

    busy = [result for result in results if isinstance(result, Busy)]
    assert len(busy) == 2
    (first,) = [result for result in results if isinstance(result, UUID)]
    assert {error.training.id for error in busy} == {first}
    assert busy[0].training.created_at == clock()


async def test_it_ends_compared_and_its_folder_stays(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    async def check(place: Workplace) -> None:
        seen.extend(sorted(place.learns.rglob("*.yml")))
        place.heard(3, 8)
        await asyncio.sleep(0.1)

    steps(monkeypatch, check)
    one = trainer_of(root, sqlite, clock)
    wanted = await started(one, sqlite)
    async with at_work(one):
        under_way = await until(one, sqlite, wanted, lambda found: found.done == 3)
        found = await until(one, sqlite, wanted, lambda found: not found.is_active)

    assert (under_way.step, under_way.total) == ("check", 8)
    assert (found.state, found.problem, found.model_hash) == (State.COMPARED, "", "n")
    assert any(path.parts[-3:] == ("data", "it", "permits.yml") for path in seen)
    assert (one.folder / str(wanted) / "new.tar.gz").exists()


@pytest.mark.parametrize(
    ("error", "problem"), [(Failed("check"), "check"), (OSError(28, "full"), "disk"), (KeyError("x"), "fault")]
)
async def test_a_failure_is_told_and_leaves_nothing(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    async def check(_place: Workplace) -> None:
        raise error

    steps(monkeypatch, check)
    one = trainer_of(root, sqlite, clock)
    wanted = await started(one, sqlite)
    async with at_work(one):
        found = await until(one, sqlite, wanted, lambda found: not found.is_active)
        again = await started(one, sqlite)
        await until(one, sqlite, again, lambda found: not found.is_active)

    assert (found.state, found.problem) == (State.FAILED, problem)
    assert not list(one.folder.glob("*"))


async def test_a_stopped_one_ends_its_work(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def check(_place: Workplace) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    steps(monkeypatch, check)
    one = trainer_of(root, sqlite, clock)
    wanted = await started(one, sqlite)
    async with at_work(one):
        await until(one, sqlite, wanted, lambda found: found.step == "check")
        async with sqlite.transaction() as connection:
            assert await one.cancel(connection, wanted, PAVEL)
            assert not await one.cancel(connection, wanted, PAVEL)
        await asyncio.wait_for(ended.wait(), 10)
        async with asyncio.timeout(10):
            while list(one.folder.glob("*")):  # noqa: ASYNC110 - a folder tells nobody
                await asyncio.sleep(0.02)

    assert (await row(one, sqlite, wanted)).state is State.CANCELLED


async def test_a_dead_one_is_found_at_the_next_start(root: Path, database: Database, clock: Clock) -> None:
    dead = trainer_of(root, database, clock)
    wanted = await started(dead, database)
    await _say(database, state="running")
    (dead.folder / str(wanted)).mkdir(parents=True)
    one = trainer_of(root, database, clock)

    await one.mend()

    found = await row(one, database, wanted)
    assert (found.state, found.problem, found.finished_at) == (State.FAILED, "killed", clock())
    assert not (one.folder / str(wanted)).exists()
    assert await started(one, database)


async def test_what_was_asked_for_before_the_mending_is_not_taken_for_dead(
    root: Path, sqlite: Database, clock: Clock
) -> None:
    one = trainer_of(root, sqlite, clock)
    wanted = await started(one, sqlite)

    await one.mend()

    assert (await row(one, sqlite, wanted)).state is State.QUEUED


async def test_the_one_of_another_node_is_dead_only_when_it_is_silent(
    root: Path, sqlite: Database, clock: Clock
) -> None:
    elsewhere = trainer_of(root, sqlite, clock, _of_node(root, "node-2"))
    one = trainer_of(root, sqlite, clock)
    wanted = await started(elsewhere, sqlite)
    await _say(sqlite, state="running")

    await one.mend()
    with pytest.raises(Busy):
        await started(one, sqlite)
    clock.move(minutes=3)

    assert await started(one, sqlite) != wanted
    assert (await row(one, sqlite, wanted)).problem == "killed"


async def test_only_the_process_that_was_asked_trains(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check(_place: Workplace) -> None:
        pass

    steps(monkeypatch, check)
    asked, other = trainer_of(root, sqlite, clock), trainer_of(root, sqlite, clock, _of_node(root, "node-2"))
    wanted = await started(asked, sqlite)
    async with at_work(other):
        await asyncio.sleep(0.2)
        assert (await row(other, sqlite, wanted)).state is State.QUEUED
    async with at_work(asked):
        await until(asked, sqlite, wanted, lambda found: found.state is State.COMPARED)


def _of_node(root: Path, node: str) -> Settings:
    return replace(settings_of(root), node=node)


async def _say(database: Database, **values: Any) -> None:
    async with database.transaction() as connection:
        await connection.execute(update(t.training).values(**values))


async def test_a_disk_without_room_for_the_folder_is_told(root: Path, sqlite: Database, clock: Clock) -> None:
    one = trainer_of(root, sqlite, clock)
    one.folder = root / "no-folder"
    one.folder.write_text("no folder can be made here")
    wanted = await started(one, sqlite)
    async with at_work(one):
        found = await until(one, sqlite, wanted, lambda found: not found.is_active)
    one.folder.unlink()
    assert (found.state, found.problem) == (State.FAILED, "disk")
