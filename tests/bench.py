"""`make bench`: from a webhook to the reply at the fake platform, at several rates; sizes; memory. Figures, no verdicts.

Messages are texts of new people (each waits 2 s of quiet by design) through WhatsApp's webhook, signed as Meta signs.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.remote import RemoteFake
from tests.fakes.whatsapp_people import APP_SECRET, PHONE_NUMBER_ID
from tests.support.service import ROOT, ServiceProcess

_TEXTS = (
    "il mio capo non mi paga da due mesi", "how do I renew my residence permit", "mon diplôme est reconnu ici ?",
    "ho bisogno di un medico", "I am pregnant, can they fire me", "je travaille sans contrat",
)  # fmt: skip
_USERS = iter(range(390610000000, 390619999999))


@dataclass
class Load:
    """One run at one rate; times in seconds."""

    rate: float
    seconds: float
    sent: dict[str, float] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def webhook(user: str, number: int) -> bytes:
    """Return the body of one text message, with now as its time."""
    message = {
        "from": user, "from_user_id": f"IT.{user}", "id": f"wamid.bench.{user}.{number}", "type": "text",
        "timestamp": str(int(time.time())), "text": {"body": _TEXTS[number % len(_TEXTS)]},
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp", "metadata": {"phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"wa_id": user, "user_id": f"IT.{user}"}], "messages": [message],
    }  # fmt: skip
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


async def load(session: aiohttp.ClientSession, url: str, rate: float, seconds: float) -> Load:
    """Post messages at a steady rate, each by somebody new; return when all posts are answered."""
    run = Load(rate, seconds)
    started, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(_post(session, url, run, str(next(_USERS)), number)))
    await asyncio.gather(*tasks)
    return run


async def _post(session: aiohttp.ClientSession, url: str, run: Load, user: str, number: int) -> None:
    body = webhook(user, number)
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    run.sent[user] = time.time()
    before = time.perf_counter()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    async with session.post(f"{url}/whatsapp", data=body, headers=headers) as answer:
        await answer.read()
    run.answered.append(time.perf_counter() - before)


async def replies(whatsapp: RemoteFake, run: Load, patience: float) -> list[float]:
    """Wait until everybody heard something (or patience ends); return the times from webhook to reply."""
    end = time.time() + patience
    while True:
        heard = {one["user"]: one["at"] for one in reversed((await whatsapp.record())["heard"])}
        found = [heard[user] - at for user, at in run.sent.items() if user in heard]
        if len(found) == len(run.sent) or time.time() > end:
            return found
        await asyncio.sleep(0.5)


def rss(pid: int) -> int:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def folder_mb(path: Path) -> int:
    """Return the size of a folder in MB."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink()) // 2**20


def say(name: str, **figures: Any) -> None:
    """Print one line of figures."""
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in figures.items()}
    sys.stdout.write(json.dumps({"what": name, **rounded}) + "\n")
    sys.stdout.flush()


async def _steady(
    session: aiohttp.ClientSession, service: ServiceProcess, fake: RemoteFake, rate: float, seconds: float
) -> bool:
    run = await load(session, service.url, rate, seconds)
    stopped = time.time()
    times = await replies(fake, run, 90)
    drained = time.time() - stopped
    say(
        "webhook to reply", rate=rate, seconds=seconds, sent=len(run.sent), replied=len(times), p50=percentile(times, 0.5),
        p99=percentile(times, 0.99), longest=max(times, default=0.0), drained_s=drained,
        webhook_p50_ms=percentile(run.answered, 0.5) * 1000, webhook_p99_ms=percentile(run.answered, 0.99) * 1000,
    )  # fmt: skip
    return drained < 8


async def main(seconds: float, rates: list[float]) -> None:
    """Run all measurements on a fresh service."""
    folder = Path(tempfile.mkdtemp(prefix="guichet-bench-"))
    async with (
        RemoteFake("telegram") as telegram,
        RemoteFake("whatsapp") as whatsapp,
        aiohttp.ClientSession() as session,
    ):
        await whatsapp.set(statuses="none")
        for start in ("first", "second"):
            service = ServiceProcess(folder, telegram.url, whatsapp.url)
            before = time.perf_counter()
            await service.start()
            accepting = time.perf_counter() - before
            await _rasa_ready(session, service)
            say(f"{start} start", accepts_after_s=accepting, ready_after_s=time.perf_counter() - before)
            if start == "first":
                await service.stop()
        _sizes(service, folder)
        for rate in (1.0, 10.0, *rates):
            if not await _steady(session, service, whatsapp, rate, seconds):
                break
        await _steady(session, service, whatsapp, 50.0, 30.0)
        run = await load(session, service.url, 200.0, 10.0)
        say(
            "webhook answer at 200/s",
            p50_ms=percentile(run.answered, 0.5) * 1000,
            p99_ms=percentile(run.answered, 0.99) * 1000,
        )
        await service.stop()


async def _rasa_ready(session: aiohttp.ClientSession, service: ServiceProcess) -> None:
    while True:
        async with session.get(f"{service.url}/ready") as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.2)


def _sizes(service: ServiceProcess, folder: Path) -> None:
    rasa = json.loads((folder / "var" / "rasa.json").read_text())["pid"]
    memory = {"service_mb": rss(service.process.pid) if service.process else 0, "rasa_mb": rss(rasa)}
    say("memory", **memory)
    say(
        "environments",
        venv_mb=folder_mb(ROOT / ".venv"),
        venv_nlu_mb=folder_mb(ROOT / ".venv-nlu"),
        cores=os.cpu_count(),
    )


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Measure the road of a message.")
    _parser.add_argument("--seconds", type=float, default=60.0)
    _parser.add_argument("--rates", type=float, nargs="*", default=[20.0, 30.0, 40.0, 60.0])
    _given = _parser.parse_args()
    asyncio.run(main(_given.seconds, _given.rates))
