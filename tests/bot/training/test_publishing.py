"""Models in service and back: what is decided happens, whenever the process is killed, and a whole model is always there."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from bot import rasa_models
from bot import tables as t
from bot.db import Database
from bot.rasa_models import PREVIOUS, STAMP, data_of
from bot.rasa_server import CURRENT, digest
from bot.training import CannotPublish, State, Trainer
from nlu.made_of import stamp
from tests.bot.training.project import small_project, trainer_of
from tests.conftest import Clock
from tests.support.service import ROOT

GIULIA = uuid4()


class Killed(BaseException):
    """The plug is pulled."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def root(project: Path) -> Path:
    """The small project with two models in the place of real ones: nothing here loads them."""
    for folder in (project / "models", project / "var"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    (project / CURRENT).write_text("old")
    (project / PREVIOUS).write_text("older")
    return project


async def compared(trainer: Trainer, database: Database, root: Path, content: str = "new") -> UUID:
    """Let there be a training that waits for somebody to publish it."""
    async with database.transaction() as connection:
        training = await trainer.start(connection, GIULIA)
        folder = trainer.folder / str(training)
        shutil.copytree(root / "nlu" / "data" / "it", folder / "learned" / "nlu" / "data" / "it")
        model = folder / "new.tar.gz"
        model.write_text(content)
        values = {"state": "compared", "before_hash": digest(root / CURRENT), "model_hash": digest(model)}
        await connection.execute(update(t.training).where(t.training.c.id == training).values(**values))
    return training


async def state(database: Database, training: UUID) -> str:
    async with database.reading() as connection:
        query = select(t.training.c.state).where(t.training.c.id == training)
        return str((await connection.execute(query)).scalar_one())


async def deeds(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as connection:
        rows = (await connection.execute(select(t.audit.c.actor, t.audit.c.action).order_by(t.audit.c.id))).all()
    return [(row.actor.partition(":")[0], row.action) for row in rows if row.action != "training_started"]


def models(root: Path) -> tuple[str, str]:
    return (root / CURRENT).read_text(), (root / PREVIOUS).read_text()


async def test_publishing_keeps_the_old_model_and_what_the_new_one_learned(
    root: Path, database: Database, clock: Clock
) -> None:
    trainer = trainer_of(root, database, clock)
    training = await compared(trainer, database, root)

    await trainer.publish(training, GIULIA)

    assert models(root) == ("new", "old")
    assert (root / STAMP).read_text() == stamp(root)
    learned = data_of(root, digest(root / CURRENT))
    assert learned is not None
    assert (learned / "nlu" / "data" / "it" / "permits.yml").exists()
    assert learned.stat().st_mode & 0o077 == 0
    assert await state(database, training) == State.PUBLISHED
    assert await deeds(database) == [("staff", "model_published")]


async def test_going_back_and_forward_is_in_the_rows(root: Path, sqlite: Database, clock: Clock) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    await trainer.publish(training, GIULIA)

    await trainer.roll_back(GIULIA)
    assert models(root) == ("old", "new")
    assert await state(sqlite, training) == State.REPLACED

    await trainer.roll_back(GIULIA)
    assert models(root) == ("new", "old")
    assert await state(sqlite, training) == State.PUBLISHED


async def test_of_what_was_compared_with_another_model_nothing_is_published(
    root: Path, sqlite: Database, clock: Clock
) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    await trainer.roll_back(GIULIA)

    with pytest.raises(CannotPublish) as refused:
        await trainer.publish(training, GIULIA)

    assert refused.value.reason == "outdated"
    assert models(root) == ("older", "old")


async def test_only_the_model_that_was_compared_is_published(root: Path, sqlite: Database, clock: Clock) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    (trainer.folder / str(training) / "new.tar.gz").write_text("another")

    with pytest.raises(CannotPublish, match="gone"):
        await trainer.publish(training, GIULIA)

    assert models(root) == ("old", "older")


async def test_what_another_version_of_the_code_trained_is_not_published(
    root: Path, sqlite: Database, clock: Clock
) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    async with sqlite.transaction() as connection:
        await connection.execute(update(t.training).values(report={"code": "of last year"}))

    with pytest.raises(CannotPublish, match="outdated"):
        await trainer.publish(training, GIULIA)

    assert models(root) == ("old", "older")


async def test_two_clicks_publish_once(root: Path, database: Database, clock: Clock) -> None:
    trainer = trainer_of(root, database, clock)
    training = await compared(trainer, database, root)

    results = await asyncio.gather(*(trainer.publish(training, GIULIA) for _ in range(3)), return_exceptions=True)

    assert [type(result) for result in results if result is not None] == [CannotPublish, CannotPublish]
    assert models(root) == ("new", "old")


async def test_below_the_floors_there_is_no_way(root: Path, sqlite: Database, clock: Clock) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    async with sqlite.transaction() as connection:
        await connection.execute(update(t.training).values(state="refused"))

    with pytest.raises(CannotPublish) as refused:
        await trainer.publish(training, GIULIA)

    assert refused.value.reason == "refused"
    assert models(root) == ("old", "older")


async def test_a_full_disk_changes_nothing_and_it_can_be_tried_again(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_files: object) -> None:
        raise OSError(28, "full")

    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", full)
        for work in (trainer.publish(training, GIULIA), trainer.roll_back(GIULIA)):
            with pytest.raises(CannotPublish, match="disk"):
                await work
    assert models(root) == ("old", "older")

    await trainer.publish(training, GIULIA)

    assert models(root) == ("new", "old")


@pytest.mark.parametrize("moves", range(8))
async def test_killed_while_publishing_it_is_finished_at_the_next_start(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    if not await _killed_after(moves, monkeypatch, trainer.publish(training, GIULIA)):
        assert moves >= 5, "there are several moments to be killed at"
    assert (root / CURRENT).read_text() in {"old", "new"}

    await trainer_of(root, sqlite, clock).mend()

    assert models(root) == ("new", "old")
    assert await state(sqlite, training) == State.PUBLISHED
    assert await deeds(sqlite) == [("staff", "model_published")]
    assert (root / STAMP).read_text() == stamp(root)
    assert not list((root / "models").glob("*.part"))


@pytest.mark.parametrize("moves", range(4))
async def test_killed_while_going_back_both_models_are_there(
    root: Path, sqlite: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    trainer = trainer_of(root, sqlite, clock)
    await _killed_after(moves, monkeypatch, trainer.roll_back(GIULIA))
    assert (root / CURRENT).read_text() in {"old", "older"}

    await trainer_of(root, sqlite, clock).mend()

    assert sorted(models(root)) == ["old", "older"]


async def test_a_model_exchanged_by_the_command_is_noticed(root: Path, sqlite: Database, clock: Clock) -> None:
    trainer = trainer_of(root, sqlite, clock)
    training = await compared(trainer, sqlite, root)
    await trainer.publish(training, GIULIA)
    rasa_models.exchange(root)

    await trainer_of(root, sqlite, clock).mend()

    assert await state(sqlite, training) == State.REPLACED
    assert (await deeds(sqlite))[-1] == ("system", "model_changed_outside")


@pytest.mark.slow
def test_sigkill_at_any_moment_leaves_two_whole_models(root: Path) -> None:
    """The program goes back and forth as fast as it can; the models are large enough to be caught in the middle."""
    contents = {"a" * 3_000_000, "b" * 3_000_000}
    for path, content in zip((CURRENT, PREVIOUS), contents, strict=True):
        (root / path).write_text(content)
    code = (
        "import sys; from pathlib import Path; from bot.rasa_models import exchange\n"
        "while True: exchange(Path(sys.argv[1])); print('.', end='', flush=True)"
    )
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", code, str(root)], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.read(1)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert (root / CURRENT).read_text() in contents
        rasa_models.mend(root)
        assert set(models(root)) == contents


async def _killed_after(moves: int, monkeypatch: pytest.MonkeyPatch, work: object) -> bool:
    """Do the work, but pull the plug before the file after so many is moved to its place; tell whether it came to that."""
    left, move = [moves], Path.replace

    def counted(self: Path, target: Path) -> Path:
        if "models" not in str(target):
            return move(self, target)
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return move(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted)
        try:
            await work  # type: ignore[misc]
        except Killed:
            return True
    return False
