"""SQL of the handoff room over a conversation: where it stands, what is on its record, what the bot has not sent yet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.model.conversation import OPEN, Author, Conversation, State
from bot.model.errors import LostLease
from handoff.machine import Position

WINDOWED = frozenset({"whatsapp"})  # channels that let us write only for a time after the person's last word


async def load(connection: AsyncConnection, conversation_id: UUID) -> Conversation | None:
    """Read a conversation and lock its row (on SQLite the write transaction is the lock). Its tracker stays closed."""
    table = tables.conversation
    row = (await connection.execute(select(table).where(table.c.id == conversation_id).with_for_update())).first()
    if row is None:
        return None
    return Conversation(
        id=row.id,
        account_id=row.account_id,
        channel=row.channel,
        locale=row.locale,
        state=State(row.state),
        version=row.version,
        epoch=row.epoch,
        fence=row.fence,
        operator_id=row.operator_id,
        contact_point=row.contact_point,
        created_at=row.created_at,
        last_inbound_at=row.last_inbound_at,
        stopped_at=row.stopped_at,
        window_until=row.window_until,
        limited_until=row.limited_until,
    )


async def place(connection: AsyncConnection, seen: Conversation, position: Position) -> Conversation:
    """Write where the conversation stands now. `version` rises only if state, operator or contact point change.

    Raises LostLease if somebody changed the row since it was read as `seen`.
    """
    before = Position(seen.state, seen.contact_point, seen.operator_id, seen.epoch)
    version = seen.version + (position != before)
    table = tables.conversation
    done = await connection.execute(
        update(table)
        .where(table.c.id == seen.id, table.c.version == seen.version)
        .values(
            state=position.state,
            contact_point=position.contact_point,
            operator_id=position.operator_id,
            epoch=position.epoch,
            version=version,
        )
    )
    if done.rowcount != 1:
        raise LostLease(f"conversation {seen.id} changed since version {seen.version}")
    return replace(
        seen,
        state=position.state,
        contact_point=position.contact_point,
        operator_id=position.operator_id,
        epoch=position.epoch,
        version=version,
    )


async def closing_windows(connection: AsyncConnection, now: datetime, latest: datetime) -> Mapping[UUID, datetime]:
    """Return the conversations with an open case in which WhatsApp lets us write for now, but not after `latest`."""
    c, case = tables.conversation.c, tables.case
    statement = (
        select(c.id, c.window_until)
        .join(case, case.c.conversation_id == c.id)
        .where(case.c.state.in_(OPEN), c.channel.in_(WINDOWED), c.window_until > now, c.window_until <= latest)
    )
    return {row.id: row.window_until for row in await connection.execute(statement)}


async def mark_handed_off(connection: AsyncConnection, conversation_id: UUID, at: datetime) -> None:
    """Note the end of a case that an operator had: its text is kept longer."""
    table = tables.conversation
    await connection.execute(update(table).where(table.c.id == conversation_id).values(handed_off_at=at))


async def last_record(connection: AsyncConnection, conversation_id: UUID) -> int:
    """Return the number of the conversation's last record."""
    table = tables.conversation
    statement = select(table.c.out_seq).where(table.c.id == conversation_id)
    return int((await connection.execute(statement)).scalar_one())


async def last_words_at(connection: AsyncConnection, conversation_id: UUID) -> datetime | None:
    """Return when the person wrote the last message that is on the record."""
    table = tables.message
    statement = select(table.c.at).where(table.c.conversation_id == conversation_id, table.c.author == Author.PERSON)
    at: datetime | None = (await connection.execute(statement.order_by(table.c.seq.desc()).limit(1))).scalar()
    return at


async def first_words_at(connection: AsyncConnection, conversation_id: UUID) -> datetime | None:
    """Return the time of the oldest message on the record; it may lie before the conversation's row was made."""
    table = tables.message
    statement = select(func.min(table.c.at)).where(table.c.conversation_id == conversation_id)
    at: datetime | None = (await connection.execute(statement)).scalar_one()
    return at


async def cancel_bot_texts(connection: AsyncConnection, conversation_id: UUID, now: datetime) -> int:
    """Cancel what the bot wrote and nobody sent yet, so that it does not talk over a person."""
    table = tables.outbox
    done = await connection.execute(
        update(table)
        .where(table.c.conversation_id == conversation_id, table.c.state == "queued", table.c.purpose == "bot")
        .values(state="cancelled", reason="taken", finished_at=now, payload=None)
    )
    return done.rowcount
