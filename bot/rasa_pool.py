"""Several Rasa processes with one model: started together, each supervised by itself, given a new model in turn."""

import asyncio
import logging
from contextlib import suppress
from os import stat_result
from pathlib import Path
from typing import Self

from bot.model.errors import InterpreterUnavailable
from bot.rasa_process import RasaProcess
from bot.rasa_server import CURRENT, digest

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds between two looks at the model's file


class RasaPool:
    """Supervises `count` processes and lets each load the model when its file has become another one.

    One after another: while a process loads, the others answer. A model that Rasa refuses is not tried again; the
    old one goes on. A process that belongs to another service is left to that service.
    """

    def __init__(self, root: Path, count: int = 1, *, model: Path | None = None, state: Path | None = None) -> None:
        self.model = model or root / CURRENT
        self._seen: tuple[int, ...] = ()
        self._digest = ""
        self._refused: set[tuple[int, str]] = set()
        self._watching: asyncio.Task[None] | None = None
        names = ("rasa", *(f"rasa-{number}" for number in range(2, count + 1)))
        self.processes = tuple(RasaProcess(root, model=self.model, state=state, name=name) for name in names)

    @property
    def ready(self) -> int:
        """How many processes answer now."""
        return sum(process.ready.is_set() for process in self.processes)

    async def wait_ready(self) -> None:
        """Return when one of them answers."""
        waiting = [asyncio.create_task(process.ready.wait()) for process in self.processes]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def start(self) -> None:
        """Begin; returns at once. Raises `SettingsError` when there is nothing that could be started."""
        for process in self.processes:
            await process.start()
        self._watching = asyncio.create_task(self._watch(), name="rasa-model")

    async def stop(self) -> None:
        """End what this service answers for."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await asyncio.gather(*(process.stop() for process in self.processes))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            with suppress(OSError):  # the file is being replaced: the next look will find it
                await self._follow()

    async def _follow(self) -> None:
        """Let each process that answers with another model than the file's load it."""
        wanted = await self._wanted()
        for process in self.processes:
            server = process.server
            if (
                server is None
                or not process.may_swap
                or server.model == wanted
                or (server.pid, wanted) in self._refused
            ):
                continue
            try:
                await process.swap(self.model)
            except InterpreterUnavailable as error:
                self._refused.add((server.pid, wanted))
                log.error("rasa=kept its model pid=%d reason=%s", server.pid, error)
            else:
                log.info("rasa=swapped its model pid=%d", server.pid)

    async def _wanted(self) -> str:
        """Return the hash of the model's file, read anew only when the file has changed."""
        seen = _marks(self.model.stat())
        if seen != self._seen:
            self._digest = await asyncio.to_thread(digest, self.model)
            self._seen = seen
        return self._digest


def _marks(found: stat_result) -> tuple[int, ...]:
    return found.st_ino, found.st_size, found.st_mtime_ns
