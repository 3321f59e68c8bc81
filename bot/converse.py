"""`converse`: one JSON object a line in, one per message out, through the real inbox, worker and Rasa on a throw-away database.

In: {"user": text} | {"button": id} | {"location": [lat, lon]} | {"kind": "voice"|"sticker"|"photo"} | {"wait": seconds}
| {"operator": "take"|"reply"|"phrase"|"give_back"|"close"|"sign_in"|"away", "text": …}. Each input is ended by
{"turn": n, "end": true}.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot import tables as t
from bot.arrivals import QUIET
from bot.assemble import build
from bot.channels.console import ConsoleChannel
from bot.clocks import Clocks
from bot.demo import DemoOperator
from bot.markup import to_plain
from bot.migrate import migrate
from bot.model.errors import SettingsError
from bot.model.messages import Address, Inbound, Kind, Outbound
from bot.rasa_process import RasaProcess
from bot.service import Service
from bot.settings import Settings
from bot.turn import Report

_KINDS = {"voice": Kind.VOICE, "sticker": Kind.STICKER, "photo": Kind.PHOTO, "file": Kind.FILE}
_RASA_START = 120.0


class MovedClock:
    """Real time plus what was waited for."""

    def __init__(self, start: str) -> None:
        try:
            begin = datetime.fromisoformat(start) if start else datetime.now(UTC)
        except ValueError as error:
            raise SettingsError(f"--at must be a time such as 2026-11-21T03:00:00+01:00, not {start!r}") from error
        if begin.tzinfo is None:
            raise SettingsError("--at needs a zone, such as +01:00")
        self._begin, self._started = begin, datetime.now(UTC)

    def __call__(self) -> datetime:
        return (self._begin + (datetime.now(UTC) - self._started)).astimezone(UTC)

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self._begin += timedelta(seconds=seconds)


async def converse(settings: Settings, channel: str, locale_hint: str, at: str) -> None:
    """Read lines until the end of the input."""
    clock = MovedClock(at)
    rasa = RasaProcess(settings.root, state=settings.data_dir)
    await rasa.start()
    try:
        async with asyncio.timeout(_RASA_START):
            await rasa.ready.wait()
        with tempfile.TemporaryDirectory(prefix="guichet-converse-") as folder:
            talk = await Talk.open(settings, Path(folder), channel, locale_hint, clock, rasa)
            async for number, line in _numbered_lines():
                for answer in await talk.hear(number, line):
                    _write(answer)
                _write({"turn": number, "end": True})
            await talk.close()
    finally:
        await rasa.stop()


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def _numbered_lines() -> Any:
    number = 0
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            yield number, line
            number += 1


class Talk:
    """One person's conversation on a stand-in for a channel."""

    def __init__(
        self, service: Service, console: ConsoleChannel, clock: MovedClock, operator: DemoOperator, locale_hint: str
    ) -> None:
        self._service = service
        self._console = console
        self._clock = clock
        self._operator = operator
        self._clocks = Clocks(service)
        self._locale_hint = locale_hint
        self._number = 0
        self._reports: dict[UUID, Report] = {}
        service.reports.append(self._note)

    @classmethod
    async def open(
        cls, settings: Settings, folder: Path, channel: str, locale_hint: str, clock: MovedClock,
        rasa: RasaProcess,
    ) -> "Talk":  # fmt: skip
        """Make a throw-away service with its demonstration office staffed."""
        own = replace(
            settings, data_dir=folder, database=f"sqlite:///{folder}/converse.db", telegram=None, whatsapp=None
        )
        await asyncio.to_thread(migrate, make_url(own.database))
        console = ConsoleChannel(channel)
        service = await build(own, clock, (console,), (rasa,))
        operator = await DemoOperator.make(service)
        return cls(service, console, clock, operator, locale_hint)

    async def close(self) -> None:
        """Give everything back."""
        await self._service.close()

    def _note(self, report: Report) -> None:
        for row in report.outbox:
            self._reports[row] = report

    async def hear(self, number: int, line: str) -> list[dict[str, Any]]:
        """Take one input line and return what was said to the person."""
        try:
            item = json.loads(line)
            if not isinstance(item, dict):
                raise TypeError("not an object")
            await self._take(item)
        except (ValueError, TypeError, KeyError) as error:
            return [{"turn": number, "error": f"this line is not an input: {type(error).__name__}"}]
        return [await self._shown(number, message) for message in await self._settle()]

    async def _take(self, item: dict[str, Any]) -> None:
        if "wait" in item:
            self._clock.move(float(item["wait"]))
            await self._clocks.run_due()
        elif "operator" in item:
            await self._operator.act(str(item["operator"]), str(item.get("text", "")))
        else:
            await self._service.intake.receive([self._inbound(item)])

    def _inbound(self, item: dict[str, Any]) -> Inbound:
        self._number += 1
        kind, more = _content(item)
        return Inbound(
            channel=self._console.name, account=self._console.account, address=Address("converse"),
            dedupe_key=f"converse:{self._number}", kind=kind, sent_at=self._clock(), platform_number=self._number,
            locale_hint=self._locale_hint, **more,
        )  # fmt: skip

    async def _settle(self) -> list[Outbound]:
        """Let the two quiet seconds pass, then run turns and send until nothing is due."""
        self._clock.move(QUIET.total_seconds())
        await self._service.worker.drain()
        await self._service.sender.drain()
        return self._console.drain()

    async def _shown(self, number: int, message: Outbound) -> dict[str, Any]:
        report = self._reports.get(message.id)
        return {
            "turn": number, "text": to_plain(message.text), "locale": message.locale,
            "buttons": [{"id": button.id, "title": button.title} for button in message.buttons],
            "intent": report.intent if report else "", "confidence": round(report.confidence, 4) if report else 0.0,
            "decision": report.decision if report else "", "article": report.article if report else "",
            "jurisdiction": report.jurisdiction if report else "", "sources": list(report.sources) if report else [],
            "handoff": await self._state(),
        }  # fmt: skip

    async def _state(self) -> str:
        async with self._service.database.reading() as connection:
            return str((await connection.execute(select(t.conversation.c.state))).scalar() or "bot")


def _content(item: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    if "user" in item:
        text = str(item["user"])
        if text.startswith("/") and text[1:].split(" ")[0].isalpha():
            return Kind.COMMAND, {"button": text[1:].split(" ")[0]}
        return Kind.TEXT, {"text": text}
    if "button" in item:
        return Kind.BUTTON, {"button": str(item["button"])}
    if "location" in item:
        latitude, longitude = item["location"]
        return Kind.LOCATION, {"coordinates": (float(latitude), float(longitude))}
    return _KINDS[item["kind"]], {}
