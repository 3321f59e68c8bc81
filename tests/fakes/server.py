"""What both fake platforms share: a real HTTP server, webhooks with retries, a control interface."""

import argparse
import asyncio
import json
import random
import signal
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.record import Fault, Heard, Json, Record, Said


class FakeServer:
    """Base of a fake platform on loopback. `now` is the platform's own clock."""

    default_method = ""
    actions: frozenset[str] = frozenset()  # what the control interface may call
    options: frozenset[str] = frozenset()  # what it may set

    def __init__(self, port: int = 0, now: Callable[[], float] = time.time) -> None:
        self.record = Record()
        self.now = now
        self.shuffle = False
        self.duplicates = 0
        self.retry_delay = 0.05
        self.random = random.Random(7)  # noqa: S311 - a test's dice
        self._port = port
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> Self:
        app = web.Application(client_max_size=8 * 2**20)
        app.add_routes([*self.routes(), *self._control_routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def aclose(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether something is still under way to the webhook."""
        return bool(self._tasks)

    # the tests' side

    def fault(self, name: str, method: str = "", **options: Any) -> None:
        """Play a fault the next time that `method` is called (see the platform's table of names)."""
        self.record.faults.append(Fault(name, method or self.default_method, **_texts(options)))

    def heard(self, user: object) -> list[Heard]:
        """Return what this person got so far, in order."""
        return self.record.heard_by(str(user))

    async def wait_for(self, user: object, count: int = 1, timeout: float = 5.0) -> list[Heard]:  # noqa: ASYNC109
        """Wait until the person got `count` messages; return them all. Raises `TimeoutError` with what came."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: len(self.heard(user)) >= count)
        except TimeoutError:
            texts = [heard.text for heard in self.heard(user)]
            raise TimeoutError(f"{user} got {len(texts)} of {count} messages: {texts}") from None
        return self.heard(user)

    async def settle(self, seconds: float = 5.0) -> None:
        """Wait until every webhook has been answered."""
        async with asyncio.timeout(seconds):
            while self._tasks:
                await asyncio.wait(set(self._tasks))
        for failure in self._failures:
            raise failure

    # the platform's side

    async def accept(self, heard: Heard) -> None:
        self.record.heard.append(heard)
        await self.notify()

    async def notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failures.append(error)

    async def deliver(
        self,
        url: Callable[[], str],
        body: bytes,
        headers: Callable[[], Mapping[str, str]],
        accepts: Callable[[int], bool],
    ) -> bool:
        """POST until accepted, ever more slowly; False when there is no address any more."""
        if self.shuffle:
            await asyncio.sleep(self.random.random() * 0.2)
        delay = self.retry_delay
        while url():
            if accepts(await self._post(url(), body, headers())):
                return True
            await asyncio.sleep(delay)
            delay = min(delay * 2, 1.0)
        return False

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        assert self._session
        try:
            async with self._session.post(url, data=BytesIO(body), headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def say(self, user: object, kind: str, text: str, message_id: object) -> Said:
        said = Said(str(user), kind, text, self.now(), str(message_id))
        self.record.said.append(said)
        return said

    # the control interface, for a fake that runs in a process of its own

    def _control_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_control/record", self._give_record),
            web.post("/_control/do/{action}", self._do),
            web.post("/_control/set", self._set),
        ]

    async def _give_record(self, _request: web.Request) -> web.Response:
        return web.json_response(self.record.as_json())

    async def _do(self, request: web.Request) -> web.Response:
        action = request.match_info["action"]
        if action not in self.actions | {"fault", "heard", "wait_for", "settle"}:
            return web.json_response({"error": f"no action {action}"}, status=404)
        result = getattr(self, action)(**await request.json())
        if asyncio.iscoroutine(result):
            try:
                result = await result
            except (TimeoutError, AssertionError) as error:
                return web.json_response({"error": str(error)}, status=409)
        return web.json_response({"result": _plain(result)})

    async def _set(self, request: web.Request) -> web.Response:
        wanted: Json = await request.json()
        unknown = wanted.keys() - self.options - {"shuffle", "duplicates", "retry_delay"}
        if unknown:
            return web.json_response({"error": f"no option {sorted(unknown)}"}, status=404)
        for name, value in wanted.items():
            setattr(self, name, value)
        return web.json_response({"result": None})


async def hang_up(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def run(make: Callable[[argparse.Namespace], FakeServer], parser: argparse.ArgumentParser) -> None:
    """Serve one fake until the process is told to end; print its address, dump its books at the end."""
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--dump", type=Path, help="file for the record as JSON")
    arguments = parser.parse_args()
    asyncio.run(_serve(make, arguments))


async def _serve(make: Callable[[argparse.Namespace], FakeServer], arguments: argparse.Namespace) -> None:
    end = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, end.set)
    async with make(arguments) as fake:
        print(json.dumps({"url": fake.url}), flush=True)
        await end.wait()
        if arguments.dump:
            _write(arguments.dump, fake.record)


def _write(path: Path, record: Record) -> None:
    with suppress(OSError):
        path.write_text(json.dumps(record.as_json()))


def _texts(options: Json) -> Json:
    return {key: str(value) if key == "user" else value for key, value in options.items()}


def _plain(result: Any) -> Any:
    if isinstance(result, list):
        return [_plain(item) for item in result]
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
