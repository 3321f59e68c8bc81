"""The outbox: what is to be sent, in order per conversation, with one of three fates: sent, rejected, unknown."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.model.conversation import Purpose
from bot.model.errors import KeyMissing, Tampered
from bot.model.ids import new_id
from bot.model.messages import Button, DeliveryState
from bot.model.say import Phrase
from bot.sealed import Sealed

UNFINISHED = ("queued", "sending")
_ADVANCE = {"": 0, "sent": 1, "delivered": 2, "read": 3}


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered message that a turn or the desk wants sent. `phrase` is the sentence of the phrasebook that it holds."""

    text: str = field(repr=False)
    purpose: Purpose = Purpose.BOT
    buttons: tuple[Button, ...] = field(default=(), repr=False)
    locale: str = "en"
    list_title: str = field(default="", repr=False)
    lane: int = 0
    recorded: bool = True
    staff_id: UUID | None = None
    repeats: int = 0  # how often these words were sent again because their fate stayed unknown
    phrase: Phrase | None = None
    attachment_id: UUID | None = None  # a file goes out; the text stands for it on the record


@dataclass(frozen=True, slots=True)
class OutRow:
    """A row of the outbox as the sender reads it."""

    id: UUID
    conversation_id: UUID
    account_id: UUID
    purpose: Purpose
    epoch: int
    state: str
    attempts: int
    lane: int
    created_at: datetime
    reason: str
    answers_at: datetime | None
    draft: Draft | None = field(repr=False)


class Outbox:
    """Every function takes the open connection and never commits."""

    def __init__(self, ring: KeyRing, conversations: Conversations) -> None:
        self._ring = ring
        self._sealed = Sealed(ring)
        self._conversations = conversations

    async def add(
        self, connection: AsyncConnection, conversation_id: UUID, account_id: UUID, epoch: int, draft: Draft,
        now: datetime, answers_at: datetime | None = None,
    ) -> UUID:  # fmt: skip
        """Queue a message behind the conversation's earlier ones and put it on the record."""
        row = new_id()
        seq = await self._conversations.next_seq(connection, conversation_id)
        values = {
            "id": row, "conversation_id": conversation_id, "account_id": account_id, "seq": seq, "epoch": epoch,
            "purpose": draft.purpose, "lane": draft.lane, "not_before": now, "created_at": now, "answers_at": answers_at,
            "payload": self._sealed.seal_json("outbox", "payload", row, _draft_json(draft)),
        }  # fmt: skip
        await connection.execute(insert(t.outbox).values(**values))
        if draft.recorded:
            await self._conversations.record(
                connection, conversation_id, "operator" if draft.staff_id else "bot", draft.text, now,
                locale=draft.locale, buttons=[[b.id, b.title] for b in draft.buttons], staff_id=draft.staff_id,
                outbox_id=row, seq=seq, phrase=draft.phrase,
            )  # fmt: skip
        return row

    async def cancel_bot(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> int:
        """Drop what the bot had not sent yet, because a person takes over. Danger cards are never dropped."""
        c = t.outbox.c
        mine = and_(c.conversation_id == conversation_id, c.state == "queued", c.purpose == Purpose.BOT)
        values = {"state": "cancelled", "reason": "taken over", "finished_at": now, "payload": None}
        return (await connection.execute(update(t.outbox).where(mine).values(**values))).rowcount

    async def sendable(
        self, connection: AsyncConnection, now: datetime, limit: int, accounts: Collection[UUID] | None = None
    ) -> list[UUID]:
        """Return rows that may be sent now: the oldest unfinished one of each conversation, live replies first.

        Unknown, rejected and cancelled rows block nothing, nor do rows of accounts that this process does not serve.
        """
        c, earlier = t.outbox.c, t.outbox.alias()
        blocked = exists().where(
            earlier.c.conversation_id == c.conversation_id,
            earlier.c.seq < c.seq,
            earlier.c.state.in_(UNFINISHED),
        )
        query = select(c.id).where(c.state == "queued", c.not_before <= now, ~blocked)
        if accounts is not None:
            query = query.where(c.account_id.in_(accounts))
        query = query.order_by(c.lane, c.created_at, c.seq).limit(limit)
        return list((await connection.execute(query)).scalars().all())

    async def start(self, connection: AsyncConnection, row_id: UUID, now: datetime) -> OutRow | None:
        """Mark a row `sending` and return it, or cancel it when a person took over since it was written.

        Returns None when somebody else has it, or it was cancelled. The conversation is locked first, as everywhere:
        a take that locks both the other way round would end in a deadlock.
        """
        owner = select(t.outbox.c.conversation_id).where(t.outbox.c.id == row_id).scalar_subquery()
        current = await connection.execute(
            select(t.conversation.c.epoch).where(t.conversation.c.id == owner).with_for_update()
        )
        epoch = current.scalar_one_or_none()
        query = select(t.outbox).where(t.outbox.c.id == row_id, t.outbox.c.state == "queued").with_for_update()
        row = (await connection.execute(query)).one_or_none()
        if row is None or epoch is None:
            return None
        if row.purpose == Purpose.BOT and row.epoch < epoch:
            await self.finish(connection, row_id, "cancelled", now, "taken over")
            return None
        values = {"state": "sending", "sending_at": now, "attempts": t.outbox.c.attempts + 1}
        await connection.execute(update(t.outbox).where(t.outbox.c.id == row_id).values(**values))
        return self._row(row)

    def _row(self, row: Row[Any]) -> OutRow:
        body = self._body(row)
        return OutRow(
            id=row.id, conversation_id=row.conversation_id, account_id=row.account_id, purpose=Purpose(row.purpose),
            epoch=row.epoch, state=row.state, attempts=row.attempts, lane=row.lane, created_at=row.created_at,
            reason=row.reason, answers_at=row.answers_at,
            draft=_draft(body, Purpose(row.purpose)) if body else None,
        )  # fmt: skip

    def _body(self, row: Row[Any]) -> dict[str, Any] | None:
        """Open the words; None where they are erased or cannot be opened (one such row must not stop the others)."""
        try:
            return self._sealed.open_json("outbox", "payload", row.id, row.payload) if row.payload else None
        except (KeyMissing, Tampered):
            return None

    async def finish(
        self, connection: AsyncConnection, row_id: UUID, state: str, now: datetime, reason: str = "",
        platform_id: str = "", account_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """Write a row's fate. The words leave the outbox once sent; the record keeps them."""
        values: dict[str, Any] = {"state": state, "reason": reason, "finished_at": now}
        if state in {"sent", "cancelled"}:
            values["payload"] = None
        if platform_id and account_id:
            values["platform_hash"] = self._ring.lookup("platform", str(account_id), platform_id)
        mine = (t.outbox.c.id == row_id) & t.outbox.c.state.in_((*UNFINISHED, "unknown"))
        await connection.execute(update(t.outbox).where(mine).values(**values))

    async def postpone(self, connection: AsyncConnection, row_id: UUID, until: datetime, reason: str) -> None:
        """Put a row that was certainly not delivered back into the queue."""
        values = {"state": "queued", "not_before": until, "reason": reason}
        mine = (t.outbox.c.id == row_id) & (t.outbox.c.state == "sending")
        await connection.execute(update(t.outbox).where(mine).values(**values))

    async def recover(
        self, connection: AsyncConnection, now: datetime, before: datetime | None = None, reason: str = "restart"
    ) -> int:
        """After a restart: a row found `sending` may or may not have arrived. `before`: only if it began before then."""
        c = t.outbox.c
        mine = c.state == "sending" if before is None else and_(c.state == "sending", c.sending_at <= before)
        values = {"state": "unknown", "reason": reason, "finished_at": now}
        return (await connection.execute(update(t.outbox).where(mine).values(**values))).rowcount

    async def requeue(self, connection: AsyncConnection, accounts: Collection[UUID]) -> None:
        """On these accounts nobody is called: what was being sent at a crash simply goes back into the queue."""
        mine = (t.outbox.c.state == "sending") & t.outbox.c.account_id.in_(accounts)
        await connection.execute(update(t.outbox).where(mine).values(state="queued"))

    async def still_unknown(self, connection: AsyncConnection, before: datetime) -> list[OutRow]:
        """Return unknown rows older than `before` that we must deal with; an operator's answer is the operator's."""
        c = t.outbox.c
        mine = and_(c.state == "unknown", c.finished_at <= before, c.resolved.is_(False))
        ours = and_(mine, c.purpose != Purpose.OPERATOR, c.payload.is_not(None))
        query = select(t.outbox).where(ours).order_by(c.finished_at, c.id).limit(100)
        return [self._row(row) for row in (await connection.execute(query)).all()]

    async def resolve(self, connection: AsyncConnection, row_id: UUID) -> bool:
        """Note that an unknown row was dealt with; False if somebody else did or a status settled it."""
        c = t.outbox.c
        mine = (c.id == row_id) & (c.state == "unknown") & c.resolved.is_(False)
        return (await connection.execute(update(t.outbox).where(mine).values(resolved=True))).rowcount == 1

    async def read(self, connection: AsyncConnection, row_id: UUID) -> OutRow | None:
        """Return one row."""
        row = (await connection.execute(select(t.outbox).where(t.outbox.c.id == row_id))).one_or_none()
        return self._row(row) if row is not None else None

    async def apply_delivery(
        self, connection: AsyncConnection, account_id: UUID, outbox_id: UUID | None, platform_id: str,
        state: DeliveryState, code: str, now: datetime,
    ) -> OutRow | None:  # fmt: skip
        """Apply a platform's status, never backwards; a status proves that an unknown row was sent.

        Returns the row, or None when we do not know it (yet): a status may beat our own write.
        """
        c = t.outbox.c
        by_hash = c.platform_hash == self._ring.lookup("platform", str(account_id), platform_id)
        which = c.id == outbox_id if outbox_id else by_hash
        row = (await connection.execute(select(t.outbox).where(which).with_for_update())).one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = {}
        if state is DeliveryState.FAILED:
            if _ADVANCE.get(row.platform_state, 0) < 2:
                values = {
                    "state": "rejected",
                    "reason": f"platform {code}"[:80],
                    "platform_state": "failed",
                    "finished_at": now,
                }
        elif _ADVANCE.get(row.platform_state, 9) < _ADVANCE[state]:
            values = {"platform_state": state}
            if row.state in {"unknown", "sending"}:
                values |= {"state": "sent", "finished_at": now, "payload": None}
        if values:
            await connection.execute(update(t.outbox).where(c.id == row.id).values(**values))
        return self._row(row)

    async def oldest_queued(self, connection: AsyncConnection) -> datetime | None:
        """Return when the oldest unsent message was written, for the alarm on queue age."""
        query = select(func.min(t.outbox.c.created_at)).where(t.outbox.c.state.in_(UNFINISHED))
        found: datetime | None = (await connection.execute(query)).scalar()
        return found


def expired(row: OutRow, now: datetime) -> bool:
    """What the bot said and could not deliver for a day no longer helps; an operator's words are kept."""
    return row.purpose is not Purpose.OPERATOR and now - row.created_at > timedelta(days=1)


def _draft_json(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text, "buttons": [[b.id, b.title] for b in draft.buttons], "locale": draft.locale,
        "list_title": draft.list_title, "staff": str(draft.staff_id or ""), "repeats": draft.repeats,
        "phrase": asdict(draft.phrase) if draft.phrase else None, "attachment": str(draft.attachment_id or ""),
    }  # fmt: skip


def _draft(body: dict[str, Any], purpose: Purpose) -> Draft:
    return Draft(
        text=body["text"], purpose=purpose, buttons=tuple(Button(i, title) for i, title in body["buttons"]),
        locale=body["locale"], list_title=body["list_title"], staff_id=UUID(body["staff"]) if body["staff"] else None,
        repeats=body.get("repeats", 0), phrase=Phrase(**body["phrase"]) if body.get("phrase") else None,
        attachment_id=UUID(body["attachment"]) if body.get("attachment") else None,
    )  # fmt: skip
