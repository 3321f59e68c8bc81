"""The store of conversations: who is at the other end, what state it is in, and the number every record takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.model.conversation import Conversation, State
from bot.model.errors import LostLease
from bot.model.ids import new_id
from bot.model.messages import Address
from bot.model.say import Phrase
from bot.sealed import Sealed

_TABLE = t.conversation
# How long the address outlives "erase my data", so that the answer to it can still be sent.
_LAST_WORD = timedelta(minutes=10)


class Conversations:
    """Every function takes the open connection and never commits."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._sealed = Sealed(ring)
        self.known_accounts: dict[tuple[str, str], UUID] = {}  # committed ones only: every message asks

    async def account(self, connection: AsyncConnection, channel: str, external: str) -> UUID:
        """Return our id of a channel account, made on first sight."""
        known = self.known_accounts.get((channel, external))
        if known is not None:
            return known
        where = (t.account.c.channel == channel, t.account.c.external == external)
        found = (await connection.execute(select(t.account.c.id).where(*where))).scalar()
        if found is None:
            row = {"id": new_id(), "channel": channel, "external": external}
            await connection.execute(insert_once(connection, t.account).values(**row))
            found = (await connection.execute(select(t.account.c.id).where(*where))).scalar_one()
        return UUID(str(found))

    def address_hash(self, account_id: UUID, address: Address) -> bytes:
        """Return the keyed hash by which a person's conversation is found."""
        return self._ring.lookup("address", str(account_id), address.key)

    def sealed_address(self, conversation_id: UUID, address: Address) -> dict[str, Any]:
        """Return the column that says where to send."""
        return {"address": self._sealed.seal_json("conversation", "address", conversation_id, address_json(address))}

    async def find_or_make(
        self, connection: AsyncConnection, account_id: UUID, channel: str, address: Address, now: datetime
    ) -> UUID:
        """Return the conversation with this address, made if there is none."""
        digest = self.address_hash(account_id, address)
        found = await self._by_hash(connection, account_id, digest)
        if found is not None:
            return found
        row = new_id()
        values = {
            "id": row, "account_id": account_id, "channel": channel, "address_hash": digest, "created_at": now,
            **self.sealed_address(row, address),
        }  # fmt: skip
        await connection.execute(insert_once(connection, _TABLE).values(**values))
        made = await self._by_hash(connection, account_id, digest)
        if made is None:
            raise LostLease("the conversation was removed meanwhile")
        return made

    async def find(self, connection: AsyncConnection, account_id: UUID, address: Address) -> UUID | None:
        """Return the conversation with this address, or None."""
        return await self._by_hash(connection, account_id, self.address_hash(account_id, address))

    async def _by_hash(self, connection: AsyncConnection, account_id: UUID, digest: bytes) -> UUID | None:
        where = (_TABLE.c.account_id == account_id, _TABLE.c.address_hash == digest)
        return (await connection.execute(select(_TABLE.c.id).where(*where))).scalar()

    async def read(self, connection: AsyncConnection, conversation_id: UUID, lock: bool = False) -> Conversation | None:
        """Return the conversation; `lock` takes the row lock on PostgreSQL (SQLite has one writer anyway)."""
        query = select(_TABLE).where(_TABLE.c.id == conversation_id)
        if lock:
            query = query.with_for_update()
        row = (await connection.execute(query)).one_or_none()
        return self._conversation(row) if row is not None else None

    def _conversation(self, row: Row[Any]) -> Conversation:
        tracker = self._ring.open("conversation", "tracker", row.id, row.tracker) if row.tracker else ""
        return Conversation(
            id=row.id, account_id=row.account_id, channel=row.channel, locale=row.locale, state=State(row.state),
            version=row.version, epoch=row.epoch, fence=row.fence, operator_id=row.operator_id,
            contact_point=row.contact_point, created_at=row.created_at, last_inbound_at=row.last_inbound_at,
            stopped_at=row.stopped_at, window_until=row.window_until, limited_until=row.limited_until, tracker=tracker,
        )  # fmt: skip

    async def address_of(self, connection: AsyncConnection, conversation_id: UUID) -> Address | None:
        """Return where to send, or None once the address was erased."""
        query = select(_TABLE.c.address).where(_TABLE.c.id == conversation_id)
        sealed = (await connection.execute(query)).scalar()
        if sealed is None:
            return None
        stored = self._sealed.open_json("conversation", "address", conversation_id, sealed)
        return Address(key=stored["key"], extra=stored["extra"])

    async def set_address(
        self, connection: AsyncConnection, conversation_id: UUID, account_id: UUID, address: Address
    ) -> None:
        """Remember the newest way to reach the person (a WhatsApp user id may gain or lose its number).

        Where another conversation already has the new address, both stay: joining two histories could show one
        person's words to another.
        """
        other = await self._by_hash(connection, account_id, self.address_hash(account_id, address))
        if other not in {None, conversation_id}:
            return
        values = {
            **self.sealed_address(conversation_id, address),
            "address_hash": self.address_hash(account_id, address),
        }
        await self.write(connection, conversation_id, values)

    async def next_seq(self, connection: AsyncConnection, conversation_id: UUID) -> int:
        """Return the next number of this conversation's records; it orders outbox rows and messages."""
        bump = update(_TABLE).where(_TABLE.c.id == conversation_id).values(out_seq=_TABLE.c.out_seq + 1)
        return int((await connection.execute(bump.returning(_TABLE.c.out_seq))).scalar_one())

    async def save_tracker(self, connection: AsyncConnection, conversation_id: UUID, tracker: str, locale: str) -> None:
        """Store what the dialogue remembers, sealed."""
        sealed = self._ring.seal("conversation", "tracker", conversation_id, tracker)
        await self.write(connection, conversation_id, {"tracker": sealed, "locale": locale})

    async def write_all(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change the same columns of several conversations, each row naming its `id`."""
        if rows:
            where = _TABLE.c.id == bindparam("row_id")
            values = [{"row_id": row["id"], **{key: row[key] for key in row if key != "id"}} for row in rows]
            names: dict[str, Any] = {key: bindparam(key) for key in values[0] if key != "row_id"}
            await connection.execute(update(_TABLE).where(where).values(**names), values)

    async def write(self, connection: AsyncConnection, conversation_id: UUID, values: Mapping[str, Any]) -> None:
        """Change columns of one conversation."""
        await connection.execute(update(_TABLE).where(_TABLE.c.id == conversation_id).values(**values))

    async def record(
        self, connection: AsyncConnection, conversation_id: UUID, author: str, text: str, now: datetime,
        *, locale: str = "", buttons: list[list[str]] | None = None, staff_id: UUID | None = None,
        outbox_id: UUID | None = None, seq: int | None = None, phrase: Phrase | None = None, answer: str = "",
        row: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """Add a message to the record and return its id.

        `phrase` is the sentence of the phrasebook that it holds, `answer` the choice of the phrasebook that it gives;
        `row` is the id it came in with.
        """
        row = row or new_id()
        number = seq if seq is not None else await self.next_seq(connection, conversation_id)
        said = {**({"phrase": asdict(phrase)} if phrase else {}), **({"answer": answer} if answer else {})}
        payload = self._sealed.seal_json("message", "payload", row, {"text": text, "buttons": buttons or [], **said})
        values = {
            "id": row, "conversation_id": conversation_id, "author": author, "staff_id": staff_id, "payload": payload,
            "locale": locale, "at": now, "seq": number, "outbox_id": outbox_id,
        }  # fmt: skip
        await connection.execute(insert(t.message).values(**values))
        return row

    async def sent_as(self, connection: AsyncConnection, message_id: UUID, outbox_id: UUID) -> None:
        """Note that a message of the record goes out as this outbox row."""
        await connection.execute(update(t.message).where(t.message.c.id == message_id).values(outbox_id=outbox_id))

    async def messages(
        self, connection: AsyncConnection, conversation_id: UUID, after: int = 0
    ) -> list[dict[str, Any]]:
        """Return the record after a number, oldest first: seq, author, text, buttons, at, locale."""
        query = (
            select(t.message, t.outbox.c.state.label("fate"))
            .outerjoin(t.outbox, t.outbox.c.id == t.message.c.outbox_id)
            .where(t.message.c.conversation_id == conversation_id, t.message.c.seq > after)
            .where(t.message.c.payload.is_not(None))
            .order_by(t.message.c.seq)
        )
        rows = (await connection.execute(query)).all()
        return [self._record(row) for row in rows]

    def _record(self, row: Row[Any]) -> dict[str, Any]:
        stored = self._sealed.open_json("message", "payload", row.id, row.payload)
        return {
            "id": row.id, "seq": row.seq, "author": row.author, "text": stored["text"], "buttons": stored["buttons"],
            "at": row.at, "locale": row.locale, "fate": row.fate or "",
        }  # fmt: skip

    async def forget(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
        """Erase every text and all that was concluded. The address stays until the last sentence is sent.

        Hashes of platform ids stay 8 days, bound to nobody, so that a redelivery is not taken for something new.
        """
        await self._erase(connection, conversation_id)
        mine = t.inbox.c.conversation_id == conversation_id
        done = {"payload": None, "conversation_id": None, "done_at": now}
        await connection.execute(update(t.inbox).where(mine, t.inbox.c.state != "waiting").values(**done, state="done"))
        values = {
            "tracker": None, "locale": "", "handed_off_at": None, "state": State.BOT, "operator_id": None,
            "contact_point": "", "version": _TABLE.c.version + 1, "epoch": _TABLE.c.epoch + 1, "erase_at": now + _LAST_WORD,
        }  # fmt: skip
        await self.write(connection, conversation_id, values)

    @staticmethod
    async def _erase(connection: AsyncConnection, conversation_id: UUID) -> None:
        cases = select(t.case.c.id).where(t.case.c.conversation_id == conversation_id)
        await connection.execute(delete(t.note).where(t.note.c.case_id.in_(cases)))
        for table in (
            t.gap,
            t.attachment,
            t.message,
            t.consent,
            t.callback,
            t.case,
            t.handoff_event,
            t.outbox,
            t.served,
        ):
            await connection.execute(delete(table).where(table.c.conversation_id == conversation_id))

    async def remove(self, connection: AsyncConnection, conversation_id: UUID, now: datetime) -> None:
        """Remove the conversation itself with its address."""
        mine = t.inbox.c.conversation_id == conversation_id
        done = {"payload": None, "conversation_id": None, "done_at": now, "state": "done"}
        await connection.execute(update(t.inbox).where(mine).values(**done))
        await self._erase(connection, conversation_id)
        await connection.execute(delete(_TABLE).where(_TABLE.c.id == conversation_id))


def address_json(address: Address) -> dict[str, Any]:
    """Return what is stored of an address."""
    return {"key": address.key, "extra": dict(address.extra)}
