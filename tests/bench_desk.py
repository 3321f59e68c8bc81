"""`make bench-desk`: a network in full work at one desk; from an event to the screens that must show it, CPU and memory.

The real `serve` runs with 200 operators in 120 offices, each with an open stream and the page of a case, and 500 open cases.
Persons write through WhatsApp's webhook and accept offers there; the operators' side fetches pages as desk.js does.
"""

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from sqlalchemy.engine import make_url

from tests.bench import percentile, rss, say
from tests.fakes.remote import RemoteFake
from tests.fakes.whatsapp_people import APP_SECRET, PHONE_NUMBER_ID
from tests.support.desk_town import Town, build_town
from tests.support.postgres import postgres
from tests.support.service import ROOT, ServiceProcess

OPERATORS, OFFICES, WAITING, OFFERED = 200, 120, 300, 200
PROCESSES = 2
QUIET = 10.0  # seconds in which nothing happens
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Events:
    """When each thing happened, by the mark that shows it on a screen."""

    words: dict[str, float] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)
    common: dict[str, float] = field(default_factory=dict)


async def post(session: aiohttp.ClientSession, url: str, person: str, content: dict[str, Any]) -> None:
    """Let a person write or tap, signed as Meta signs."""
    message = {
        "from": person, "from_user_id": f"IT.{person}", "id": f"wamid.{person}.{time.time_ns()}",
        "timestamp": str(int(time.time())), **content,
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp", "metadata": {"phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"wa_id": person, "user_id": f"IT.{person}"}], "messages": [message],
    }  # fmt: skip
    entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    async with session.post(f"{url}/whatsapp", data=body, headers=headers) as answer:
        answer.raise_for_status()


async def happen(session: aiohttp.ClientSession, url: str, town: Town, rate: float, seconds: float) -> Events:
    """Play events at a steady rate: three of four are words to an operator, one is somebody new who waits."""
    events, offered = Events(), iter(town.offered.items())
    started = time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        new = next(offered, None) if number % 4 == 3 else None
        if new is None:
            mark, person = f"bench-mark-{number}", town.operators[number % len(town.operators)].person
            events.words[mark] = time.time()
            await post(session, url, person, {"type": "text", "text": {"body": f"Please read {mark} now"}})
            continue
        person, (case, point) = new
        known = events.common if point == town.common else events.waiting
        known[f"/desk/c/{case}/take"] = time.time()
        reply = {"id": f"h:accept:{point}", "title": "Ask them"}
        await post(
            session,
            url,
            person,
            {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}},
        )
    return events


class Screens:
    """The operators' processes."""

    def __init__(self, url: str, town: Town, seconds: float) -> None:
        self._given = [
            {
                "url": url, "seconds": seconds,
                "operators": [
                    {"cookie": one.cookie, "page": f"/desk/c/{one.case}", "case": str(one.case)}
                    for one in town.operators[start::PROCESSES]
                ],
            }
            for start in range(PROCESSES)
        ]  # fmt: skip
        self._processes: list[asyncio.subprocess.Process] = []

    async def open(self) -> None:
        """Start them and wait until every stream is open."""
        for given in self._given:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.desk_load", cwd=ROOT, limit=2**26,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            self._processes.append(process)
            assert process.stdin is not None
            process.stdin.write(json.dumps(given).encode() + b"\n")
            await process.stdin.drain()
        for process in self._processes:
            assert process.stdout is not None
            if (await process.stdout.readline()).strip() != b"open":
                raise RuntimeError("the operators could not open their pages")

    async def close(self) -> dict[str, Any]:
        """Wait for the end; return when which mark was seen, by all screens, and what the fetches took."""
        seen: dict[str, list[float]] = {}
        found: dict[str, Any] = {"seen": seen, "looks": 0, "fetches": [], "failed": {}}
        for process in self._processes:
            out, _ = await process.communicate()
            told = json.loads(out)
            for screen in told["seen"]:
                for mark, at in screen.items():
                    seen.setdefault(mark, []).append(at)
            found["looks"] += told["looks"]
            found["fetches"] += told["fetches"]
            found["failed"] |= told["failed"]
        return found


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def tell(name: str, happened: dict[str, float], seen: dict[str, list[float]]) -> None:
    """Print how long it took to the first and to every screen that shows it."""
    first = [min(seen[mark]) - at for mark, at in happened.items() if mark in seen]
    every = [one - at for mark, at in happened.items() for one in seen.get(mark, ())]
    say(
        name, events=len(happened), shown=len(first), screens=len(every), first_p50=percentile(first, 0.5),
        first_p95=percentile(first, 0.95), all_p50=percentile(every, 0.5), all_p95=percentile(every, 0.95),
        longest=max(every, default=0.0),
    )  # fmt: skip


async def take_at_once(url: str, town: Town, hands: int = 100) -> None:
    """Let many operators of one office take the same case in the same moment."""
    taking = [one for one in town.operators if town.common in one.points][:hands]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(
            *(_get(session, f"{url}/desk/terms", one.cookie) for one in taking)
        )  # connections are open
        before = time.perf_counter()
        led = await asyncio.gather(*(_take(session, url, town, one) for one in taking))
        took = time.perf_counter() - before
    say(
        "simultaneous takes", hands=len(taking), won=sum(to.endswith(str(town.wanted)) for to in led),
        told=sum(to.endswith("said=taken") for to in led), seconds=took,
        others=sorted({to for to in led if not to.endswith((str(town.wanted), "said=taken"))}),
    )  # fmt: skip


async def _get(session: aiohttp.ClientSession, address: str, cookie: str) -> None:
    async with session.get(address, headers={"Cookie": f"guichet-desk={cookie}"}, allow_redirects=False) as answer:
        await answer.read()


async def _take(session: aiohttp.ClientSession, url: str, town: Town, operator: Any) -> str:
    headers = {"Cookie": f"guichet-desk={operator.cookie}", "Sec-Fetch-Site": "same-origin"}
    address = f"{url}/desk/c/{town.wanted}/take"
    async with session.post(address, data={"csrf": operator.csrf}, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer.headers.get("Location", str(answer.status))


@asynccontextmanager
async def _database(kind: str, folder: Path) -> AsyncIterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/var/guichet.db"
        return
    with postgres() as address:
        connection = await asyncpg.connect(f"{address}/postgres")
        await connection.execute("CREATE DATABASE bench")
        await connection.close()
        yield f"{address}/bench"


async def main(kind: str, rate: float, seconds: float) -> None:
    """Run all measurements on a fresh service."""
    folder = Path(tempfile.mkdtemp(prefix="guichet-bench-desk-"))
    async with (
        _database(kind, folder) as database,
        RemoteFake("telegram") as telegram,
        RemoteFake("whatsapp") as whatsapp,
        aiohttp.ClientSession() as session,
    ):
        await whatsapp.set(statuses="none")
        make_url(database)
        town = await build_town(database, folder / "var", OPERATORS, OFFICES, WAITING, OFFERED)
        service = ServiceProcess(folder, telegram.url, whatsapp.url, database=database)
        await service.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_ready(session, service), 180)
        assert service.process is not None
        pid = service.process.pid
        say("machine", database=kind, cores=os.cpu_count(), load=os.getloadavg()[0])
        say("no page is open", cpu_of_a_core=await _at_rest(pid))
        screens = Screens(service.url, town, seconds + 5 + QUIET + 15)
        before = time.perf_counter()
        await screens.open()
        say("all streams open", operators=len(town.operators), seconds=time.perf_counter() - before, rss_mb=rss(pid))
        await asyncio.sleep(5)
        say("all are open and nothing happens", cpu_of_a_core=await _at_rest(pid))
        used = cpu_seconds(pid)
        events = await happen(session, service.url, town, rate, seconds)
        found = await screens.close()
        spent, count = cpu_seconds(pid) - used, int(rate * seconds)
        say(
            "events",
            rate=rate,
            count=count,
            cpu_ms_for_each=1000 * spent / count,
            rss_mb=rss(pid),
            load=os.getloadavg()[0],
        )
        tell("a person's word at the operator's screen", events.words, found["seen"])
        tell("somebody new at the office's screens", events.waiting, found["seen"])
        tell("somebody new at a queue of 100 operators", events.common, found["seen"])
        fetches = found["fetches"]
        say(
            "page fetches", count=len(fetches), looks=found["looks"], p50_ms=percentile(fetches, 0.5) * 1000,
            p95_ms=percentile(fetches, 0.95) * 1000, failed=found["failed"],
        )  # fmt: skip
        await take_at_once(service.url, town)
        await service.stop()


async def _at_rest(pid: int) -> float:
    used, at = cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(QUIET)
    return (cpu_seconds(pid) - used) / (time.perf_counter() - at)


async def _ready(session: aiohttp.ClientSession, service: ServiceProcess) -> None:
    while True:
        async with session.get(f"{service.url}/ready") as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Measure the desk under load.")
    _parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    _parser.add_argument("--rate", type=float, default=5.0, help="events a second")
    _parser.add_argument("--seconds", type=float, default=60.0)
    _given = _parser.parse_args()
    asyncio.run(main(_given.database, _given.rate, _given.seconds))
