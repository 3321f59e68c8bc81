"""People who asked something, in a store without a service around it."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row, Table, insert, select

from bot import tables as t
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.edits import Edits
from bot.encoder import SIZE, Vectors
from bot.gaps.borrowed import Borrowed
from bot.gaps.loop import GapLoop
from bot.gaps.store import Gaps
from bot.model.ids import new_id
from bot.model.messages import Address
from dialogues.decision import Decision, Missed
from dialogues.tracker import Tracker
from nlu.teaching import Questions, Shipped, read_shipped
from tests.conftest import Clock


@dataclass
class Asker:
    """One person: what they ask is on the record, and noted as a gap."""

    database: Database
    conversations: Conversations
    gaps: Gaps
    clock: Clock
    id: UUID
    locale: str = "en"
    country: str = "IT"

    async def asks(self, text: str, kind: str = "unanswered") -> str:
        """Put a question on the record and let the turn note that it went unanswered; return the message."""
        async with self.database.transaction() as connection:
            row = await self.conversations.record(connection, self.id, "person", text, self.clock())
        await self.misses(kind, str(row))
        return str(row)

    async def misses(self, kind: str, asked: str = "") -> None:
        """Let a turn of this person end with this note."""
        tracker = Tracker(locale=self.locale, country=self.country, asked=asked)
        async with self.database.transaction() as connection:
            await self.gaps.note(connection, self.id, Decision(tracker, missed=(Missed(kind, asked),)), self.clock())

    async def answers(self, wording: str) -> None:
        """Say yes to a question of consent, or no with an empty text, as `CarryOut` stores it."""
        async with self.database.transaction() as connection:
            values = {
                "id": new_id(), "conversation_id": self.id, "kind": "learn", "answer": "yes" if wording else "no",
                "wording": wording, "at": self.clock(), "revoked_at": None if wording else self.clock(),
            }  # fmt: skip
            await connection.execute(insert(t.consent).values(**values))
            await self.gaps.answered(connection, self.id, wording)


async def somebody(
    database: Database, ring: KeyRing, clock: Clock, name: str = "1", locale: str = "en", country: str = "IT"
) -> Asker:
    """Make a conversation on Telegram."""
    conversations = Conversations(ring)
    async with database.transaction() as connection:
        account = await conversations.account(connection, "telegram", "bot")
        found = await conversations.find_or_make(connection, account, "telegram", Address(name), clock())
    return Asker(database, conversations, Gaps(ring), clock, found, locale, country)


@cache
def shipped() -> Shipped:
    """The wordings of the files, read once."""
    return read_shipped()


class Compass:
    """Stands in for the encoder: each topic word points in a direction of its own."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def query(self, text: str) -> Vectors | None:
        """Return the direction of the first word that is in the text."""
        vector = np.full(SIZE, 0.01, np.float32)
        place = next((at for at, word in enumerate(self.words) if word in text), len(self.words))
        vector[place] = 1.0
        return vector / np.linalg.norm(vector)


async def rows(database: Database, table: Table = t.gap) -> list[Row[Any]]:
    """Return all rows of a table."""
    async with database.reading() as connection:
        return list((await connection.execute(select(table))).all())


def make_loop(database: Database, ring: KeyRing, clock: Clock, *near: str) -> GapLoop:
    """Return the loop over real stores; only the encoder and the model are stand-ins, `near` is what the latter says."""

    async def nearest(_text: str, _locale: str) -> tuple[str, ...]:
        return near

    questions = Questions(shipped(), Edits(), clock)
    borrowed = Borrowed(ring, Edits())
    return GapLoop(database, Gaps(ring), borrowed, questions, Compass("dog", "library", "phone"), nearest, clock)
