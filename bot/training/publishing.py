"""Puts models in service and takes them back: a decision is in the table first, then the files, then the states.

Killed between any two of these, the next start finishes what was decided; a whole current model is there at every moment.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from bot.audit import note
from bot.db import Database
from bot.model.errors import SettingsError
from bot.rasa_models import PREVIOUS, exchange, mend, put_in_place, taken
from bot.rasa_server import CURRENT, digest
from bot.settings import Settings
from bot.training.model import CannotPublish, State, Step, Training
from bot.training.records import Records
from bot.training.steps import LEARNS, MODEL
from nlu.made_of import code_hash, stamp

log = logging.getLogger(__name__)


@dataclass
class Publishing:
    """`folder` holds a folder for each training; `owner` is this process, by its node."""

    database: Database
    settings: Settings
    records: Records
    owner: str
    folder: Path
    clock: Callable[[], datetime]
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _known: tuple[tuple[int, ...], str] = ((), "")

    @property
    def current(self) -> str:
        """The hash of the model in service, read anew only when its file has changed; empty without one."""
        path = self.settings.root / CURRENT
        try:
            found = path.stat()
        except FileNotFoundError:
            return ""
        marks = (found.st_ino, found.st_size, found.st_mtime_ns)
        if marks != self._known[0]:
            self._known = (marks, digest(path))
        return self._known[1]

    @property
    def can_go_back(self) -> bool:
        return (self.settings.root / PREVIOUS).exists()

    async def is_taken(self) -> bool | None:
        """Tell whether all running Rasa processes answer with the current model; None if none runs."""
        return await taken(self.settings.root, self.settings.data_dir, self.current, 0)

    async def publish(self, training: UUID, member: UUID) -> None:
        """Put its model in service. Raises CannotPublish."""
        async with self._lock:
            model, code = await asyncio.to_thread(self._on_disk, training)
            async with self.database.transaction() as connection:
                found = await self.records.one(connection, training)
                self._check(found, model, code)
                values = {"step": Step.PUBLISH, "published_by": member, "owner": self.owner}
                if not await self.records.change(connection, training, values, of=(State.COMPARED,)):
                    raise CannotPublish("gone")
            try:
                await self._put_in_place(training, member)
            except OSError:
                async with self.database.transaction() as connection:
                    await self.records.change(connection, training, {"step": ""}, of=(State.COMPARED,))
                raise CannotPublish("disk") from None

    def _on_disk(self, training: UUID) -> tuple[str, str]:
        """Return the hashes of its model and of the code that models are made with now; both empty without a model."""
        path = self._model(training)
        return (digest(path), code_hash(self.settings.root)) if path.exists() else ("", "")

    def _check(self, training: Training | None, model: str, code: str) -> None:
        """Raise CannotPublish for anything but the very model that was compared, by this version, with the current one."""
        if training is None or training.state is not State.COMPARED or not model or training.model_hash != model:
            raise CannotPublish("refused" if training and training.state is State.REFUSED else "gone")
        made_with = (training.report or {}).get("code", code)
        if training.before_hash != self.current or made_with != code:
            raise CannotPublish("outdated")

    async def _put_in_place(self, training: UUID, member: UUID | None) -> None:
        root, folder = self.settings.root, self.folder / str(training)
        made_of = await asyncio.to_thread(stamp, root)
        current = await asyncio.to_thread(put_in_place, root, self._model(training), folder / LEARNS, made_of)
        now = self.clock()
        async with self.database.transaction() as connection:
            values = {"state": State.PUBLISHED, "step": "", "published_at": now}
            await self.records.change(connection, training, values, of=(State.COMPARED,))
            await self.records.settle(connection, current)
            await note(connection, f"staff:{member}", "model_published", str(training), "", now)
        await asyncio.to_thread(shutil.rmtree, folder, True)
        log.info("model=published training=%s", training)

    async def roll_back(self, member: UUID) -> None:
        """Put the model before the current one in service; twice is forward again. Raises CannotPublish."""
        async with self._lock:
            try:
                current = await asyncio.to_thread(exchange, self.settings.root)
            except SettingsError:
                raise CannotPublish("no_previous") from None
            except OSError:
                raise CannotPublish("disk") from None
            async with self.database.transaction() as connection:
                await self.records.settle(connection, current)
                await note(connection, f"staff:{member}", "model_rolled_back", current[:16], "", self.clock())
        log.info("model=rolled back")

    async def mend(self) -> None:
        """Finish what a killed process of this node had decided, and learn which model is in service."""
        async with self._lock:
            await asyncio.to_thread(mend, self.settings.root)
            async with self.database.reading() as connection:
                half = await self.records.half_published(connection, self.owner)
                publishers = {one.id: await self.records.publisher(connection, one.id) for one in half}
            for one in half:
                if self._model(one.id).exists():
                    await self._put_in_place(one.id, publishers[one.id])
            async with self.database.transaction() as connection:
                if await self.records.settle(connection, self.current):
                    now = self.clock()
                    await note(connection, "system", "model_changed_outside", self.current[:16], "", now)

    def _model(self, training: UUID) -> Path:
        return self.folder / str(training) / MODEL
