"""One stage for all scenes of a module that need Rasa: building the service costs more than any of them."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.locales import LOCALES
from bot.rasa_process import RasaProcess
from tests.conftest import Clock
from tests.conversations.scene import Stage, stage


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, rasa: RasaProcess
) -> AsyncIterator[Stage]:
    """A stage with all languages and the real Rasa; every scene brings a person of its own."""
    folder = tmp_path_factory.mktemp("theatre")
    shutil.copyfile(sqlite_template, folder / "guichet.db")
    clock = Clock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    async with stage(
        f"sqlite:///{folder}/guichet.db", folder, clock, rasa=(rasa,), locales=LOCALES, rasa_timeout=20.0
    ) as made:
        yield made
