"""Trains when somebody asks for it, one at a time, and puts models in service. Runs inside `serve`."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import note
from bot.db import Database
from bot.edits import Edits
from bot.model.errors import GuichetError
from bot.model.ids import new_id
from bot.settings import Settings
from bot.training.learned import Learned
from bot.training.model import ACTIVE, Deed, Failed, State, Step, Training
from bot.training.publishing import Publishing
from bot.training.records import Records
from bot.training.steps import Workplace, prepare
from nlu.evaluation.floors import read_floors
from nlu.evaluation.gate import with_own
from nlu.teaching import Content, Questions

log = logging.getLogger(__name__)

BEAT = 2.0  # seconds between two signs of life; a cancelled training ends so soon
AFTER_FAILURE = 30.0  # seconds, when the database or the disk is away


class Trainer:
    """Starts, works off and shows trainings; `publishing` puts their models in service.

    What is begun is in the table before anything is done, so that a process that is killed leaves a row to find and the
    model in service untouched. Raises SettingsError for floors that cannot be.
    """

    def __init__(
        self, database: Database, settings: Settings, questions: Questions, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._settings, self._questions, self._clock = database, settings, questions, clock
        self._owner = f"{settings.node}:{new_id()}"
        self._records = Records()
        self._edits = Edits()
        self._learned = Learned(settings.root)
        self._asked = asyncio.Event()
        self._progress = (Step.EXPORT, 0, 0)
        self._floors = with_own(read_floors(), settings.studio.floors)
        self.folder = settings.data_dir / "training"
        self.publishing = Publishing(database, settings, self._records, self._owner, self.folder, clock)

    async def start(self, connection: AsyncConnection, member: UUID) -> UUID:
        """Queue a training; it begins when the transaction is done. Raises Busy."""
        now = self._clock()
        training = await self._records.add(connection, member, self._owner, now)
        await note(connection, f"staff:{member}", "training_started", str(training), "", now)
        self._asked.set()
        return training

    async def cancel(self, connection: AsyncConnection, training: UUID, member: UUID) -> bool:
        """End a training that is under way; False if none is."""
        now = self._clock()
        values = {"state": State.CANCELLED, "finished_at": now}
        if not await self._records.change(connection, training, values, of=ACTIVE):
            return False
        await note(connection, f"staff:{member}", "training_cancelled", str(training), "", now)
        return True

    async def latest(self, connection: AsyncConnection, count: int = 20) -> list[Training]:
        """Return the last trainings, the newest first."""
        return await self._records.latest(connection, count)

    async def one(self, connection: AsyncConnection, training: UUID) -> Training | None:
        return await self._records.one(connection, training)

    async def active(self, connection: AsyncConnection) -> Training | None:
        """Return the one that is under way."""
        return await self._records.active(connection)

    async def deeds(self, connection: AsyncConnection, count: int = 20) -> list[Deed]:
        """Return what was done with trainings and models, the newest first."""
        return await self._records.deeds(connection, count)

    async def behind(self, content: Content) -> frozenset[str]:
        """Return the questions that the model in service learned from other wordings than a training would now."""
        return await self._learned.behind(self.publishing.current, content)

    async def publish(self, training: UUID, member: UUID) -> None:
        """Put its model in service. Raises CannotPublish."""
        await self.publishing.publish(training, member)

    async def roll_back(self, member: UUID) -> None:
        """Put the model before the current one in service. Raises CannotPublish."""
        await self.publishing.roll_back(member)

    async def run(self) -> None:
        """Mend what a process before this one left, then train whenever somebody asks, until cancelled."""
        mended = False
        while True:
            pause = BEAT
            try:
                if not mended:
                    await self.mend()
                    mended = True
                await self._work_off()
            except (SQLAlchemyError, GuichetError, OSError) as error:
                log.error("training=stopped error=%s", type(error).__name__)
                pause = AFTER_FAILURE
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), pause)
            self._asked.clear()

    async def mend(self) -> None:
        """Find what died with an earlier process of this node, and remove its folders; finish a publishing."""
        async with self._database.transaction() as connection:
            dead = await self._records.bury(connection, self._clock(), self._owner)
            waiting = await self._records.compared(connection)
        for training in dead:
            log.warning("training=dead id=%s", training)
        await self.publishing.mend()
        await asyncio.to_thread(self._clear, {str(one.id) for one in waiting})

    def _clear(self, kept: set[str]) -> None:
        for folder in self.folder.glob("*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    async def _work_off(self) -> None:
        async with self._database.reading() as connection:
            asked = await self._records.queued(connection, self._owner)
        if asked is None:
            return
        values = {"state": State.RUNNING, "seen_at": self._clock()}
        async with self._database.transaction() as connection:
            if not await self._records.change(connection, asked.id, values, of=(State.QUEUED,)):
                return
            kept = await self._put_aside(connection)
        await asyncio.to_thread(self._clear, kept)
        await self._train(asked.id)

    async def _put_aside(self, connection: AsyncConnection) -> set[str]:
        """A newer one is coming: let go of those that nobody published, but not of one that is being published."""
        publishing: set[str] = set()
        for old in await self._records.compared(connection):
            if old.step == Step.PUBLISH:
                publishing.add(str(old.id))
            else:
                await self._records.change(connection, old.id, {"state": State.REPLACED}, of=(State.COMPARED,))
        return publishing

    async def _train(self, training: UUID) -> None:
        """Work on one training while it gives signs of life; whatever happens, its row says so in the end."""
        folder = self.folder / str(training)
        self._progress = (Step.EXPORT, 0, 0)
        work = asyncio.create_task(self._steps(folder))
        try:
            while not work.done():
                if not await self._beat(training):
                    work.cancel()
                await asyncio.wait([work], timeout=BEAT)
            values = self._outcome(work)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        async with self._database.transaction() as connection:
            values["finished_at"] = self._clock()
            done = await self._records.change(connection, training, values, of=(State.RUNNING,))
        if not done or values["state"] != State.COMPARED:
            shutil.rmtree(folder, ignore_errors=True)

    async def _beat(self, training: UUID) -> bool:
        """Give a sign of life; False if somebody cancelled the training."""
        step, done, total = self._progress
        values = {"step": step, "done": done, "total": total, "seen_at": self._clock()}
        async with self._database.transaction() as connection:
            return await self._records.change(connection, training, values, of=(State.RUNNING,))

    async def _steps(self, folder: Path) -> dict[str, Any]:
        """Do all steps in the folder; return what the row shall say. Raises Failed."""
        await asyncio.to_thread(_make, folder)
        async with self._database.reading() as connection:
            data_hash, changed = await prepare(connection, self._questions, self._edits, folder)
        place = Workplace(folder, self._settings, self._heard, self._floors, changed)
        for step, work in ((Step.CHECK, place.check), (Step.TRAIN, place.train)):
            self._progress = (step, 0, 0)
            await work()
        self._progress = (Step.COMPARE, 0, 0)
        found = await place.compare()
        refused = found["report"]["gate"]["refused"]
        return {**found, "data_hash": data_hash, "state": State.REFUSED if refused else State.COMPARED}

    def _heard(self, done: int, total: int) -> None:
        self._progress = (self._progress[0], done, total)

    @staticmethod
    def _outcome(work: asyncio.Task[dict[str, Any]]) -> dict[str, Any]:
        """Return what the row shall say of finished work; of cancelled work it says so already."""
        if work.cancelled():
            return {"state": State.CANCELLED}
        error = work.exception()
        if error is None:
            return work.result()
        problem = error.problem if isinstance(error, Failed) else "disk" if isinstance(error, OSError) else "fault"
        log.error("training=failed problem=%s error=%s", problem, type(error).__name__)
        return {"state": State.FAILED, "problem": problem}


def _make(folder: Path) -> None:
    """Make a folder that no other account may read: some of the sentences were people's own."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
