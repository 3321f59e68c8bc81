"""Stages: a fresh one for each scene, or one for all scenes of a module that need Rasa, as building it costs more than they."""

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.locales import LOCALES
from bot.rasa_process import RasaProcess
from tests.conftest import Clock
from tests.conversations.scene import OPEN, Stage, stage


@pytest.fixture
def at() -> datetime:
    """When a scene begins; a test may say otherwise."""
    return OPEN


@pytest.fixture
def channel() -> str:
    """Where the person writes; a test may say otherwise."""
    return "telegram"


@pytest.fixture
async def play(database_url: str, tmp_path: Path, at: datetime, channel: str) -> AsyncIterator[Stage]:
    """A stage of its own, without Rasa."""
    async with stage(database_url, tmp_path, Clock(at), channel) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, rasa: RasaProcess
) -> AsyncIterator[Stage]:
    """A stage with all languages and the real Rasa; every scene brings a person of its own."""
    folder = tmp_path_factory.mktemp("theatre")
    shutil.copyfile(sqlite_template, folder / "guichet.db")
    clock = Clock(OPEN)
    async with stage(
        f"sqlite:///{folder}/guichet.db", folder, clock, rasa=(rasa,), locales=LOCALES, rasa_timeout=20.0
    ) as made:
        yield made
