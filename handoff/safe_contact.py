"""Safe contact: nothing is written to a person later than they allowed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.conversation import Author, Conversation
from bot.model.ids import new_id
from handoff.conversations import WINDOWED
from handoff.outcome import Delivery, HeldAnswer
from handoff.phrasebook import record
from handoff.store import Case

PRESENT_FOR = timedelta(minutes=15)  # who wrote a moment ago is reading now: an answer is no later message
ANSWERS = ("yes", "sign", "no")
_LAST_MINUTE = timedelta(minutes=1)  # a message needs some time on its way


async def delivery(connection: AsyncConnection, conversation: Conversation, case: Case, now: datetime) -> Delivery:
    """Decide whether a text may go out now.

    Not asked means yes, except after danger: there the neutral sign is the default. One sign is enough until the
    person writes again. When WhatsApp's 24 hours are over nothing can go out, not even a sign.
    """
    if window_closed(conversation, now):
        return Delivery.HOLD
    if present(conversation, now):
        return Delivery.SEND
    answer = await contact_answer(connection, conversation) or ("sign" if case.danger_at is not None else "yes")
    if answer == "sign":
        return Delivery.HOLD if await _held(connection, conversation) else Delivery.SIGN
    return Delivery.SEND if answer == "yes" else Delivery.HOLD


def present(conversation: Conversation, now: datetime) -> bool:
    """Tell whether the person wrote a moment ago and is reading now."""
    seen = conversation.last_inbound_at
    return seen is not None and now - seen <= PRESENT_FOR


def window_closed(conversation: Conversation, now: datetime) -> bool:
    """Tell whether the platform lets us write no more until the person does."""
    until = window_until(conversation)
    return until is not None and until - now < _LAST_MINUTE


def window_until(conversation: Conversation) -> datetime | None:
    """Return how long the platform lets us write; None where it sets no limit."""
    return conversation.window_until if conversation.channel in WINDOWED else None


async def any_held(connection: AsyncConnection, conversation: Conversation) -> bool:
    """Tell whether words of an operator wait for the person's next one."""
    return bool(await _held(connection, conversation))


async def contact_answer(connection: AsyncConnection, conversation: Conversation) -> str:
    """Return the last answer to "May we write to you here later?": yes, sign, no, or empty if it was not asked."""
    table = tables.consent
    statement = select(table.c.answer).where(
        table.c.conversation_id == conversation.id, table.c.kind == "contact", table.c.revoked_at.is_(None)
    )
    return (await connection.execute(statement.order_by(table.c.at.desc()).limit(1))).scalar() or ""


async def save_contact_answer(
    connection: AsyncConnection, conversation: Conversation, answer: str, now: datetime
) -> None:
    """Store the answer with its date and wording, in place of an earlier one."""
    table = tables.consent
    await connection.execute(
        update(table)
        .where(table.c.conversation_id == conversation.id, table.c.kind == "contact", table.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    await connection.execute(
        insert(table).values(
            id=new_id(),
            conversation_id=conversation.id,
            kind="contact",
            answer=answer,
            wording="contact_later",
            locale=conversation.locale,
            at=now,
        )
    )


async def held_answers(
    connection: AsyncConnection, ring: KeyRing, conversation: Conversation
) -> tuple[HeldAnswer, ...]:
    """Return the operators' words that never went to the outbox, in order."""
    rows = await _held(connection, conversation)
    kept = [(row.id, record.read(ring, row.id, row.payload)) for row in rows]
    return tuple(HeldAnswer(message_id, said.text, said.phrase) for message_id, said in kept)


async def _held(connection: AsyncConnection, conversation: Conversation) -> list[Row[Any]]:
    table = tables.message
    statement = select(table.c.id, table.c.payload).where(
        table.c.conversation_id == conversation.id,
        table.c.author == Author.OPERATOR,
        table.c.outbox_id.is_(None),
        table.c.payload.is_not(None),
    )
    return list(await connection.execute(statement.order_by(table.c.seq, table.c.id)))
