"""`make faults`: kills the service with SIGKILL under traffic, starts it again, and counts what became of every message.

Counted as design says: lost = accepted without a finished turn, or a row without a final state; doubled = received twice
though the first was not unknown; overtaken = received in another order than written; unknown is its own column.
"""

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.crypto import load_ring
from bot.markup import to_html, to_whatsapp
from bot.rasa_process import RasaProcess
from bot.rasa_server import RasaServer, write_run_file
from bot.sealed import Sealed
from tests.fakes.remote import RemoteFake
from tests.fakes.telegram_rules import visible_text
from tests.support.service import ROOT, ServiceProcess

# Each brings another answer, so that an overtaken reply is seen.
_SAYINGS = ("/help", "/privacy", "/start", "/status", "/language", "il mio capo non mi paga da due mesi", "thank you")
_SETTLE = 600.0


@dataclass
class Count:
    """What a run found. `unknown` counts rows by their cause."""

    kills: int = 0
    said: int = 0
    stored: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    overtaken: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or overtaken."""
        return self.lost == self.doubled == self.overtaken == 0


async def torture(
    folder: Path, mode: str, kills: int, messages: int, seed: int, shared: RasaServer | None = None, life: float = 6.0,
) -> Count:  # fmt: skip
    """Run the service between the fakes, write from many people, pull the plug `kills` times, count.

    `shared` is a Rasa that runs already, `life` the longest time in seconds between a start and a kill.
    """
    chance = random.Random(seed)  # noqa: S311
    state = folder / "var"
    state.mkdir()
    if shared is not None:
        write_run_file(state / "rasa.json", shared)
    async with (
        RasaProcess(ROOT, state=state) as rasa,
        RemoteFake("telegram", "--dump", str(folder / "telegram.json")) as telegram,
        RemoteFake("whatsapp", "--dump", str(folder / "whatsapp.json")) as whatsapp,
    ):
        await asyncio.wait_for(rasa.ready.wait(), 120)
        service = ServiceProcess(folder, telegram.url, whatsapp.url, mode)
        await whatsapp.set(webhook_url=f"{service.url}/whatsapp")
        try:
            await service.start()
            killer = asyncio.create_task(_kill_often(service, kills, chance, life))
            await _write(telegram, whatsapp, messages, chance, killer)
            await killer
            books = await _settled(state / "guichet.db", {"telegram": telegram, "whatsapp": whatsapp})
            await service.stop()
        finally:
            await service.kill()  # what failed must not go on behind the tests that follow
    return _count(state, books, kills)


async def _kill_often(service: ServiceProcess, kills: int, chance: random.Random, life: float) -> None:
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(life / 6, life))
        await service.kill()
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        await service.start()


async def _write(
    telegram: RemoteFake, whatsapp: RemoteFake, messages: int, chance: random.Random, killer: "asyncio.Task[None]"
) -> None:
    """Write all messages, spread so that the last ones come after the last kill."""
    pause = 0.02
    for number in range(messages):
        fake, first = (telegram, 1000) if number % 2 else (whatsapp, 390600000)
        await fake.do("says", user=str(first + chance.randrange(60)), text=chance.choice(_SAYINGS))
        if number == messages - 20:
            await killer
        await asyncio.sleep(pause * chance.random() * 4)


async def _settled(database: Path, platforms: dict[str, RemoteFake]) -> dict[str, Any]:
    """Wait until the platforms were rid of everything and the database says that nothing is left to do.

    Returns what the platforms saw. What they could not hand over by then is counted as lost.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLE):
            while await _undelivered(platforms) or _open_rows(database):  # noqa: ASYNC110 - other processes do the work
                await asyncio.sleep(0.5)
    await asyncio.sleep(3)  # for what would be sent though nothing is open
    return {name: await platform.record() for name, platform in platforms.items()}


async def _undelivered(platforms: dict[str, RemoteFake]) -> bool:
    books = [await platform.record() for platform in platforms.values()]
    return any(not one["acknowledged"] for book in books for one in book["said"])


def _open_rows(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        waiting = connection.execute("SELECT count(*) FROM inbox WHERE state IN ('waiting', 'parked')").fetchone()[0]
        queued = connection.execute("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')").fetchone()[0]
    return int(waiting) + int(queued)


def _count(state: Path, books: dict[str, Any], kills: int) -> Count:
    found = Count(kills=kills)
    with sqlite3.connect(f"file:{state / 'guichet.db'}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        inbox = connection.execute("SELECT * FROM inbox WHERE kind != 'status'").fetchall()
        outbox = connection.execute("SELECT * FROM outbox ORDER BY seq").fetchall()
        texts = _texts(connection, state)
    found.stored, found.rows = len(inbox), len(outbox)
    found.lost += sum(row["state"] not in {"done", "dead"} for row in inbox)
    found.lost += sum(row["state"] in {"queued", "sending"} for row in outbox)
    found.unknown = dict(Counter(row["reason"] for row in outbox if row["state"] == "unknown"))
    for name, book in books.items():
        said = [one for one in book["said"] if one["acknowledged"]]
        found.said += len(book["said"])
        found.lost += sum(not one["acknowledged"] for one in book["said"])
        mine = [row for row in outbox if texts[row["id"]].channel == name]
        found.lost += max(0, len(said) - sum(1 for row in inbox if texts.channel_of(row) == name))
        _compare(found, mine, book["heard"], texts)
    return found


@dataclass
class _Text:
    channel: str
    user: str
    text: str


class _Texts(dict[Any, _Text]):
    """What every outbox row said, by its id, opened with the service's own key ring."""

    accounts: dict[Any, str]

    def channel_of(self, row: sqlite3.Row) -> str:
        """Return the channel of an inbox row."""
        return self.accounts[row["account_id"]]


def _texts(connection: sqlite3.Connection, state: Path) -> _Texts:
    from uuid import UUID

    ring = load_ring(state / "keys" / "ring.json")
    assert ring is not None
    sealed, texts = Sealed(ring), _Texts()
    texts.accounts = {row["id"]: row["channel"] for row in connection.execute("SELECT id, channel FROM account")}
    query = "SELECT m.id, m.payload, m.outbox_id, c.id AS cid, c.channel, c.address FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.outbox_id IS NOT NULL"  # noqa: E501
    for row in connection.execute(query):
        body = sealed.open_json("message", "payload", UUID(row["id"]), row["payload"])
        address = sealed.open_json("conversation", "address", UUID(row["cid"]), row["address"])
        user = address["extra"].get("to", address["key"]).lstrip("+")
        texts[row["outbox_id"]] = _Text(row["channel"], user, body["text"])
    return texts


def _compare(found: Count, rows: Iterable[sqlite3.Row], heard: list[dict[str, Any]], texts: _Texts) -> None:
    """Every sent row was heard once, an unknown one at most once, in the order in which they were written."""
    written: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row["state"] in {"sent", "unknown"}:
            text = texts[row["id"]]
            written[text.user].append((_bare(_seen(text)), row["state"]))
    received: defaultdict[str, list[str]] = defaultdict(list)
    for one in heard:
        received[str(one["user"])].append(_bare(one["text"]))
    for user, lines in written.items():
        _align(found, lines, received.get(user, []))


def _seen(text: _Text) -> str:
    """Return a message as its platform shows it."""
    return visible_text(to_html(text.text), "HTML") if text.channel == "telegram" else to_whatsapp(text.text)


def _bare(text: str) -> str:
    return "".join(text.split()).replace("*", "")


def _align(found: Count, written: list[tuple[str, str]], received: list[str]) -> None:
    """Walk both lists; a row that was unknown may be missing, anything else that does not fit is counted."""
    wanted = Counter(text for text, _ in written)
    sure = Counter(text for text, state in written if state == "sent")
    got = Counter(received)
    found.lost += sum((sure - got).values())
    found.doubled += sum((got - wanted).values())
    rest = iter(written)
    for text in received:
        if not any(text == one for one, _ in rest):
            found.overtaken += 1
            return


async def _run(kills: int, messages: int, seed: int) -> bool:
    clean = True
    for mode in ("polling", "webhook"):
        folder = Path(tempfile.mkdtemp(prefix=f"guichet-faults-{mode}-"))
        count = await torture(folder, mode, kills, messages, seed)
        sys.stdout.write(json.dumps({"mode": mode, **asdict(count)}) + "\n")
        clean = clean and count.clean
        if count.clean:
            shutil.rmtree(folder, ignore_errors=True)
    return clean


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Kill the service under traffic and count.")
    _parser.add_argument("--kills", type=int, default=20)
    _parser.add_argument("--messages", type=int, default=2000)
    _parser.add_argument("--seed", type=int, default=7)
    _given = _parser.parse_args()
    sys.exit(0 if asyncio.run(_run(_given.kills, _given.messages, _given.seed)) else 1)
