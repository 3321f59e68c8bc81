"""Server-sent events: one open answer per page, a limit on how many, and an end when the server stops."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

HEARTBEAT = 15.0
LOOK_AGAIN = 5.0  # the bus carries words inside one process only
_ECHO = 1.0  # a word may come a moment before its transaction ends


class Stream:
    """One open stream. `changed` wakes it; `ended` says that it must stop."""

    def __init__(self, changed: asyncio.Event) -> None:
        self._changed = changed
        self._woken = False
        self.ended = False

    @property
    def woken(self) -> bool:
        """Tell whether the last wait ended with a word, and not because it is time to look again."""
        return self._woken

    def end(self) -> None:
        """Let the stream stop at once."""
        self.ended = True
        self._changed.set()

    async def wait(self) -> None:
        """Wait until something changed, at most until it is time to look again."""
        try:
            async with asyncio.timeout(min(_ECHO, LOOK_AGAIN) if self._woken else LOOK_AGAIN):
                await self._changed.wait()
        except TimeoutError:
            self._woken = False
            return
        self._changed.clear()
        self._woken = True


class Streams:
    """Open streams: so many in all and for one network, so few for one key (a new one ends the oldest)."""

    def __init__(self, most: int, each: int, network: int) -> None:
        self._most = most
        self._each = each
        self._network = network
        self._open: defaultdict[str, list[Stream]] = defaultdict(list)
        self._networks: Counter[str] = Counter()

    @contextmanager
    def open(self, key: str, changed: asyncio.Event, network: str) -> Iterator[Stream]:
        """Yield a stream that `changed` wakes. Raises HTTPServiceUnavailable when all places are taken."""
        if self._networks.total() >= self._most or self._networks[network] >= self._network:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}, text="Too many open pages.")
        stream = Stream(changed)
        mine = self._open[key]
        for old in mine[: max(0, len(mine) - self._each + 1)]:
            old.end()
        mine.append(stream)
        self._networks[network] += 1
        try:
            yield stream
        finally:
            self._networks -= Counter({network: 1})
            mine.remove(stream)
            if not mine:
                self._open.pop(key, None)

    async def end_all(self, _app: web.Application) -> None:
        """Let every stream finish; else the server would wait for them."""
        for mine in self._open.values():
            for stream in mine:
                stream.end()


# Two rooms: however many pages of the chat are open, the desk finds its place.
STREAMS: web.AppKey[Streams] = web.AppKey("streams", Streams)
DESK_STREAMS: web.AppKey[Streams] = web.AppKey("desk streams", Streams)


class EventSource:
    """Writes events to one browser."""

    def __init__(self, response: web.StreamResponse) -> None:
        self._response = response
        self._wrote_at = time.monotonic()

    @classmethod
    async def answer(cls, request: web.Request) -> "EventSource":
        """Start the answer. A proxy must not hold events back."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        source = cls(response)
        await source._write("retry: 2000\n\n")
        return source

    @property
    def response(self) -> web.StreamResponse:
        """What the handler returns."""
        return self._response

    async def send(self, event: str, data: Any, number: int | None = None) -> None:
        """Send one event; `number` is what the browser names when it comes back."""
        head = f"id: {number}\n" if number is not None else ""
        await self._write(f"{head}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

    async def beat(self) -> None:
        """Show that the line is alive, when nothing was written for a while; it also finds out who has gone."""
        if time.monotonic() - self._wrote_at >= HEARTBEAT:
            await self._write(": \n\n")

    async def _write(self, text: str) -> None:
        await self._response.write(text.encode())
        self._wrote_at = time.monotonic()
