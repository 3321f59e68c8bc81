"""The store of gaps: noted without words in the turn, filled with the person's yes, emptied with their no.

Their ids stand in addresses of pages, so they are random: one of `new_id` would tell the moment of the question.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import ColumnElement, Row, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.counts import one_more
from bot.crypto import KeyRing
from bot.encoder import Vectors
from bot.gaps.model import DISMISSED, NOTED, OPEN, PROPOSED, USED, Gap, Gone
from bot.gaps.private import says_something, without_names
from bot.sealed import Sealed
from dialogues.decision import Consent, Decision, Desk, Missed
from dialogues.flows.missed import NEVER
from dialogues.tracker import Tracker

_TABLE = t.gap


class Gaps:
    """The table `gap`. Every function takes the open connection and never commits."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._sealed = Sealed(ring)

    async def note(
        self, connection: AsyncConnection, conversation_id: UUID, decision: Decision, now: datetime
    ) -> None:  # fmt: skip
        """Note what the turn could not answer well, each question once; forget what nobody may learn from."""
        for missed in decision.missed:
            if missed.kind == NEVER:
                await self._forget(connection, conversation_id, missed.asked)
            else:
                await self._note(connection, conversation_id, missed, decision.tracker, now)
        if decision.missed or any(isinstance(step, Desk | Consent) for step in decision.steps):
            await self._forget_alarmed(connection, conversation_id)

    async def _note(
        self, connection: AsyncConnection, conversation_id: UUID, missed: Missed, tracker: Tracker, now: datetime
    ) -> None:
        c, message = _TABLE.c, UUID(missed.asked)
        again = update(_TABLE).where(c.message_id == message, c.conversation_id == conversation_id)
        if (await connection.execute(again.values(kind=missed.kind))).rowcount:
            return
        if (await connection.execute(select(t.message.c.id).where(t.message.c.id == message))).first() is None:
            return  # erased meanwhile
        country = tracker.country or tracker.residence or tracker.now
        values = {
            "id": uuid4(), "conversation_id": conversation_id, "message_id": message, "kind": missed.kind,
            "locale": tracker.locale, "country": country, "state": NOTED, "at": now,
        }  # fmt: skip
        await connection.execute(insert(_TABLE).values(**values))
        await one_more(connection, now, f"gap_{missed.kind}", country=country, topic="", locale=tracker.locale)
        if consent := await self.consent(connection, conversation_id):
            await self._fill(connection, conversation_id, consent)

    @staticmethod
    async def consent(connection: AsyncConnection, conversation_id: UUID) -> str:
        """Return the question of consent to learn that this person answered with yes, empty where they did not."""
        c = t.consent.c
        mine = (c.conversation_id == conversation_id, c.kind == "learn", c.answer == "yes", c.revoked_at.is_(None))
        return str((await connection.execute(select(c.wording).where(*mine).limit(1))).scalar() or "")

    @staticmethod
    async def _forget(connection: AsyncConnection, conversation_id: UUID, message_id: str) -> None:
        mine = [_TABLE.c.conversation_id == conversation_id]
        if message_id:
            mine.append(_TABLE.c.message_id == UUID(message_id))
        await connection.execute(delete(_TABLE).where(*mine))

    @staticmethod
    async def _forget_alarmed(connection: AsyncConnection, conversation_id: UUID) -> None:
        """Who only tapped that they are not safe rang the desk, too: nothing is learned from them."""
        c = t.case.c
        alarmed = exists().where(c.conversation_id == conversation_id, c.danger_at.is_not(None))
        await connection.execute(delete(_TABLE).where(_TABLE.c.conversation_id == conversation_id, alarmed))

    async def answered(self, connection: AsyncConnection, conversation_id: UUID, agreed: str) -> None:
        """Do as the person said: `agreed` is the question of consent that they answered with yes, empty for a no.

        With a yes the masked words of their questions come in, with a no words and vectors go at once.
        """
        mine, asked = _TABLE.c.conversation_id == conversation_id, _TABLE.c.kind != PROPOSED
        if agreed:
            known = update(_TABLE).where(mine, asked, _TABLE.c.wording != "")
            await connection.execute(known.values(wording=agreed))
            await self._fill(connection, conversation_id, agreed)
        else:
            gone = {"payload": None, "vector": None, "wording": "", "used_as": "", "state": NOTED}
            await connection.execute(update(_TABLE).where(mine, asked).values(**gone))

    async def _fill(self, connection: AsyncConnection, conversation_id: UUID, wording: str) -> None:
        c, m = _TABLE.c, t.message.c
        query = select(c.id, c.locale, m.id.label("message"), m.payload).join(t.message, m.id == c.message_id)
        found = await connection.execute(query.where(c.conversation_id == conversation_id, c.state == NOTED))
        for row in found.all():
            words = self._sealed.open_json("message", "payload", row.message, row.payload)["text"]
            masked = without_names(words, row.locale)
            if says_something(masked):
                await self._write(
                    connection, row.id, {**self._words(row.id, masked), "wording": wording, "state": OPEN}
                )

    async def kept(self, connection: AsyncConnection, conversation_id: UUID) -> int:
        """Return how many questions of this person are kept to learn from."""
        mine = (_TABLE.c.conversation_id == conversation_id, _TABLE.c.wording != "", _TABLE.c.state.in_((OPEN, USED)))
        return int((await connection.execute(select(func.count()).select_from(_TABLE).where(*mine))).scalar_one())

    async def propose(
        self, connection: AsyncConnection, conversation_id: UUID, answer: str, locale: str, country: str, now: datetime
    ) -> UUID:
        """Keep an adviser's answer, which holds nothing about the person, as a proposal for an article."""
        row = uuid4()
        sealed = self._sealed.seal_json("gap", "payload", row, {"text": "", "answer": answer})
        values = {
            "id": row, "conversation_id": conversation_id, "kind": PROPOSED, "locale": locale, "country": country,
            "payload": sealed, "state": OPEN, "at": now,
        }  # fmt: skip
        await connection.execute(insert(_TABLE).values(**values))
        return row

    async def open(self, connection: AsyncConnection) -> list[Gap]:
        """Return the open questions by day, within one in no order that tells who asked what after what."""
        return await self._read(connection, _TABLE.c.kind != PROPOSED)

    async def proposals(self, connection: AsyncConnection) -> list[Gap]:
        """Return the advisers' open proposals, the oldest first."""
        return await self._read(connection, _TABLE.c.kind == PROPOSED)

    async def one(self, connection: AsyncConnection, gap_id: UUID) -> Gap:
        """Return an open question or proposal. Raises Gone."""
        found = await self._read(connection, _TABLE.c.id == gap_id)
        if not found:
            raise Gone(f"gap {gap_id} is not open")
        return found[0]

    async def _read(self, connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Gap]:
        c = _TABLE.c
        query = select(_TABLE).where(c.state == OPEN, c.payload.is_not(None), *which)
        found = [self._gap(row) for row in await connection.execute(query)]
        return sorted(found, key=lambda gap: (gap.at.date(), gap.id))

    def _gap(self, row: Row[Any]) -> Gap:
        stored = self._sealed.open_json("gap", "payload", row.id, row.payload)
        return Gap(
            row.id, row.conversation_id, row.kind, row.locale, row.country, stored["text"], row.wording, row.at,
            stored.get("answer", ""),
        )  # fmt: skip

    async def settle(
        self, connection: AsyncConnection, gap_id: UUID, state: str, used_as: str, staff_id: UUID, now: datetime
    ) -> None:
        """An open question was dealt with: its own words are needed no more and go. Raises Gone."""
        values = {
            "state": state, "used_as": used_as, "settled_by": staff_id, "settled_at": now, "payload": None,
            "vector": None,
        }  # fmt: skip
        if state == DISMISSED:
            values["wording"] = ""
        mine = (_TABLE.c.id == gap_id, _TABLE.c.state == OPEN)
        if (await connection.execute(update(_TABLE).where(*mine).values(**values))).rowcount != 1:
            raise Gone(f"gap {gap_id} is not open")

    async def vectors(self, connection: AsyncConnection) -> dict[UUID, Vectors]:
        """Return where the open questions stand in the room of meanings, as far as that is known."""
        c = _TABLE.c
        query = select(c.id, c.vector).where(c.state == OPEN, c.vector.is_not(None))
        rows = (await connection.execute(query)).all()
        opened = {row.id: self._ring.open_bytes("gap", "vector", row.id, row.vector) for row in rows}
        return {key: np.frombuffer(stored, dtype="<f2").astype(np.float32) for key, stored in opened.items()}

    async def place(self, connection: AsyncConnection, vectors: dict[UUID, Vectors]) -> None:
        """Keep vectors, sealed, of questions that are still open."""
        for key, vector in vectors.items():
            sealed = self._ring.seal_bytes("gap", "vector", key, vector.astype("<f2").tobytes())
            still = (_TABLE.c.id == key, _TABLE.c.state == OPEN)
            await connection.execute(update(_TABLE).where(*still).values(vector=sealed))

    async def waiting(self, connection: AsyncConnection) -> dict[str, int]:
        """Return how many questions are noted without words, by kind: nobody was asked, or said no."""
        c = _TABLE.c
        query = select(c.kind, func.count()).where(c.state == NOTED).group_by(c.kind)
        return {row.kind: row[1] for row in await connection.execute(query)}

    @staticmethod
    async def by_week(connection: AsyncConnection, now: datetime, weeks: int) -> list[int]:
        """Return how many questions were noted in each of the last weeks, the latest last, erased ones too."""
        names = [f"{now - timedelta(weeks=ago):%G-W%V}" for ago in reversed(range(weeks))]
        c = t.figure.c
        query = select(c.week, func.sum(c["count"])).where(c.kind.like("gap_%"), c.week.in_(names)).group_by(c.week)
        found = {row[0]: int(row[1]) for row in await connection.execute(query)}
        return [found.get(name, 0) for name in names]

    def _words(self, row: UUID, text: str) -> dict[str, Any]:
        return {"payload": self._sealed.seal_json("gap", "payload", row, {"text": text})}

    @staticmethod
    async def _write(connection: AsyncConnection, row: UUID, values: dict[str, Any]) -> None:
        await connection.execute(update(_TABLE).where(_TABLE.c.id == row).values(**values))
