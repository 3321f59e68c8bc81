"""The inbox: what came in, durable before it is acknowledged, once per platform message, in order per conversation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.arrivals import NO_WORDS, Arrival, rounds, start
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.meeting import Meeting, Met
from bot.model.errors import KeyMissing, Tampered
from bot.model.ids import new_id
from bot.model.messages import Delivery, Inbound, Kind, Media
from bot.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored message that a turn takes."""

    id: UUID
    kind: Kind
    sent_at: datetime
    received_at: datetime
    attempts: int
    text: str = field(default="", repr=False)
    button: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    locale_hint: str = ""
    reference: str = field(default="", repr=False)
    recorded: bool = False  # it was parked, so that its words are on the record already
    media: Media | None = None


class Inbox:
    """Stores arrivals and hands them to turns. Every function takes the open connection and never commits."""

    def __init__(self, ring: KeyRing, conversations: Conversations) -> None:
        self._ring = ring
        self._sealed = Sealed(ring)
        self._conversations = conversations
        self._meeting = Meeting(ring, conversations)

    async def store(self, connection: AsyncConnection, arrivals: Sequence[Arrival], now: datetime) -> list[UUID]:
        """Keep these messages; return the conversations that got something new. A known message changes nothing.

        What came together is stored together, in a handful of statements, so that a busy hour costs little; a second
        message of the same person goes into the next round, because it finds what the first one left.
        """
        touched: list[UUID] = []
        for together in rounds(arrivals):
            if together[0].inbound.kind in NO_WORDS:
                inbound = together[0].inbound
                account_id = await self._conversations.account(connection, inbound.channel, inbound.account)
                noted = await self._note(connection, account_id, inbound, now)
                touched += [noted] if noted is not None else []
            else:
                touched += await self._store_words(connection, together, now)
        return touched

    async def _store_words(self, connection: AsyncConnection, arrivals: Sequence[Arrival], now: datetime) -> list[UUID]:
        """Store messages of different people: find or make their conversations, insert, say when they are ready."""
        rows: dict[UUID, tuple[Met, Arrival]] = {}
        values: list[dict[str, Any]] = []
        for account_id, group in (await self._by_account(connection, arrivals)).items():
            everybody = await self._meeting.all(connection, account_id, [one.inbound for one in group], now)
            for arrival, met in zip(group, everybody, strict=True):
                row = self._row(account_id, met.id, arrival, now)
                rows[row["id"]] = (met, arrival)
                values.append(row)
        insert = insert_once(connection, t.inbox).returning(t.inbox.c.id)
        stored = (await connection.execute(insert, values)).scalars().all()
        new = [rows[row_id] for row_id in stored]
        await self._conversations.write_all(
            connection, [{"id": met.id, **start(met, arrival, now)} for met, arrival in new]
        )
        for met, _ in new:
            if met.news:
                await self._conversations.write(connection, met.id, met.news)
        return [met.id for met, _ in new]

    async def _by_account(self, connection: AsyncConnection, arrivals: Sequence[Arrival]) -> dict[UUID, list[Arrival]]:
        groups: dict[UUID, list[Arrival]] = {}
        for arrival in arrivals:
            inbound = arrival.inbound
            account_id = await self._conversations.account(connection, inbound.channel, inbound.account)
            groups.setdefault(account_id, []).append(arrival)
        return groups

    def _row(self, account_id: UUID, conversation: UUID, arrival: Arrival, now: datetime) -> dict[str, Any]:
        inbound, row = arrival.inbound, new_id()
        return {
            "id": row, "account_id": account_id, "conversation_id": conversation, "kind": inbound.kind,
            "dedupe_hash": self._ring.lookup("inbox", str(account_id), inbound.dedupe_key),
            "payload": self._sealed.seal_json("inbox", "payload", row, _payload(inbound)),
            "urgent": arrival.urgent, "sent_at": inbound.sent_at, "platform_number": inbound.platform_number,
            "received_at": now,
        }  # fmt: skip

    async def _note(
        self, connection: AsyncConnection, account_id: UUID, inbound: Inbound, now: datetime
    ) -> UUID | None:
        """Note a block or a move of somebody we know; it is no word, so no clock and no date of erasing changes."""
        conversation = await self._conversations.find(connection, account_id, inbound.address)
        if conversation is None:
            return None
        values = {
            "id": new_id(), "account_id": account_id, "conversation_id": conversation, "kind": inbound.kind,
            "dedupe_hash": self._ring.lookup("inbox", str(account_id), inbound.dedupe_key), "state": "done",
            "sent_at": inbound.sent_at, "platform_number": inbound.platform_number, "received_at": now, "done_at": now,
        }  # fmt: skip
        stored = await connection.execute(insert_once(connection, t.inbox).values(**values))
        if stored.rowcount != 1:
            return None
        if inbound.new_address is not None:
            await self._conversations.set_address(connection, conversation, account_id, inbound.new_address)
        else:
            blocked = now if inbound.kind is Kind.BLOCKED else None
            await self._conversations.write(connection, conversation, {"blocked_at": blocked})
        return conversation

    async def store_delivery(self, connection: AsyncConnection, delivery: Delivery, now: datetime) -> bool:
        """Keep a status for its own road; return False if it is already known."""
        account_id = await self._conversations.account(connection, delivery.channel, delivery.account)
        row = new_id()
        body = {
            "outbox_id": str(delivery.outbox_id or ""), "platform_id": delivery.platform_id, "state": delivery.state,
            "error_code": delivery.error_code,
        }  # fmt: skip
        values = {
            "id": row, "account_id": account_id, "kind": "status", "sent_at": delivery.at, "received_at": now,
            "dedupe_hash": self._ring.lookup("inbox", str(account_id), delivery.dedupe_key),
            "payload": self._sealed.seal_json("inbox", "payload", row, body),
        }  # fmt: skip
        stored = await connection.execute(insert_once(connection, t.inbox).values(**values))
        return stored.rowcount == 1

    async def statuses(
        self, connection: AsyncConnection, limit: int = 200, skip: int = 0
    ) -> list[tuple[UUID, UUID, dict[str, Any] | None, datetime]]:
        """Return waiting statuses: row id, account, body (None: it cannot be opened), when they were received."""
        c = t.inbox.c
        waiting = select(t.inbox).where(c.state == "waiting", c.kind == "status")
        rows = await connection.execute(waiting.order_by(c.sent_at, c.id).limit(limit).offset(skip))
        return [(row.id, row.account_id, self._status(row), row.received_at) for row in rows.all()]

    def _status(self, row: Row[Any]) -> dict[str, Any] | None:
        try:
            body: dict[str, Any] = self._sealed.open_json("inbox", "payload", row.id, row.payload)
        except (KeyMissing, Tampered):
            return None
        return body

    async def waiting(self, connection: AsyncConnection, conversation: UUID, limit: int = 50) -> list[Waiting]:
        """Return what waits, in order: platform time, platform number, our id."""
        return [self._waiting(row) for row in await self._in_order(connection, conversation, limit)]

    async def take(self, connection: AsyncConnection, conversation: UUID) -> list[Waiting]:
        """Return what a turn must take; a message that made a turn fail is taken alone, so that others can go on."""
        rows = await self._in_order(connection, conversation, 50)
        alone = bool(rows) and rows[0].attempts > 0
        return [self._waiting(row) for row in (rows[:1] if alone else rows)]

    async def _in_order(self, connection: AsyncConnection, conversation: UUID, limit: int) -> Sequence[Row[Any]]:
        c = t.inbox.c
        mine = (c.conversation_id == conversation) & (c.state == "waiting")
        query = select(t.inbox).where(mine).order_by(c.sent_at, c.platform_number, c.id).limit(limit)
        return (await connection.execute(query)).all()

    async def oldest(self, connection: AsyncConnection, conversation: UUID) -> tuple[UUID, int] | None:
        """Return the first waiting row and its failed attempts, without opening it: perhaps it cannot be opened."""
        rows = await self._in_order(connection, conversation, 1)
        return (rows[0].id, rows[0].attempts) if rows else None

    async def read(self, connection: AsyncConnection, row_id: UUID) -> Waiting | None:
        """Return one row, or None where it is gone or cannot be opened."""
        row = (await connection.execute(select(t.inbox).where(t.inbox.c.id == row_id))).one_or_none()
        try:
            return self._waiting(row) if row is not None and row.payload is not None else None
        except (KeyMissing, Tampered):
            return None

    async def left(self, connection: AsyncConnection, conversation: UUID) -> tuple[datetime | None, bool]:
        """Return since when something waits (None: nothing) and whether any of it is urgent."""
        c = t.inbox.c
        query = select(c.received_at, c.urgent).where(c.conversation_id == conversation, c.state == "waiting")
        rows = (await connection.execute(query)).all()
        return min((row.received_at for row in rows), default=None), any(row.urgent for row in rows)

    def _waiting(self, row: Row[Any]) -> Waiting:
        body = self._sealed.open_json("inbox", "payload", row.id, row.payload)
        media = body.pop("media", None)
        return Waiting(
            id=row.id,
            kind=Kind(row.kind),
            sent_at=row.sent_at,
            received_at=row.received_at,
            attempts=row.attempts,
            recorded=row.reason == "parked",
            media=Media(**media) if media else None,
            **body,
        )

    async def finish(
        self, connection: AsyncConnection, rows: Sequence[UUID], state: str, now: datetime, reason: str = ""
    ) -> int:
        """Mark rows done, dead or parked. A done or dead row's words live on only in the record; a raw payload is erased."""
        if not rows:
            return 0
        values: dict[str, Any] = {
            "state": state,
            "reason": reason or ("parked" if state == "parked" else ""),
            "done_at": now,
        }
        if state == "done":
            values["payload"] = None
        mine = t.inbox.c.id.in_(rows) & (t.inbox.c.state == "waiting")
        return (await connection.execute(update(t.inbox).where(mine).values(**values))).rowcount

    async def count_attempt(self, connection: AsyncConnection, rows: Sequence[UUID]) -> None:
        """Note that a turn with these rows failed."""
        await connection.execute(update(t.inbox).where(t.inbox.c.id.in_(rows)).values(attempts=t.inbox.c.attempts + 1))

    async def unpark(self, connection: AsyncConnection, now: datetime) -> int:
        """Take up the questions that waited for Rasa, unless a person has them by now or the asker said stop."""
        c = t.conversation.c
        parked = select(t.inbox.c.conversation_id).where(t.inbox.c.state == "parked")
        taken = select(c.id).where(c.id.in_(parked), or_(c.state == "assigned", c.stopped_at.is_not(None)))
        theirs = (t.inbox.c.state == "parked") & t.inbox.c.conversation_id.in_(taken)
        await connection.execute(update(t.inbox).where(theirs).values(state="done", payload=None, done_at=now))
        mine = t.inbox.c.state == "parked"
        changed = (await connection.execute(update(t.inbox).where(mine).values(state="waiting", done_at=None))).rowcount
        waiting = select(t.inbox.c.conversation_id).where(t.inbox.c.state == "waiting")
        await connection.execute(
            update(t.conversation)
            .where(c.id.in_(waiting), c.ready_at.is_(None))
            .values(ready_at=now, first_waiting_at=now)
        )
        return changed

    async def oldest_waiting(self, connection: AsyncConnection) -> datetime | None:
        """Return when the oldest unfinished message was received, for the alarm on queue age."""
        query = select(func.min(t.inbox.c.received_at)).where(t.inbox.c.state == "waiting", t.inbox.c.kind != "status")
        found: datetime | None = (await connection.execute(query)).scalar()
        return found


def _payload(inbound: Inbound) -> dict[str, Any]:
    return {
        "text": inbound.text, "button": inbound.button, "city": inbound.city, "country": inbound.country,
        "locale_hint": inbound.locale_hint, "reference": inbound.reference,
        "media": asdict(inbound.media) if inbound.media else None,
    }  # fmt: skip
