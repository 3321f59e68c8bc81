"""The whole service in this process, between both fake platforms, over HTTP; everything runs as in `serve` but Rasa."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import func, select

from bot import tables as t
from bot.assemble import build, utc_now
from bot.channels.telegram import TelegramChannel
from bot.polling import Polling
from bot.raw_webhooks import RawWebhooks
from bot.service import Service
from bot.settings import Secret, Settings, Telegram, WhatsApp, load_settings
from bot.web.app import create_app
from bot.web_context import make_context
from tests.fakes import telegram_people, whatsapp_people
from tests.fakes.server import FakeServer
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.service import ROOT, WEBHOOK_SECRET

_UNFINISHED = {"waiting", "queued", "sending"}


@dataclass(frozen=True)
class Tally:
    """What became of everything so far, by the fakes' books and ours."""

    lost: int
    doubled: int
    unknown: int


@dataclass
class House:
    """The running service and its two platforms."""

    service: Service
    telegram: FakeTelegram
    whatsapp: FakeWhatsApp
    server: BaseTestServer

    async def settled(self, seconds: float = 40.0) -> None:
        """Wait until the platforms posted everything and nothing is left to do; what waits for Rasa may wait."""
        await self.telegram.settle(seconds)
        await self.whatsapp.settle(seconds)
        try:
            async with asyncio.timeout(seconds):
                while self._busy() or await self._open():  # noqa: ASYNC110 - many parts have to be quiet at once
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"not quiet: platforms {self._busy()}, {await self._left()}") from None

    async def _left(self) -> dict[str, list[str]]:
        """What is not finished, by table, for the message of a failed test."""
        async with self.service.database.reading() as connection:
            tables = {"inbox": t.inbox, "outbox": t.outbox, "attachment": t.attachment}
            states = {
                name: (await connection.execute(select(table.c.state))).scalars() for name, table in tables.items()
            }
            return {name: [one for one in found if one in _UNFINISHED] for name, found in states.items()}

    def _busy(self) -> bool:
        return bool(self.telegram.pending) or self.telegram.busy or self.whatsapp.busy

    async def _open(self) -> int:
        waiting = t.inbox.c.state == "waiting"
        queued = t.outbox.c.state.in_(("queued", "sending"))
        async with self.service.database.reading() as connection:
            left = (await connection.execute(select(func.count()).where(waiting))).scalar_one()
            unsent = (await connection.execute(select(func.count()).where(queued))).scalar_one()
            files = (
                await connection.execute(select(func.count()).where(t.attachment.c.state == "queued"))
            ).scalar_one()
        return int(left + unsent + files)

    async def tally(self) -> Tally:
        """Count as design says: lost, doubled, unknown."""
        lost, doubled, unknown = await self._open(), 0, 0
        for account, channel in self.service.channels.items():
            fake: FakeServer | None = {"telegram": self.telegram, "whatsapp": self.whatsapp}.get(channel.name)
            if fake is None:
                continue
            fates = await self._fates(account)
            accepted, heard = fates.get("sent", 0) + fates.get("failed", 0), len(fake.record.heard)
            lost += max(0, accepted - heard) + sum(not said.acknowledged for said in fake.record.said)
            doubled += max(0, heard - accepted - fates.get("unknown", 0))
            unknown += fates.get("unknown", 0)
        return Tally(lost, doubled, unknown)

    async def _fates(self, account: object) -> dict[str, int]:
        """Rows by their fate; one that the platform took and later called failed counts as `failed`."""
        c = t.outbox.c
        query = select(c.state, c.platform_state).where(c.account_id == account)
        async with self.service.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        fates: dict[str, int] = {}
        for row in rows:
            fate = "failed" if row.platform_state == "failed" else row.state
            fates[fate] = fates.get(fate, 0) + 1
        return fates


@asynccontextmanager
async def house(
    folder: Path, database_url: str, mode: str = "polling", clock: Callable[[], datetime] = utc_now, **settings: Any
) -> AsyncIterator[House]:
    """Start everything on a migrated database and end it in order; `settings` are changed beyond the usual."""

    def now() -> float:
        return clock().timestamp()

    async with FakeTelegram(now=now) as telegram, FakeWhatsApp(now=now) as whatsapp:
        made = replace(_settings(folder, database_url, mode, telegram, whatsapp), **settings)
        service = await build(made, clock)
        async with TestServer(create_app(make_context(service))) as server:
            whatsapp.webhook_url = str(server.make_url("/whatsapp"))
            tasks = [asyncio.create_task(part) for part in await _parts(service, mode, server)]
            try:
                yield House(service, telegram, whatsapp, server)
            finally:
                whatsapp.webhook_url, telegram.webhook = "", {}
                for task in tasks:
                    task.cancel()
                for task in tasks:
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
                await service.close()


def _settings(folder: Path, database_url: str, mode: str, telegram: FakeTelegram, whatsapp: FakeWhatsApp) -> Settings:
    return replace(
        load_settings(ROOT, {}), data_dir=folder, database=database_url, rasa_patience=0.0,
        telegram=Telegram(
            Secret(telegram_people.TOKEN), mode, Secret(WEBHOOK_SECRET), base_url=telegram.base_url
        ),
        whatsapp=WhatsApp(
            Secret(whatsapp_people.TOKEN), Secret(whatsapp_people.APP_SECRET), Secret(whatsapp_people.VERIFY_TOKEN),
            whatsapp_people.PHONE_NUMBER_ID, "https://example.org", graph_url=whatsapp.url,
        ),
    )  # fmt: skip


async def _parts(service: Service, mode: str, server: BaseTestServer) -> list[Coroutine[Any, Any, None]]:
    channel = next(one for one in service.channels.values() if isinstance(one, TelegramChannel))
    parts = [service.worker.run(), service.sender.run(), service.statuses.run(), service.fetcher.run()]
    if mode == "webhook":
        await channel.set_webhook(str(server.make_url(f"/telegram/{channel.account}")), WEBHOOK_SECRET)
        return parts
    keep = RawWebhooks(service.database, service.ring, service.clock).keep
    polling = Polling(channel, service.intake.receive, keep, service.clock)
    return [*parts, polling.run()]
