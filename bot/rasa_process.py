"""Keeps one Rasa process answering beside the service, or shares one that runs with the same model."""

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Self

import aiohttp

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.rasa_server import (
    CURRENT,
    POLL,
    RasaServer,
    child_environment,
    digest,
    end,
    free_port,
    is_alive,
    is_rasa,
    open_log,
    read_run_file,
    write_run_file,
)

log = logging.getLogger(__name__)

START_TIMEOUT = 300.0  # a start takes 9 s on a free machine; ending a slow one would only make it slower
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # between two starts of a process that keeps ending
STABLE_AFTER = 60.0  # a life this long ends the series of delays
ASK_EVERY, SILENT_FOR = 10.0, 60.0  # a process that says nothing for a minute is ended
FIRST_PARSE = 60.0  # seconds: the encoder finishes building itself when it is asked for the first time
SWAP_TIMEOUT = 60.0
DRAIN = 1.0  # seconds for what was asked before a swap to be answered: Rasa answers nothing while it loads


class RasaProcess:
    """Supervises Rasa: adopts or starts it, restarts it when it ends, swaps its model.

    `ready` is set while `server` answers without delay. The run file `<name>.json` tells other processes of this
    folder (another `serve`, `converse`) where it is. Start it from the main thread: the kernel ends Rasa together
    with the thread that started it.
    """

    def __init__(self, root: Path, *, model: Path | None = None, state: Path | None = None, name: str = "rasa") -> None:
        self._root = root
        self._python = root / ".venv-nlu" / "bin" / "python"
        self._model = model or root / CURRENT
        state = state or root / "var"
        self._run_file = state / f"{name}.json"
        self._log_file = state / "log" / f"{name}.log"
        self._child: asyncio.subprocess.Process | None = None
        self._owned = False
        self._task: asyncio.Task[None] | None = None
        self.server: RasaServer | None = None
        self.ready = asyncio.Event()

    async def start(self) -> None:
        """Begin; returns at once. Raises `SettingsError` when there is nothing that could be started."""
        for path in (self._python, self._model):
            if not path.exists():
                raise SettingsError(f"{path} is missing: run `make setup`")
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        self._task = asyncio.create_task(self._supervise(), name="rasa")

    async def stop(self) -> None:
        """End what this service answers for; a process that belongs to another service stays."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        self.ready.clear()
        await self._end_own()
        await self._http.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def may_swap(self) -> bool:
        """Whether it answers, and answers to this service."""
        return self.server is not None and self._owned and self.ready.is_set()

    async def swap(self, model: Path) -> None:
        """Let the running process load another model. It is not `ready` meanwhile, so that nobody waits for it in vain.

        Raises `InterpreterUnavailable` if there is none of ours or it refuses; then the old model stays.
        """
        server = self.server
        if server is None or not self.may_swap:
            raise InterpreterUnavailable("there is no Rasa of this service whose model could be swapped")
        self.ready.clear()
        try:
            await asyncio.sleep(DRAIN)
            fresh = replace(server, model=digest(model))
            await self._load(server, model)
            await self._warm(server)
            if self.server is server:
                self._model, self.server = model, fresh
                self._announce()
        finally:
            if self.server is not None and self.server.pid == server.pid and is_rasa(server.pid, self._root):
                self.ready.set()

    async def _load(self, server: RasaServer, model: Path) -> None:
        address, body = f"{server.url}/model", {"model_file": str(self._root / model)}
        patience = aiohttp.ClientTimeout(total=SWAP_TIMEOUT)
        try:
            async with self._http.put(address, params={"token": server.token}, json=body, timeout=patience) as answer:
                if answer.status != 204:
                    raise InterpreterUnavailable(f"Rasa refused the model with status {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise InterpreterUnavailable(f"Rasa did not take the model: {type(error).__name__}") from None

    async def _warm(self, server: RasaServer) -> None:
        """Let Rasa understand one word, so that no person waits for what it does only once."""
        address, patience = f"{server.url}/model/parse", aiohttp.ClientTimeout(total=FIRST_PARSE)
        with suppress(aiohttp.ClientError, TimeoutError):  # if it never answers, the first who asks will see
            async with self._http.post(
                address, params={"token": server.token}, json={"text": "hello"}, timeout=patience
            ) as answer:
                await answer.read()

    async def _supervise(self) -> None:
        delay = FIRST_DELAY
        while True:
            started = monotonic()
            try:
                await self._live()
                reason = "ended"
            except OSError as error:  # a model being replaced, a full disk: the next round may find it mended
                reason = type(error).__name__
            self.ready.clear()
            await self._end_own()
            delay = FIRST_DELAY if monotonic() - started > STABLE_AFTER else min(delay * 2, LONGEST_DELAY)
            log.warning("rasa=%s next_start_in_s=%.1f", reason, delay)
            await asyncio.sleep(delay)

    async def _live(self) -> None:
        """One life of the process, from its start or adoption to its end."""
        started = monotonic()
        self.server = await self._adopt() or await self._launch()
        if await self._answers(self.server, START_TIMEOUT):
            await self._warm(self.server)
            self.ready.set()
            log.info("rasa=ready pid=%d took_s=%.1f", self.server.pid, monotonic() - started)
            await self._until_gone(self.server)

    async def _adopt(self) -> RasaServer | None:
        """Share the announced process if it has our model; end it if it has not and nobody answers for it."""
        found = read_run_file(self._run_file)
        if found is None or not is_rasa(found.pid, self._root):
            return None
        orphan = not is_alive(found.owner)
        if found.model != digest(self._model) or not await self._answers(found, START_TIMEOUT):
            if orphan:
                await end(found.pid, self._root)
            return None
        self._owned = orphan
        self.server = replace(found, owner=os.getpid()) if orphan else found
        self._announce()
        return self.server

    async def _launch(self) -> RasaServer:
        port, token = free_port(), secrets.token_urlsafe(24)
        with open_log(self._log_file) as output:
            self._child = await asyncio.create_subprocess_exec(
                *(self._python, "-m", "nlu.rasa", "run", "--enable-api"),
                *("--interface", "127.0.0.1", "--port", str(port), "--model", self._model),
                *("--endpoints", "nlu/rasa/endpoints.yml", "--credentials", "nlu/rasa/credentials.yml"),
                cwd=self._root,
                env=child_environment(token),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the service, which then ends Rasa in order
            )
        self._owned = True
        self.server = RasaServer(self._child.pid, port, digest(self._model), os.getpid(), token)
        self._announce()
        return self.server

    def _announce(self) -> None:
        """Write the run file, unless it tells of a living process that is not ours."""
        if self.server is None or not self._owned:
            return
        found = read_run_file(self._run_file)
        if found is None or found.pid == self.server.pid or not is_rasa(found.pid, self._root):
            write_run_file(self._run_file, self.server)

    async def _answers(self, server: RasaServer, seconds: float) -> bool:
        deadline = monotonic() + seconds
        while is_rasa(server.pid, self._root) and monotonic() < deadline:
            if await self._status(server):
                return True
            await asyncio.sleep(POLL)
        return False

    async def _until_gone(self, server: RasaServer) -> None:
        answered = monotonic()
        while is_rasa(server.pid, self._root) and monotonic() - answered < SILENT_FOR:
            await asyncio.sleep(POLL)
            if monotonic() - answered > ASK_EVERY and await self._status(server):
                answered = monotonic()

    async def _status(self, server: RasaServer) -> bool:
        try:
            async with self._http.get(f"{server.url}/status", params={"token": server.token}) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _end_own(self) -> None:
        if self.server is None or not self._owned:
            return
        await end(self.server.pid, self._root)
        if self._child is not None:
            await self._child.wait()
        announced = read_run_file(self._run_file)
        if announced is not None and announced.pid == self.server.pid:
            self._run_file.unlink(missing_ok=True)
        self._child, self._owned = None, False
