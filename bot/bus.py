"""The live bus inside one process: wakes loops and tells pages that something changed. It carries no content."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Bus:
    """`wake`/`wait` for loops; `publish`/`listen` for pages. What it says is only "look again"; a lost word costs delay."""

    def __init__(self) -> None:
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, topic: str) -> None:
        """Let the loop that waits for this topic look again."""
        self._events[topic].set()

    async def wait(self, topic: str, seconds: float) -> None:
        """Wait for `wake`, at most `seconds`."""
        event = self._events[topic]
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        event.clear()

    def publish(self, topic: str) -> None:
        """Tell all listeners of a topic that something changed."""
        for event in self._listeners.get(topic, ()):
            event.set()

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[asyncio.Event]:
        """Yield an event that is set whenever one of the topics was published; the listener clears it."""
        event = asyncio.Event()
        for topic in topics:
            self._listeners[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._listeners[topic].discard(event)
                if not self._listeners[topic]:
                    del self._listeners[topic]
