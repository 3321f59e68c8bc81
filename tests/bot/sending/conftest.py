"""Both fake platforms, and a person on each."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.conversations import Conversations
from bot.db import Database
from bot.outbox import Outbox
from tests.bot.sending.post import OLENA, YUSUF, Post
from tests.conftest import Clock
from tests.fakes.receiver import Receiver
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def post(
    database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, telegram: FakeTelegram
) -> AsyncIterator[Post]:
    """Olena on Telegram."""
    channel = TelegramChannel(telegram.token, telegram.base_url, telegram.base_file_url)
    yield await Post(database, conversations, outbox, clock, channel).open(OLENA)
    await channel.aclose()


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
async def whatsapp(hook: Receiver, clock: Clock) -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp(webhook_url=hook.url, now=lambda: clock.now.timestamp()) as fake:
        yield fake


@pytest.fixture
async def whatsapp_post(
    database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, whatsapp: FakeWhatsApp
) -> AsyncIterator[Post]:
    """Yusuf on WhatsApp."""
    channel = WhatsAppChannel(whatsapp.phone_number_id, whatsapp.token, whatsapp.url)
    yield await Post(database, conversations, outbox, clock, channel).open(YUSUF)
    await channel.aclose()
