"""A fake platform in a process of its own, for tests that kill the service and not the platform."""

import asyncio
import json
import sys
from typing import Any, Self

import aiohttp

from tests.fakes.record import Heard, Json


class RemoteFake:
    """Starts `python -m tests.fakes.<platform>` and talks to its control interface.

    `await fake.do("says", user="1", text="hello")` calls the fake's method of that name, `set` changes an
    option, `record` returns all its books (see `tests.fakes.record.Record`).
    """

    def __init__(self, platform: str, *arguments: str) -> None:
        self._command = (sys.executable, "-m", f"tests.fakes.{platform}", *arguments)
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=asyncio.subprocess.PIPE)
        assert self._process.stdout
        self.url = json.loads(await self._process.stdout.readline())["url"]
        self._session = aiohttp.ClientSession(self.url)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def do(self, action: str, **arguments: Any) -> Any:
        """Call a method of the fake. Raises `AssertionError` with its words if it refuses."""
        return await self._post(f"/_control/do/{action}", arguments)

    async def set(self, **options: Any) -> None:
        await self._post("/_control/set", options)

    async def heard(self, user: object) -> list[Heard]:
        return [_heard(item) for item in await self.do("heard", user=str(user))]

    async def wait_for(self, user: object, count: int = 1, timeout: float = 5.0) -> list[Heard]:  # noqa: ASYNC109
        items = await self.do("wait_for", user=str(user), count=count, timeout=timeout)
        return [_heard(item) for item in items]

    async def record(self) -> Json:
        assert self._session
        async with self._session.get("/_control/record") as answer:
            books: Json = await answer.json()
            return books

    async def _post(self, path: str, body: Json) -> Any:
        assert self._session
        async with self._session.post(path, json=body) as answer:
            said = await answer.json()
            assert answer.status == 200, said["error"]
            return said["result"]


def _heard(item: Json) -> Heard:
    return Heard(**{**item, "buttons": [(button, title) for button, title in item["buttons"]]})
