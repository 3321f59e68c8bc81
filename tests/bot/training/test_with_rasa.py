"""The whole road with the real Rasa on a small project: train, compare, publish and go back while people write."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from bot.db import Database
from bot.rasa_models import PREVIOUS, data_of
from bot.rasa_pool import RasaPool
from bot.rasa_server import CURRENT, digest
from bot.training import State, Trainer, Training
from tests.bot.training.project import questions_of, small_project, trainer_of
from tests.conftest import Clock
from tests.conversations.scene import Person, Stage, stage
from tests.support.service import ROOT

QUESTION = "il mio capo non mi paga da due mesi"
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WAGES, GIULIA = "labour_rights/unpaid_wages", uuid4()
NEW_CASES = ["my boss shouts at me and takes my wages", "nobody paid me in spring"]

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with the big model in service, which knows its questions too."""
    folder = small_project(tmp_path_factory.mktemp("project"))
    shutil.copyfile(ROOT / CURRENT, folder / CURRENT)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(sqlite_template: Path, root: Path) -> AsyncIterator[Database]:
    path = root / "var" / "guichet.db"
    path.parent.mkdir()
    shutil.copyfile(sqlite_template, path)
    made = Database(f"sqlite:///{path}")
    yield made
    await made.close()


async def trained(trainer: Trainer, database: Database, member: UUID) -> tuple[Training, list[str]]:
    """Start a training and wait for its end; return it and the steps that were shown meanwhile."""
    async with database.transaction() as connection:
        wanted = await trainer.start(connection, member)
    steps: list[str] = []
    working = asyncio.create_task(trainer.run())
    async with asyncio.timeout(900):
        while True:
            await asyncio.sleep(0.5)
            async with database.reading() as connection:
                found = await trainer.one(connection, wanted)
            assert found is not None
            if found.step not in steps:
                steps.append(found.step)
            if not found.is_active:
                break
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    return found, steps


async def until(claim: Callable[[], bool]) -> None:
    """Wait until the claim is true; a start of Rasa takes long on a busy machine."""
    async with asyncio.timeout(300):
        while not claim():  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.1)


async def people_write(play: Stage, pool: RasaPool, model: str) -> list[Person]:
    """Let one person after another write until all processes have the model, and three more after that."""
    people: list[Person] = []
    left = 3
    async with asyncio.timeout(300):
        while left:
            if all(one.server is not None and one.server.model == model for one in pool.processes):
                left -= 1
            people.append(play.person(f"{model[:8]} {len(people)}", "it"))
            await people[-1].says(QUESTION)
    return people


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def candidate(root: Path, database: Database) -> tuple[Trainer, Training, list[str]]:
    """A training with two new test sentences, as it ended, and the steps that were shown meanwhile."""
    trainer = trainer_of(root, database, Clock(NOW))
    async with database.transaction() as connection:
        await questions_of(root).set_cases(connection, WAGES, "en", NEW_CASES, None, GIULIA)
    return trainer, *await trained(trainer, database, GIULIA)


async def test_old_and_new_model_are_compared_on_all_sentences(
    root: Path, candidate: tuple[Trainer, Training, list[str]]
) -> None:
    _, found, steps = candidate

    assert found.problem == ""
    assert found.state is State.COMPARED, found.report and found.report["gate"]
    assert {"check", "train", "compare"} <= set(steps)
    assert found.report["questions"][WAGES]["of"] == 6, "two new ones in place of two, and four"
    assert {"en", "it", "fr"} <= found.report["groups"].keys()
    assert digest(root / CURRENT) == found.before_hash


async def test_publish_and_go_back_with_no_message_lost(
    root: Path, database: Database, sqlite_template: Path, candidate: tuple[Trainer, Training, list[str]]
) -> None:
    trainer, found, _ = candidate
    old, new = found.before_hash, found.model_hash
    shutil.copyfile(sqlite_template, root / "var" / "people.db")
    url, clock = f"sqlite:///{root}/var/people.db", Clock(NOW)
    async with RasaPool(root, 2, state=root / "var") as pool:
        await until(lambda: pool.ready == 2)
        pids = [one.server.pid for one in pool.processes if one.server]
        async with stage(url, root / "var", clock, rasa=pool.processes, rasa_timeout=20.0) as play:
            await trainer.publish(found.id, GIULIA)
            people = await people_write(play, pool, new)
            assert await trainer.publishing.is_taken() is True
            await trainer.roll_back(GIULIA)
            people += await people_write(play, pool, old)
        assert [one.server.pid for one in pool.processes if one.server] == pids, "none was started anew"

    assert len(people) > 6, "some wrote while the models were exchanged"
    assert [len(person.heard) for person in people] == [1] * len(people)
    assert all("Fonte: " in person.heard[0] for person in people)
    assert digest(root / PREVIOUS) == new
    assert data_of(root, new) is not None
    async with database.reading() as connection:
        row = await trainer.one(connection, found.id)
        deeds = [deed.action for deed in await trainer.deeds(connection)]
    assert row is not None
    assert row.state is State.REPLACED
    assert deeds == ["model_rolled_back", "model_published", "training_started"]


PROGRAM = """
import asyncio, sys
from pathlib import Path
from uuid import uuid4
from bot.assemble import utc_now
from bot.db import Database
from tests.bot.training.project import trainer_of

async def main():
    root = Path(sys.argv[1])
    database = Database(f"sqlite:///{root}/var/guichet.db")
    trainer = trainer_of(root, database, utc_now)
    await trainer.mend()
    async with database.transaction() as connection:
        print(await trainer.start(connection, uuid4()), flush=True)
    await trainer.run()

asyncio.run(main())
"""


async def test_sigkill_in_the_middle_of_a_training_leaves_the_old_model(root: Path, database: Database) -> None:
    old = digest(root / CURRENT)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(root)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    training = UUID((await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip())
    await until(lambda: bool(_children(process.pid)))
    (child,) = _children(process.pid)
    process.kill()
    await process.wait()

    await until(lambda: not Path(f"/proc/{child}").exists())
    trainer = trainer_of(root, database, Clock(datetime.now(UTC)))
    await trainer.mend()

    async with database.reading() as connection:
        found = await trainer.one(connection, training)
    assert found is not None
    assert (found.state, found.problem) == (State.FAILED, "killed")
    assert digest(root / CURRENT) == old
    assert not list(trainer.folder.glob("*"))


def _children(pid: int) -> list[int]:
    """The processes of Rasa that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid and is_rasas(stat.with_name("cmdline")):
                found.append(int(stat.parent.name))
    return found


def is_rasas(line: Path) -> bool:
    return b"nlu.rasa" in line.read_bytes()
