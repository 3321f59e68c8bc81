"""Fixtures of the tests of the training."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db import Database


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database of one kind, where the kind makes no difference."""
    path = tmp_path / "guichet.db"
    shutil.copyfile(sqlite_template, path)
    made = Database(f"sqlite:///{path}")
    yield made
    await made.close()
