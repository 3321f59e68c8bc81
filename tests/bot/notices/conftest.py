"""A mail server, a group on Telegram, and the notices that go to both."""

from collections.abc import AsyncIterator, Iterator

import pytest
from aiosmtpd.controller import Controller

from bot.channels.telegram import TelegramChannel
from bot.conversations import Conversations
from bot.db import Database
from tests.bot.notices.room import Mailbox, Staffroom, mail_to
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.support.ports import free_port


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def group(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(telegram.token, telegram.base_url, telegram.base_file_url)
    yield channel
    await channel.aclose()


@pytest.fixture
def room(
    database: Database, clock: Clock, conversations: Conversations, server: Controller, group: TelegramChannel
) -> Staffroom:
    return Staffroom(database, clock, conversations, mail_to(server, lead="boss@example.org"), group)
