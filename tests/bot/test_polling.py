"""Long polling where an update cannot be read: it is kept sealed before it is confirmed, the others reach the inbox."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.channels.telegram import TelegramChannel
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.messages import Delivery, Inbound
from bot.polling import Polling
from bot.raw_webhooks import RawWebhooks
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram

OLENA = "1001"


async def test_an_update_that_nobody_can_read_is_kept_sealed_and_confirmed(
    database: Database, ring: KeyRing, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[Inbound | Delivery] = []

    async def receive(items: list[Inbound | Delivery]) -> None:
        received.extend(items)

    async with FakeTelegram() as telegram:
        await telegram.says(OLENA, "my secret words")
        ((broken, _said),) = telegram.pending.values()
        del broken["message"]["chat"]
        await telegram.says(OLENA, "good morning")
        channel = TelegramChannel(telegram.token, telegram.base_url, telegram.base_file_url)
        polling = asyncio.create_task(Polling(channel, receive, RawWebhooks(database, ring, clock).keep, clock).run())
        async with asyncio.timeout(5):
            while telegram.pending:  # noqa: ASYNC110 - who polls tells nobody
                await asyncio.sleep(0.01)
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
        await channel.aclose()

    async with database.reading() as connection:
        (row,) = (await connection.execute(select(t.raw_webhook))).all()
    assert (row.channel, row.received_at) == ("telegram", clock())
    assert b"my secret words" not in row.payload
    assert "my secret words" in ring.open("raw_webhook", "payload", row.id, row.payload)
    assert "my secret words" not in caplog.text
    assert [item.text for item in received if isinstance(item, Inbound)] == ["good morning"]
