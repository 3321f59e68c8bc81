"""A webhook that remembers what was posted to it, and answers as the test says."""

import asyncio
import json
from collections.abc import Callable
from typing import Self

from aiohttp import web

from tests.fakes.record import Json


class Receiver:
    """Answers every POST with the next of `answers`, the last one for ever."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers or (200,))
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.challenge: Callable[[web.Request], web.Response] = lambda _request: web.Response(status=403)
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._came = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 2**20)
        app.add_routes([web.post("/hook", self._take), web.get("/hook", self._give_challenge)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        await self._runner.cleanup()

    @property
    def posts(self) -> list[Json]:
        return [json.loads(body) for body in self.bodies]

    async def wait_for(self, count: int) -> list[Json]:
        """Wait until so many POSTs came."""
        async with asyncio.timeout(5), self._came:
            await self._came.wait_for(lambda: len(self.bodies) >= count)
        return self.posts

    async def _take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        async with self._came:
            self._came.notify_all()
        return web.Response(status=self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    async def _give_challenge(self, request: web.Request) -> web.Response:
        return self.challenge(request)
