"""The archive of the tests of retention."""

from pathlib import Path

import pytest

from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.outbox import Outbox
from tests.bot.retention.archive import Archive
from tests.conftest import Clock


@pytest.fixture
def archive(
    database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, tmp_path: Path
) -> Archive:
    return Archive(database, conversations, inbox, outbox, clock, tmp_path)
