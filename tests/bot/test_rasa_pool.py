"""Two real Rasa processes: even load, one of them killed, a new model under traffic. Nobody's message fails."""

import argparse
import asyncio
import gzip
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from bot import commands
from bot.assemble import locate
from bot.model.errors import SettingsError
from bot.rasa_models import exchange, taken
from bot.rasa_pool import RasaPool
from bot.rasa_server import RasaServer, digest, read_run_file
from bot.settings import load_settings
from nlu.rasa_client import RasaClient, RasaClients, load_topics
from tests.conftest import Clock
from tests.conversations.scene import Person, stage

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "current.tar.gz"
QUESTION = "il mio capo non mi paga da due mesi"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RasaPool]:
    folder = tmp_path_factory.mktemp("pool")
    model = folder / "current.tar.gz"
    shutil.copy(MODEL, model)
    async with RasaPool(ROOT, 2, model=model, state=folder) as made:
        await until(lambda: made.ready == 2)
        yield made


async def until(claim: Callable[[], bool], seconds: float = 300.0) -> None:
    """Wait until the claim is true; a start of Rasa takes long on a busy machine."""
    async with asyncio.timeout(seconds):
        while not claim():  # noqa: ASYNC110 - processes tell nobody
            await asyncio.sleep(0.05)


def clients_of(pool: RasaPool) -> list[RasaClient]:
    topics = load_topics(ROOT / "dialogues" / "domain")
    return [RasaClient(partial(locate, process), topics, timeout=20.0) for process in pool.processes]


@asynccontextmanager
async def traffic(pool: RasaPool, people: int = 4) -> AsyncIterator[list[str]]:
    """Ask without a pause; gives the list of all answers. Leaving it raises what an asker was told instead of one."""
    clients, answers, over = RasaClients(clients_of(pool)), [""], asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            answers.append((await clients.parse(QUESTION))[0].intent)

    askers = [asyncio.create_task(ask()) for _ in range(people)]
    try:
        yield answers
    finally:
        over.set()
        await asyncio.gather(*askers)
        await clients.close()


def servers(pool: RasaPool) -> list[RasaServer]:
    return [process.server for process in pool.processes if process.server is not None]


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_two_processes_share_the_work_evenly(pool: RasaPool) -> None:
    clients = clients_of(pool)
    spread = RasaClients(clients)

    rankings = await asyncio.gather(*(spread.parse(QUESTION) for _ in range(40)))
    await spread.close()

    assert {ranking[0].intent for ranking in rankings} == {"labour_rights/unpaid_wages"}
    assert sum(client.asked for client in clients) == 40
    assert abs(clients[0].asked - clients[1].asked) <= 2
    assert len({(server.pid, server.port) for server in servers(pool)}) == 2


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_one_process_killed_under_traffic_fails_nobody(pool: RasaPool) -> None:
    dead = servers(pool)[0]
    async with traffic(pool) as answers:
        os.kill(dead.pid, signal.SIGKILL)
        await until(lambda: pool.ready == 1)
        before = len(answers)
        await until(lambda: len(answers) > before + 20)
        await until(lambda: pool.ready == 2)

    assert dead.pid not in {server.pid for server in servers(pool)}
    assert set(answers[1:]) == {"labour_rights/unpaid_wages"}


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_a_new_model_is_swapped_in_while_people_write(
    pool: RasaPool, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    model = same_in_other_bytes(tmp_path / "new.tar.gz")
    before, new, clock = servers(pool), digest(model), Clock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    people: list[Person] = []
    async with (
        stage(f"sqlite:///{tmp_path}/guichet.db", tmp_path, clock, rasa=pool.processes, rasa_timeout=20.0) as play,
        traffic(pool, 2),
    ):
        put_in_place(model, pool)
        while any(server.model != new for server in servers(pool)):
            people.append(play.person(f"person {len(people)}", "it"))
            await people[-1].says(QUESTION)
        for person in people:
            assert len(person.heard) == 1
            assert "Fonte: " in person.heard[0]

    assert len(people) > 3
    assert [server.pid for server in servers(pool)] == [server.pid for server in before], "none was started anew"
    announced = {read_run_file(path) for path in pool.model.parent.glob("rasa*.json")}
    assert announced == set(servers(pool))
    assert await taken(ROOT, pool.model.parent, new, 1.0) is True
    assert await taken(ROOT, pool.model.parent, "another", 1.0) is False


def put_in_place(model: Path, pool: RasaPool) -> None:
    """What training and going back do at their end."""
    model.replace(pool.model)


def same_in_other_bytes(target: Path) -> Path:
    """Write a model that understands as the current one does and has another hash."""
    target.write_bytes(gzip.compress(gzip.decompress(MODEL.read_bytes()), 1))
    return target


def models(root: Path, **contents: str) -> Path:
    (root / "models").mkdir()
    for name, content in contents.items():
        (root / "models" / f"{name}.tar.gz").write_text(content)
    return root


def test_going_back_twice_is_going_forward(tmp_path: Path) -> None:
    root = models(tmp_path, current="new", previous="old")
    current, previous = root / "models" / "current.tar.gz", root / "models" / "previous.tar.gz"

    assert exchange(root) == digest(current)
    assert (current.read_text(), previous.read_text()) == ("old", "new")
    exchange(root)
    assert (current.read_text(), previous.read_text()) == ("new", "old")


def test_without_a_model_before_nothing_is_touched(tmp_path: Path) -> None:
    root = models(tmp_path, current="new")

    with pytest.raises(SettingsError, match="is missing: there is no model to go back to"):
        exchange(root)
    assert (root / "models" / "current.tar.gz").read_text() == "new"


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = models(tmp_path, current="new", previous="old")
    settings = replace(load_settings(ROOT, {}), root=root, data_dir=root / "var")

    commands.run(argparse.Namespace(command="model", action="exchange"), settings, make_url(settings.database))

    told = capsys.readouterr().out
    assert digest(root / "models" / "current.tar.gz")[:12] in told
    assert "No service runs here" in told


async def test_where_no_service_runs_nobody_is_waited_for(tmp_path: Path) -> None:
    assert await taken(ROOT, tmp_path, "any", 100.0) is None
