"""The store of attachments. Every function takes the open connection and never commits.

A row is `kept` while only the bot holds the conversation (its reference waits 24 hours for the person's yes), `queued`
until it is fetched, then `ready`; or `refused`, `failed`, and in the end `erased`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.attachments.checks import MEGABYTE
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.model.conversation import HELD, Author, Conversation
from bot.model.errors import KeyMissing, Tampered
from bot.model.ids import new_id
from bot.model.messages import Attached, Kind, Media
from handoff.store import open_case, read_card

IN_THE_CHAT = "page"  # a reference of a file that was posted with the message: nothing is fetched
_UNASKED = timedelta(hours=24)
_DAY = timedelta(days=1)
_MOST_A_DAY = 40  # files of one conversation
_TABLE = t.attachment


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch, or to refuse without a look: `refusal` is known from what the platform said of it."""

    id: UUID
    conversation_id: UUID
    account_id: UUID
    reference: str = field(repr=False)
    attempts: int = 0
    refusal: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a page shows of an attachment; its content is opened only when somebody looks at it."""

    id: UUID
    kind: Kind
    mime: str
    state: str
    reason: str = ""
    seconds: int = 0
    size: int = 0


class Attachments:
    """`days` is how long a file is kept at the latest, `largest` how many bytes it may have."""

    def __init__(self, ring: KeyRing, days: int = 30, largest: int = 16 * MEGABYTE) -> None:
        self._ring = ring
        self._days = timedelta(days=days)
        self.largest = largest

    async def note(
        self, connection: AsyncConnection, conversation: Conversation, message_id: UUID, kind: Kind,
        media: Media | None, now: datetime,
    ) -> None:  # fmt: skip
        """Note the file of a message just recorded: to be fetched at once if an office has the case."""
        held = conversation.state in HELD
        case = await open_case(connection, conversation.id) if held else None
        if media is not None and media.reference.startswith(f"{IN_THE_CHAT}:"):
            await self._bind(connection, conversation, UUID(media.reference.partition(":")[2]), message_id, case)
            return
        row = new_id()
        values = {
            "id": row, "conversation_id": conversation.id, "message_id": message_id, "author": Author.PERSON,
            "case_id": case.id if case else None, "kind": kind, "state": "queued" if held else "kept",
            "not_before": now, "created_at": now, "erase_at": now + (self._days if held else _UNASKED),
            "reason": await self._why_not(connection, conversation.id, media, now),
        }  # fmt: skip
        if media is not None:
            reference = self._ring.seal("attachment", "reference", row, media.reference)
            values |= {"seconds": media.seconds, "reference": reference}
        await connection.execute(insert(_TABLE).values(**values))

    async def _why_not(
        self, connection: AsyncConnection, conversation_id: UUID, media: Media | None, now: datetime
    ) -> str:
        if media is None:
            return "kind"
        if media.size > self.largest:
            return "size"
        return "many" if await self.is_full(connection, conversation_id, now) else ""

    async def is_full(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> bool:
        """Tell whether a conversation has sent as many files as one may in a day."""
        c = _TABLE.c
        mine = and_(c.conversation_id == conversation_id, c.created_at > now - _DAY, c.author == Author.PERSON)
        count = (await connection.execute(select(func.count()).where(mine))).scalar_one()
        return int(count) >= _MOST_A_DAY

    async def _bind(
        self, connection: AsyncConnection, conversation: Conversation, row: UUID, message_id: UUID, case: Any
    ) -> None:
        mine = (_TABLE.c.id == row) & (_TABLE.c.conversation_id == conversation.id)
        values = {"message_id": message_id, "case_id": case.id if case else None}
        await connection.execute(update(_TABLE).where(mine).values(**values))

    async def deposit(
        self, connection: AsyncConnection, conversation_id: UUID, author: Author, file: Attached, now: datetime,
        *, row: UUID | None = None, case_id: UUID | None = None, staff_id: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """Keep a file that came with its content; a `row` that is there already is left as it is."""
        row = row or new_id()
        values = {
            "id": row, "conversation_id": conversation_id, "case_id": case_id, "author": author, "staff_id": staff_id,
            "kind": file.kind, "mime": file.mime, "size": len(file.content), "state": "ready", "not_before": now,
            "created_at": now, "erase_at": now + self._days,
            "payload": self._ring.seal_bytes("attachment", "payload", row, file.content),
        }  # fmt: skip
        await connection.execute(insert_once(connection, _TABLE).values(**values))
        return row

    async def sent_with(self, connection: AsyncConnection, row: UUID, message_id: UUID) -> None:
        """Note which message of the record an operator's file belongs to."""
        await connection.execute(update(_TABLE).where(_TABLE.c.id == row).values(message_id=message_id))

    async def sent_as(self, connection: AsyncConnection, row: UUID, outbox_id: UUID) -> None:
        """Note that an operator's file belongs to the message that goes out as this row."""
        message = select(t.message.c.id).where(t.message.c.outbox_id == outbox_id).scalar_subquery()
        await connection.execute(update(_TABLE).where(_TABLE.c.id == row).values(message_id=message))

    async def of_message(self, connection: AsyncConnection, message_id: UUID) -> UUID | None:
        """Return the attachment of an operator's message that was held back, if it has one."""
        mine = (_TABLE.c.message_id == message_id) & (_TABLE.c.author == Author.OPERATOR)
        return (await connection.execute(select(_TABLE.c.id).where(mine).limit(1))).scalar()

    async def release(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> int:
        """An office has the case: fetch what was sent before, as far as the person agreed to show it."""
        case = await open_case(connection, conversation_id)
        if case is None:
            return 0
        read_after = read_card(self._ring, case).read_after
        shown = [t.message.c.at >= case.share_from] if case.share_from is not None else []
        shown += [t.message.c.seq > read_after] if read_after is not None else []
        if not shown:
            return 0
        theirs = select(t.message.c.id).where(t.message.c.conversation_id == conversation_id, or_(*shown))
        mine = and_(_TABLE.c.conversation_id == conversation_id, _TABLE.c.state == "kept")
        values = {"state": "queued", "case_id": case.id, "not_before": now, "erase_at": now + self._days}
        done = await connection.execute(update(_TABLE).where(mine, _TABLE.c.message_id.in_(theirs)).values(**values))
        return done.rowcount

    async def due(
        self, connection: AsyncConnection, now: datetime, accounts: Sequence[UUID], limit: int
    ) -> list[Wanted]:
        """Return what is to be fetched now, the oldest first."""
        c, conversation = _TABLE.c, t.conversation.c
        query = (
            select(c.id, c.conversation_id, conversation.account_id, c.reference, c.attempts, c.reason, c.created_at)
            .join(t.conversation, conversation.id == c.conversation_id)
            .where(c.state == "queued", c.not_before <= now)
            .where(conversation.account_id.in_(accounts))
            .order_by(c.not_before, c.id)
            .limit(limit)
        )
        return [self._wanted(row) for row in (await connection.execute(query)).all()]

    def _wanted(self, row: Any) -> Wanted:
        reference, refusal = "", row.reason
        try:
            if row.reference is not None:
                reference = self._ring.open("attachment", "reference", row.id, row.reference)
        except (KeyMissing, Tampered):  # nobody can fetch it any more
            refusal = "lost"
        return Wanted(
            row.id, row.conversation_id, row.account_id, reference, row.attempts, refusal, row.created_at
        )  # fmt: skip

    async def postpone(self, connection: AsyncConnection, row: UUID, until: datetime) -> None:
        """Try again later."""
        values = {"not_before": until, "attempts": _TABLE.c.attempts + 1}
        await connection.execute(update(_TABLE).where(*_queued(row)).values(**values))

    async def fetched(self, connection: AsyncConnection, row: UUID, file: Attached) -> bool:
        """Keep what was fetched; False where it was erased meanwhile."""
        values = {
            "state": "ready", "reason": "", "kind": file.kind, "mime": file.mime, "size": len(file.content),
            "reference": None, "payload": self._ring.seal_bytes("attachment", "payload", row, file.content),
        }  # fmt: skip
        return (await connection.execute(update(_TABLE).where(*_queued(row)).values(**values))).rowcount == 1

    async def end(self, connection: AsyncConnection, row: UUID, state: str, reason: str) -> bool:
        """Give a file up: `refused` or `failed`. False where it was erased meanwhile."""
        values = {"state": state, "reason": reason[:40], "reference": None}
        return (await connection.execute(update(_TABLE).where(*_queued(row)).values(**values))).rowcount == 1

    async def told_lately(
        self, connection: AsyncConnection, conversation_id: UUID, row: UUID, reason: str, since: datetime
    ) -> bool:
        """Tell whether the person heard of another file since then that it cannot be passed on for the same reason."""
        c = _TABLE.c
        other = and_(c.conversation_id == conversation_id, c.id != row, c.reason == reason, c.created_at > since)
        ended = c.state.in_(("refused", "failed"))
        return (await connection.execute(select(c.id).where(other, ended).limit(1))).first() is not None

    async def listed(self, connection: AsyncConnection, conversation_id: UUID) -> dict[UUID, Listed]:
        """Return what is known of a conversation's files, by the message each came with."""
        c = _TABLE.c
        columns = (c.id, c.message_id, c.kind, c.mime, c.state, c.reason, c.seconds, c.size)
        query = select(*columns).where(c.conversation_id == conversation_id, c.message_id.is_not(None))
        rows = (await connection.execute(query.order_by(c.id))).all()
        return {
            row.message_id: Listed(row.id, Kind(row.kind), row.mime, row.state, row.reason, row.seconds, row.size)
            for row in rows
        }

    async def is_for_person(self, connection: AsyncConnection, row: UUID, conversation_id: UUID) -> bool:
        """Tell whether the person may see it: their own file, or one of an operator that went out to them."""
        c, o = _TABLE.c, t.outbox.c
        query = (
            select(c.author, o.state)
            .outerjoin(t.message, t.message.c.id == c.message_id)
            .outerjoin(t.outbox, o.id == t.message.c.outbox_id)
            .where(c.id == row, c.conversation_id == conversation_id)
        )
        found = (await connection.execute(query)).one_or_none()
        return found is not None and (found.author == Author.PERSON or found.state == "sent")

    async def place_of(self, connection: AsyncConnection, row: UUID) -> tuple[UUID, UUID | None] | None:
        """Return conversation and message of a file; who may open it is decided by who may read the message."""
        query = select(_TABLE.c.conversation_id, _TABLE.c.message_id).where(_TABLE.c.id == row)
        found = (await connection.execute(query)).one_or_none()
        return (found.conversation_id, found.message_id) if found is not None else None

    async def open(self, connection: AsyncConnection, row: UUID, conversation_id: UUID) -> Attached | None:
        """Return a file of this conversation, or None where it is not there (yet, or any more)."""
        mine = (_TABLE.c.id == row) & (_TABLE.c.conversation_id == conversation_id) & (_TABLE.c.state == "ready")
        found = (await connection.execute(select(_TABLE).where(mine))).one_or_none()
        if found is None or found.payload is None:
            return None
        content = self._ring.open_bytes("attachment", "payload", row, found.payload)
        return Attached(Kind(found.kind), found.mime, content)


def _queued(row: UUID) -> tuple[Any, ...]:
    return _TABLE.c.id == row, _TABLE.c.state == "queued"
