"""Translates what people write to operators who do not read their language: after the turn, in the background.

Only what the operator may read of the case leaves for the machine: never what the person did not want to show. A company's
machine gets words only where the person was told, before they waited, that a machine translates.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.bus import Bus
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.conversation import Author
from bot.translation.base import TranslationFailed, Translator
from bot.translation.service import Version, keep
from handoff.bridge import BridgeKind
from handoff.offices.contact_point import Scope
from handoff.operators import queue

log = logging.getLogger(__name__)

_EVERY = 5.0
_AT_ONCE = 4
_PAUSE = timedelta(seconds=30)  # while the machine is away
_MOST_TRIES = 20  # ten minutes; then the original has to do
_REMEMBERED = 10_000
_NO_WORDS = re.compile(r"\[\w+\]")  # stands for a voice note or a photo


@dataclass(frozen=True, slots=True)
class Job:
    """One message to be translated."""

    message_id: UUID
    conversation_id: UUID
    source: str
    target: str
    text: str = field(repr=False)


class Incoming:
    """Runs while translation is switched on."""

    def __init__(
        self, database: Database, ring: KeyRing, translator: Translator, bus: Bus, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._ring = ring
        self._translator = translator
        self._bus = bus
        self._clock = clock
        self._not_before: datetime | None = None
        self._tries: Counter[UUID] = Counter()
        self._hidden: set[tuple[UUID, datetime | None]] = set()

    async def run(self) -> None:
        """Translate until cancelled."""
        while True:
            try:
                await self.translate_due()
            except SQLAlchemyError as error:  # looked at again the next time
                log.error("translation failed: %s", type(error).__name__)
            await self._bus.wait("translation", _EVERY)

    async def translate_due(self) -> int:
        """Translate what waits; return how many messages got their translation."""
        if self._not_before is not None and self._clock() < self._not_before:
            return 0
        async with self._database.reading() as connection:
            jobs = await self._jobs(connection)
        done = 0
        for start in range(0, len(jobs), _AT_ONCE):
            done += sum(await asyncio.gather(*(self._translate(job) for job in jobs[start : start + _AT_ONCE])))
        return done

    async def _jobs(self, connection: AsyncConnection) -> list[Job]:
        """Return what is to be translated and may be read, the oldest first."""
        jobs: list[Job] = []
        readable: dict[UUID, dict[UUID, str]] = {}
        for row in (await connection.execute(_untranslated(bool(self._translator.company)))).all():
            if row.source in (row.languages or ()) or (row.message_id, row.share_from) in self._hidden:
                continue
            if row.case_id not in readable:
                scope = Scope(frozenset({row.contact_point}), row.operator_id)
                lines = await queue.transcript(connection, self._ring, scope, row.case_id)
                # An answer of the phrasebook is there in the operator's language already.
                readable[row.case_id] = {line.message_id: line.text for line in lines if not line.answer}
            text = readable[row.case_id].get(row.message_id, "")
            if text and not _NO_WORDS.fullmatch(text):
                jobs.append(Job(row.message_id, row.conversation_id, row.source, row.target, text))
            else:
                self._hide(row)
        return jobs

    def _hide(self, row: Any) -> None:
        """Not shared, or no words: not looked at again before the person shares more."""
        if len(self._hidden) >= _REMEMBERED:
            self._hidden.clear()
        self._hidden.add((row.message_id, row.share_from))

    async def _translate(self, job: Job) -> bool:
        try:
            text = await self._translator.translate(job.text, job.source, job.target)
        except TranslationFailed as failure:
            log.info("no translation reason=%s", failure.reason)
            if failure.again and self._tried(job.message_id) < _MOST_TRIES:
                self._not_before = self._clock() + _PAUSE
                return False
            text = ""
        self._tries.pop(job.message_id, None)
        version = Version(job.target, self._translator.name, text)
        try:
            async with self._database.transaction() as connection:
                await keep(connection, self._ring, job.message_id, version, self._clock())
        except IntegrityError:  # the message was erased meanwhile
            return False
        self._bus.publish(f"conversation:{job.conversation_id}")
        return bool(text)

    def _tried(self, message_id: UUID) -> int:
        if len(self._tries) >= _REMEMBERED:
            self._tries.clear()
        self._tries[message_id] += 1
        return self._tries[message_id]


def _untranslated(only_told: bool) -> Select[Any]:
    """Words of people whose operator's desk is in another language, without a translation into it.

    `only_told`: only of those who were told that a machine translates.
    """
    m, c, s, done = t.message.c, t.case.c, t.staff.c, t.translation
    return (
        select(
            m.id.label("message_id"), m.conversation_id, c.id.label("case_id"), c.contact_point, c.operator_id,
            c.share_from, c.locale.label("source"), s.locale.label("target"), s.languages,
        )
        .join(t.case, c.conversation_id == m.conversation_id)
        .join(t.staff, s.id == c.operator_id)
        .outerjoin(done, (done.c.message_id == m.id) & (done.c.locale == s.locale))
        .where(c.closed_at.is_(None), m.author == Author.PERSON, m.payload.is_not(None))
        .where(done.c.id.is_(None), c.locale != "", c.locale != s.locale)
        .where(c.bridge == BridgeKind.TRANSLATION if only_told else true())
        .order_by(m.at, m.id)
    )  # fmt: skip
