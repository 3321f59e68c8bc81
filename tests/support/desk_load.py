"""Many operators in one process, each doing what desk.js does: an open stream, and a fetch of the page when it says "look".

`python -m tests.support.desk_load` reads {"url", "operators": [{"cookie", "page", "case", "point"}], "seconds"} from stdin,
says "open" when all streams are, and at the end prints when which mark was first on whose screen.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

_MARK = re.compile(r"bench-mark-\d+|/desk/c/[0-9a-f-]{36}/take")


@dataclass
class Screen:
    """One operator's open page."""

    url: str
    cookie: str
    page: str
    case: str
    seen: dict[str, float] = field(default_factory=dict)
    fetches: list[float] = field(default_factory=list)
    looks: int = 0
    failed: int = 0
    _looking: bool = False
    _again: bool = False
    _whole: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, opened: asyncio.Semaphore, door: asyncio.Semaphore) -> None:
        """Listen until cancelled; the stream is opened again when it ends, as browsers do. A few sit down at a time."""
        headers = {"Cookie": f"guichet-desk={self.cookie}"}
        limits = aiohttp.ClientTimeout(total=None, sock_connect=30)
        async with aiohttp.ClientSession(headers=headers, timeout=limits) as session:
            async with door:
                await self._fetch(session, self.page)
            while True:
                address = f"{self.url}/desk/events?case={self.case}"
                async with session.get(address, headers={"Accept": "text/event-stream"}) as stream:
                    stream.raise_for_status()
                    opened.release()
                    event = b""
                    async for line in stream.content:
                        if line.startswith(b"event: "):
                            event = line[7:].strip()
                        if line.startswith(b"data: ") and event == b"look":
                            self.looks += 1
                            self._whole = self._whole or json.loads(line[6:]).get("only") != "lists"
                            self._look(session)
                await asyncio.sleep(2)

    def _look(self, session: aiohttp.ClientSession) -> None:
        """One fetch at a time; a word that comes meanwhile makes one more."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        task = asyncio.create_task(self._fetch_all(session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch_all(self, session: aiohttp.ClientSession) -> None:
        self._again = True
        while self._again:
            self._again = False
            page, self._whole = self.page if self._whole else f"{self.page}?only=lists", False
            await self._fetch(session, page)
        self._looking = False

    async def _fetch(self, session: aiohttp.ClientSession, page: str) -> None:
        before = time.perf_counter()
        async with session.get(self.url + page, headers={"X-Live": "1"}, allow_redirects=False) as answer:
            html = await answer.text()
        if answer.status != 200:
            self.failed += 1
            return
        self.fetches.append(time.perf_counter() - before)
        now = time.time()
        for mark in set(_MARK.findall(html)):
            self.seen.setdefault(mark, now)


async def main(given: dict[str, Any]) -> dict[str, Any]:
    """Hold all screens open for so long; return what they saw."""
    screens = [Screen(given["url"], one["cookie"], one["page"], one["case"]) for one in given["operators"]]
    opened = asyncio.Semaphore(0)
    door = asyncio.Semaphore(4)
    tasks = [asyncio.create_task(screen.run(opened, door)) for screen in screens]
    for _ in screens:
        await opened.acquire()
    print("open", flush=True)
    done, _ = await asyncio.wait(tasks, timeout=given["seconds"])
    for task in tasks:
        task.cancel()
    failed = Counter(repr(task.exception()) for task in done if not task.cancelled() and task.exception())
    failed["pages"] = sum(screen.failed for screen in screens)
    return {
        "seen": [screen.seen for screen in screens], "looks": sum(screen.looks for screen in screens),
        "fetches": [took for screen in screens for took in screen.fetches], "failed": dict(failed),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.loads(sys.stdin.readline())))), flush=True)
