"""Which text a conversation got, noted as a keyed hash: to count who got a wrong one, and to tell them once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.model.ids import new_id
from bot.model.shown import ShownArticle
from handoff.conversations import WINDOWED

TELL = "tell"  # the verdict of a review by which people are told
_NEVER = "safety/"  # topics of which nothing is noted
_LAST_MINUTE = timedelta(minutes=1)  # a message needs some time on its way
_ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """A wish to tell those who got a version that it was withdrawn."""

    id: UUID
    key: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Served:
    """The table `served`. Takes the open connection and never commits."""

    ring: KeyRing

    async def note(
        self, connection: AsyncConnection, conversation_id: UUID, shown: ShownArticle, now: datetime
    ) -> None:
        """Note what a conversation is shown, once for each version; nothing of safety topics."""
        if shown.intent.startswith(_NEVER):
            return
        key = f"{shown.intent}/{shown.jurisdiction}.{shown.locale}"
        values = {
            "id": new_id(), "conversation_id": conversation_id, "text_hash": self._hash(key, shown.version), "at": now,
        }  # fmt: skip
        await connection.execute(insert_once(connection, t.served).values(**values))

    async def count(self, connection: AsyncConnection, key: str, version: int) -> int:
        """Return how many conversations got this version of a text."""
        query = select(func.count()).where(t.served.c.text_hash == self._hash(key, version))
        return (await connection.execute(query)).scalar_one()

    async def reachable(self, connection: AsyncConnection, key: str, version: int, now: datetime) -> int:
        """Return how many of them could be told now and were not."""
        query = select(func.count()).select_from(t.served.join(t.conversation))
        return (await connection.execute(query.where(self._due(key, version, now)))).scalar_one()

    async def tell(self, connection: AsyncConnection, key: str, version: int, staff_id: UUID, now: datetime) -> int:
        """Have everybody told who got this version and can be reached; return how many. Nobody is told twice.

        Asked again once it was done, it reaches those who could not be reached then.
        """
        r = t.review.c
        mine = and_(r.key == key, r.draft_version == version, r.verdict == TELL, r.settled_at.is_(None))
        if (await connection.execute(select(r.id).where(mine).limit(1))).scalar() is None:
            values = {
                "id": new_id(), "key": key, "draft_version": version, "staff_id": staff_id, "verdict": TELL,
                "country": "", "comment": "", "at": now,
            }  # fmt: skip
            await connection.execute(insert(t.review).values(**values))
        return await self.reachable(connection, key, version, now)

    async def orders(self, connection: AsyncConnection) -> list[Order]:
        """Return the wishes that are not fulfilled yet, the oldest first."""
        r = t.review.c
        query = select(r.id, r.key, r.draft_version, r.at).where(r.verdict == TELL, r.settled_at.is_(None))
        return [Order(*row) for row in await connection.execute(query.order_by(r.at, r.id))]

    async def fulfilled(self, connection: AsyncConnection, order: Order, now: datetime) -> None:
        """Note that nobody is left to be told."""
        await connection.execute(update(t.review).where(t.review.c.id == order.id).values(settled_at=now))

    async def due(self, connection: AsyncConnection, order: Order, now: datetime) -> list[UUID]:
        """Return the conversations that are to be told and can be reached."""
        query = select(t.served.c.conversation_id).select_from(t.served.join(t.conversation))
        found = await connection.execute(query.where(self._due(order.key, order.version, now)).order_by(t.served.c.id))
        return list(found.scalars())

    async def take(self, connection: AsyncConnection, order: Order, conversation_id: UUID, now: datetime) -> bool:
        """Note that a conversation is told now; False if it was, or cannot be any more. Its row is locked by the caller."""
        query = select(t.served.c.id).select_from(t.served.join(t.conversation))
        mine = (t.served.c.conversation_id == conversation_id, self._due(order.key, order.version, now))
        row = (await connection.execute(query.where(*mine))).scalar()
        if row is None:
            return False
        await connection.execute(update(t.served).where(t.served.c.id == row).values(told_at=now))
        return True

    async def told_of_late(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> bool:
        """Tell whether the person heard of another wrong text within a day: then they need no second message."""
        c = t.served.c
        query = select(c.id).where(c.conversation_id == conversation_id, c.told_at > now - _ONCE_IN).limit(1)
        return (await connection.execute(query)).scalar() is not None

    def _hash(self, key: str, version: int) -> bytes:
        return self.ring.lookup("served", key, str(version))

    def _due(self, key: str, version: int, now: datetime) -> Any:
        """Those who got it, were not told, and may be written to."""
        return and_(t.served.c.text_hash == self._hash(key, version), t.served.c.told_at.is_(None), _reachable(now))


def _reachable(now: datetime) -> Any:
    """Not stopped, blocked, limited or erased; the platform lets us write; later contact is safe as far as we know."""
    c = t.conversation.c
    window = or_(c.channel.not_in(WINDOWED), c.window_until > now + _LAST_MINUTE)
    quiet = and_(c.stopped_at.is_(None), c.blocked_at.is_(None), c.erase_at.is_(None), c.address.is_not(None))
    limited = and_(c.limited_until.is_not(None), c.limited_until > now)
    return and_(quiet, ~limited, window, _safe())


def _safe() -> Any:
    """They said yes to later messages; or nobody asked, and no danger was ever spoken of."""
    c = t.consent.c
    mine = and_(c.conversation_id == t.conversation.c.id, c.kind == "contact", c.revoked_at.is_(None))
    danger = exists().where(t.case.c.conversation_id == t.conversation.c.id, t.case.c.danger_at.is_not(None))
    yes, other = exists().where(mine, c.answer == "yes"), exists().where(mine, c.answer != "yes")
    return and_(~other, or_(yes, ~danger))
