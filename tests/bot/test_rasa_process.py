"""Rasa as a child of the service: found, shared, restarted, swapped and never left behind. With the real Rasa."""

import asyncio
import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.rasa_process import RasaProcess
from bot.rasa_server import RasaServer, digest, free_port, is_rasa, read_run_file, write_run_file

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "current.tar.gz"
UTTERANCE = "il mio capo Gastone non mi paga da due mesi"
NOBODY = 2**22 + 1  # above any process id

pytestmark = [pytest.mark.rasa, pytest.mark.slow]


async def test_the_life_of_a_rasa_process(tmp_path: Path) -> None:
    async with RasaProcess(ROOT, state=tmp_path) as rasa:
        first = await ready(rasa)
        assert await understands(first)
        assert await status_without_token(first) == 401
        keeps_its_token_private(first, tmp_path)

        async with RasaProcess(ROOT, state=tmp_path) as guest:
            assert await ready(guest) == first
            with pytest.raises(InterpreterUnavailable):
                await guest.swap(MODEL)
        assert is_rasa(first.pid, ROOT), "a guest leaves the host's process alone"

        await swaps(rasa, tmp_path)
        assert await understands(first)

        os.kill(first.pid, signal.SIGKILL)
        assert await understands(await ready(rasa, other_than=first))

    assert not is_rasa(server_of(rasa).pid, ROOT)
    assert not (tmp_path / "rasa.json").exists()
    assert "Gastone" not in (tmp_path / "log" / "rasa.log").read_text()


async def swaps(rasa: RasaProcess, folder: Path) -> None:
    """Refuse a broken model and keep the old one; take a good one and announce it."""
    broken, other = folder / "broken.tar.gz", folder / "other.tar.gz"
    broken.write_bytes(b"no model")
    shutil.copy(MODEL, other)

    with pytest.raises(InterpreterUnavailable, match="refused"):
        await rasa.swap(broken)
    await rasa.swap(other)

    assert read_run_file(folder / "rasa.json") == rasa.server


def keeps_its_token_private(server: RasaServer, folder: Path) -> None:
    assert stat.S_IMODE((folder / "rasa.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "log" / "rasa.log").stat().st_mode) == 0o600
    assert server.token not in Path(f"/proc/{server.pid}/cmdline").read_text()
    assert server.token not in repr(server)


async def test_rasa_ends_with_a_service_that_is_killed(tmp_path: Path) -> None:
    script = f"""
import asyncio, pathlib
from bot.rasa_process import RasaProcess
async def main():
    async with RasaProcess(pathlib.Path({str(ROOT)!r}), state=pathlib.Path({str(tmp_path)!r})):
        await asyncio.Event().wait()
asyncio.run(main())
"""
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=ROOT)
    await until(lambda: (tmp_path / "rasa.json").exists())
    server = read_run_file(tmp_path / "rasa.json")
    assert server is not None
    assert is_rasa(server.pid, ROOT)

    service.kill()
    await service.wait()

    await until(lambda: not is_rasa(server.pid, ROOT))


async def test_an_orphan_with_our_model_is_taken_over(tmp_path: Path) -> None:
    async with pretender(tmp_path, digest(MODEL)) as orphan, RasaProcess(ROOT, state=tmp_path) as rasa:
        server = await ready(rasa)

        assert (server.pid, server.owner) == (orphan.pid, os.getpid())
        assert read_run_file(tmp_path / "rasa.json") == server


async def test_an_orphan_with_another_model_is_ended(tmp_path: Path) -> None:
    async with pretender(tmp_path, "another") as orphan, RasaProcess(ROOT, state=tmp_path) as rasa:
        await orphan.wait()

        assert rasa.server is None or rasa.server.pid != orphan.pid


async def test_a_strange_process_of_that_number_is_left_alone(tmp_path: Path) -> None:
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    write_run_file(tmp_path / "rasa.json", RasaServer(stranger.pid, 1, "another", NOBODY, "token"))

    async with RasaProcess(ROOT, state=tmp_path) as rasa:
        await until(lambda: rasa.server is not None)

    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"pid": 1})])
def test_a_broken_run_file_is_as_good_as_none(content: str, tmp_path: Path) -> None:
    (tmp_path / "rasa.json").write_text(content)

    assert read_run_file(tmp_path / "rasa.json") is None


async def test_a_missing_model_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make setup"):
        await RasaProcess(ROOT, model=tmp_path / "none.tar.gz", state=tmp_path).start()


async def ready(rasa: RasaProcess, other_than: RasaServer | None = None) -> RasaServer:
    await until(lambda: rasa.ready.is_set() and rasa.server != other_than)
    return server_of(rasa)


def server_of(rasa: RasaProcess) -> RasaServer:
    assert rasa.server is not None
    return rasa.server


async def understands(server: RasaServer) -> bool:
    address, token = f"{server.url}/model/parse", {"token": server.token}
    async with (
        aiohttp.ClientSession() as http,
        http.post(address, params=token, json={"text": UTTERANCE}) as answer,
    ):
        content = await answer.json()
    return content["intent"]["name"] == "unpaid_wages" and len(content["intent_ranking"]) == 10


async def status_without_token(server: RasaServer) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/status") as answer:
        return answer.status


async def until(claim: Callable[[], bool]) -> None:
    """Wait until the claim is true; a start of Rasa takes long on a busy machine."""
    for _ in range(6_000):
        if claim():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


@asynccontextmanager
async def pretender(folder: Path, model: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that looks like Rasa and answers at once, left behind by a service that is gone."""
    port = free_port()
    script = f"""
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", {port}), Answer).serve_forever()
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, "nlu.rasa", "run", cwd=ROOT)
    write_run_file(folder / "rasa.json", RasaServer(process.pid, port, model, NOBODY, "token"))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
