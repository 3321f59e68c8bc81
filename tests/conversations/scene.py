"""The cast and the stage: a person writes on a channel, the whole service answers, an operator works at the desk.

Everything is real (inbox, dispatch, worker, turn, outbox, sender, Rasa where a test asks for it) but the platform: its place
is taken by a channel that keeps what was sent.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from bot import tables as t
from bot.assemble import build
from bot.channels.console import ConsoleChannel
from bot.clocks import Clocks
from bot.demo import DemoOperator
from bot.markup import to_plain
from bot.model.messages import Address, Inbound, Kind, Outbound
from bot.model.say import Say, Value
from bot.rasa_process import RasaProcess
from bot.service import Service
from bot.settings import load_settings
from bot.staff.passwords import Passwords
from bot.wording import Wording
from tests.conftest import Clock
from tests.support.builders import QUICK

ROOT = Path(__file__).resolve().parents[2]

OPEN = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # Wednesday, 10:00 in Rome
HOLIDAY = datetime(2026, 12, 8, 10, 0, tzinfo=UTC)  # Tuesday, 8 December: a holiday in Italy


@dataclass
class Stage:
    """One running service with a clock that the test moves."""

    service: Service
    console: ConsoleChannel
    clock: Clock
    marta: DemoOperator
    heard: dict[str, list[Outbound]] = field(default_factory=dict)
    reads: Callable[[Outbound], Awaitable[None]] | None = None  # looks at each text as it goes out

    def person(self, who: str = "olena", locale_hint: str = "") -> "Person":
        """Return somebody of the cast."""
        return Person(self, who, locale_hint)

    def text(self, locale: str, phrase: str, **params: Value) -> str:
        """Return a sentence as the person reads it."""
        wording = Wording(self.service.phrases.text, self.service.phrases.title)
        return to_plain(wording.say(locale, Say(phrase, params)))

    async def settle(self) -> None:
        """Let two quiet seconds pass, then everything that is due."""
        self.clock.move(seconds=2)
        for _ in range(3):
            await self.service.worker.drain()
            await self.service.sender.drain()
        for message in self.console.drain():
            self.heard.setdefault(message.address.key, []).append(message)
            if self.reads is not None:
                await self.reads(message)

    async def later(self, **how: float) -> None:
        """Let time pass; clocks run as they would."""
        self.clock.move(**how)
        await Clocks(self.service).run_due()
        await self.settle()

    async def operator(self, action: str, text: str = "") -> None:
        """Marta does something at the desk."""
        await self.marta.act(action, text)
        await self.settle()

    async def state(self, who: str = "olena") -> str:
        """Return the state of a person's conversation."""
        async with self.service.database.reading() as connection:
            account = await self.service.conversations.account(connection, self.console.name, self.console.account)
            found: UUID | None = await self.service.conversations.find(connection, account, Address(who))
            row = await connection.execute(select(t.conversation.c.state).where(t.conversation.c.id == found))
            return str(row.scalar_one())

    async def outbox(self) -> list[Any]:
        """Return all rows of the outbox."""
        async with self.service.database.reading() as connection:
            return list((await connection.execute(select(t.outbox).order_by(t.outbox.c.seq))).all())

    async def set_staff(self, **values: Any) -> None:
        """Change the operator's account."""
        async with self.service.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.role == "operator").values(**values))


@dataclass
class Person:
    """Somebody with a phone."""

    stage: Stage
    who: str
    locale_hint: str
    count: int = 0

    async def says(self, *texts: str, at: datetime | None = None) -> str:
        """Write one or more messages in a row; return the last thing heard, or an empty text."""
        return await self._send([{"kind": Kind.TEXT, "text": text} for text in texts], at)

    async def taps(self, button: str) -> str:
        """Tap a choice by its id."""
        return await self._send([{"kind": Kind.BUTTON, "button": button}])

    async def sends(self, kind: Kind, **more: Any) -> str:
        """Send something that is no text."""
        return await self._send([{"kind": kind, **more}])

    async def _send(self, items: list[dict[str, Any]], at: datetime | None = None) -> str:
        before = len(self.heard)
        stored = []
        for item in items:
            self.count += 1
            stored.append(
                Inbound(
                    channel=self.stage.console.name,
                    account=self.stage.console.account,
                    address=Address(self.who),
                    dedupe_key=f"{self.who}:{self.count}",
                    sent_at=at or self.stage.clock(),
                    platform_number=self.count,
                    locale_hint=self.locale_hint,
                    **item,
                )
            )
        await self.stage.service.intake.receive(stored)
        await self.stage.settle()
        return "\n---\n".join(self.heard[before:])

    @property
    def heard(self) -> list[str]:
        """Everything this person was sent, as plain text."""
        return [to_plain(message.text) for message in self.stage.heard.get(self.who, [])]

    @property
    def choices(self) -> dict[str, str]:
        """The choices under the last message: id → title."""
        return {button.id: button.title for button in self.stage.heard[self.who][-1].buttons}


@asynccontextmanager
async def stage(
    database_url: str, folder: Path, clock: Clock, channel: str = "telegram", rasa: Sequence[RasaProcess] = (),
    patience: float = 0.0, **settings: Any,
) -> AsyncIterator[Stage]:  # fmt: skip
    """Build the service on this database and give it back at the end; `settings` are changed beyond that."""
    made = replace(
        load_settings(ROOT, {}), data_dir=folder, database=database_url, rasa_patience=patience, workers=2, **settings
    )
    console = ConsoleChannel(channel)
    service = await build(made, clock, (console,), rasa)
    service.staff.passwords = Passwords(QUICK)
    marta = await DemoOperator.make(service)
    try:
        yield Stage(service, console, clock, marta)
    finally:
        await service.close()
