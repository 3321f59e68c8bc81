"""The gap loop as the studio uses it: groups of open questions, and one deed for each way in which one ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.db import Database
from bot.encoder import Vectors
from bot.gaps.borrowed import Borrowed, alike
from bot.gaps.groups import Group, in_groups
from bot.gaps.model import DISMISSED, OUT_OF_SCOPE, USED, Gap, Gone, NotAllowed
from bot.gaps.store import Gaps
from nlu.teaching import CannotTeach
from nlu.teaching.lines import clean

log = logging.getLogger(__name__)

OUT = "service/out_of_scope"
_EVERY = 600.0  # seconds
_AT_ONCE = 50  # questions encoded in one go, a second of work
_REMEMBERED = 2000


class Teacher(Protocol):
    """Who takes wordings: `nlu.teaching.Questions`."""

    async def add_wording(
        self, connection: AsyncConnection, intent: str, locale: str, text: str, author: UUID | None, note: str = ""
    ) -> bool:
        """Add one; False where it was there already."""
        ...


class Places(Protocol):
    """Who knows where a text stands in the room of meanings: `bot.encoder.Encoder`."""

    def query(self, text: str) -> Vectors | None:
        """Return its vector, None where there can be none."""
        ...


@dataclass(frozen=True, slots=True)
class Seed:
    """What a new question may begin with: words of the gap with this id."""

    id: UUID
    locale: str
    text: str = field(repr=False)


class GapLoop:
    """`nearest` tells which questions a sentence is nearest to, the nearest first. Deeds take the open connection."""

    def __init__(
        self, database: Database, gaps: Gaps, borrowed: Borrowed, teacher: Teacher, places: Places,
        nearest: Callable[[str, str], Awaitable[Sequence[str]]], clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.gaps = gaps
        self._database = database
        self._borrowed = borrowed
        self._teacher = teacher
        self._places = places
        self._nearest = nearest
        self._clock = clock
        self._known: dict[UUID, tuple[str, ...]] = {}

    async def run(self) -> None:
        """Encode what is new and take back what was borrowed from questions that are gone, until cancelled."""
        while True:
            try:
                await self.keep_up()
            except SQLAlchemyError as error:  # tried again at the next time
                log.error("gaps=not kept up error=%s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def keep_up(self) -> None:
        """Do both once."""
        async with self._database.transaction() as connection:
            await self._borrowed.take_back(connection, self._clock())
        while await self.encode():
            pass

    async def encode(self) -> int:
        """Find out where new questions stand, some at a time; return how many are placed now."""
        async with self._database.reading() as connection:
            gaps, known = await self.gaps.open(connection), await self.gaps.vectors(connection)
        missing = [gap for gap in gaps if gap.id not in known][:_AT_ONCE]
        found = await asyncio.to_thread(self._vectors, missing)
        if found:
            async with self._database.transaction() as connection:
                await self.gaps.place(connection, found)
        return len(found)

    def _vectors(self, gaps: Sequence[Gap]) -> dict[UUID, Vectors]:
        found = {gap.id: self._places.query(gap.text) for gap in gaps}
        return {key: vector for key, vector in found.items() if vector is not None}

    async def groups(self) -> list[Group]:
        """Return the open questions in groups, the most asked first."""
        await self.encode()
        async with self._database.reading() as connection:
            gaps, vectors = await self.gaps.open(connection), await self.gaps.vectors(connection)
        return await asyncio.to_thread(in_groups, gaps, vectors, self._clock())

    async def nearest(self, gap: Gap) -> tuple[str, ...]:
        """Return the questions that this one is nearest to."""
        if gap.id not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = tuple(await self._nearest(gap.text, gap.locale))
            if not found:
                return ()
            self._known[gap.id] = found
        return self._known[gap.id]

    async def seed(self, connection: AsyncConnection, gap_id: UUID) -> Seed | None:
        """Return what a new question may begin with; None if it is not open, or the person's yes does not cover it."""
        try:
            gap = await self.gaps.one(connection, gap_id)
        except Gone:
            return None
        return Seed(gap.id, gap.locale, gap.text) if gap.may_teach else None

    def note(self, gap_id: UUID, question: str, wording: str) -> str:
        """Return the note for an edit that brings a wording from a question; it says by what the words can be found."""
        return self._borrowed.note(gap_id, question, wording)

    async def teach(self, connection: AsyncConnection, gap_id: UUID, intent: str, text: str, staff_id: UUID) -> None:
        """Make a wording of it, in its language. Raises Gone, NotAllowed for a copy that was not agreed to, and what
        the teacher raises for a sentence that cannot be taken."""
        gap = await self.gaps.one(connection, gap_id)
        if not gap.may_teach and alike(gap.text, text):
            raise NotAllowed("this person agreed to reading only")
        wording = clean(text)
        note = self.note(gap.id, gap.text, wording)
        await self._teacher.add_wording(connection, intent, gap.locale, wording, staff_id, note)
        await self.settle(connection, gap_id, USED, f"wording:{intent}", staff_id)

    async def out_of_scope(self, connection: AsyncConnection, gap: Gap, staff_id: UUID) -> None:
        """It is not for this help desk: where that was agreed to, the bot learns to say so. Raises Gone."""
        if gap.may_teach:
            wording = clean(gap.text)
            note = self.note(gap.id, gap.text, wording)
            with suppress(CannotTeach):  # it stands at another question, or is too short: then it is only put aside
                await self._teacher.add_wording(connection, OUT, gap.locale, wording, staff_id, note)
        await self.settle(connection, gap.id, OUT_OF_SCOPE, f"wording:{OUT}" if gap.may_teach else "", staff_id)

    async def taught(self, connection: AsyncConnection, gap_id: UUID, intent: str, staff_id: UUID) -> None:
        """A new question was made of it. Raises Gone."""
        await self.settle(connection, gap_id, USED, f"question:{intent}", staff_id)

    async def drafted(self, connection: AsyncConnection, gap_id: UUID, key: str, staff_id: UUID) -> None:
        """An article's draft was begun because of it. Raises Gone."""
        await self.settle(connection, gap_id, USED, f"article:{key}", staff_id)

    async def propose(
        self, connection: AsyncConnection, conversation_id: UUID, answer: str, locale: str, country: str, actor: str
    ) -> None:
        """Keep an adviser's answer, which holds nothing about the person, for the managers to look at."""
        row = await self.gaps.propose(connection, conversation_id, answer, locale, country, self._clock())
        await audit.note(connection, actor, "answer_proposed", str(row), "", self._clock())

    async def dismiss(self, connection: AsyncConnection, gap_id: UUID, staff_id: UUID) -> None:
        """It needs nothing; its words are erased. Raises Gone."""
        await self.settle(connection, gap_id, DISMISSED, "", staff_id)

    async def settle(self, connection: AsyncConnection, gap_id: UUID, state: str, used_as: str, staff_id: UUID) -> None:
        """End a question or proposal one way, with a line in the audit. Raises Gone."""
        now = self._clock()
        await self.gaps.settle(connection, gap_id, state, used_as[:160], staff_id, now)
        await audit.note(connection, f"staff:{staff_id}", f"gap_{state}", (used_as or str(gap_id))[:80], "", now)
