"""SQL of the handoff room: cases, their events and notices. Takes the open transaction and never commits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.conversation import OPEN, WITH_OPERATOR, State
from bot.model.ids import new_id
from handoff.request import Card, card_from_text, card_to_text

CLOSED = "closed"

_case = tables.case
_SUBJECT = ("handoff_case", "card")


@dataclass(frozen=True, slots=True)
class Case:
    """A row of `handoff_case`. `last_word` is person, operator or question (the bot asked whether it still matters)."""

    id: UUID
    conversation_id: UUID
    contact_point: str
    state: str
    locale: str
    topic: str
    card: bytes | None = field(repr=False)
    opened_at: datetime
    last_word_at: datetime
    share_from: datetime | None = None
    deadline_at: datetime | None = None
    operator_id: UUID | None = None
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str = ""
    last_word: str = "person"
    notices: int = 0
    danger_at: datetime | None = None
    bridge: str = ""
    interpreter_id: UUID | None = None
    rating: str = ""


def read_card(ring: KeyRing, case: Case) -> Card:
    """Open a case's card; an erased card is empty."""
    return card_from_text(ring.open(*_SUBJECT, case.id, case.card)) if case.card is not None else Card()


def seal_card(ring: KeyRing, case_id: UUID, card: Card) -> bytes:
    """Seal a card for its row."""
    return ring.seal(*_SUBJECT, case_id, card_to_text(card))


def to_case(row: Row[Any]) -> Case:
    """Turn a full row of the table into a case."""
    return Case(**row._mapping)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Case | None:
    row = (await connection.execute(statement.limit(1))).first()
    return to_case(row) if row is not None else None


async def open_case(connection: AsyncConnection, conversation_id: UUID) -> Case | None:
    """Return the case that is offered or held by an office; a conversation has one at most."""
    return await _one(
        connection, select(_case).where(_case.c.conversation_id == conversation_id, _case.c.state.in_(OPEN))
    )


async def case_by_id(connection: AsyncConnection, case_id: UUID) -> Case | None:
    """Return a case; the desk goes through `handoff.operators.queue`, which asks for a scope."""
    return await _one(connection, select(_case).where(_case.c.id == case_id))


async def last_closed_case(connection: AsyncConnection, conversation_id: UUID, *, not_at: str = "") -> Case | None:
    """Return the case that ended last, optionally only among those of other offices than `not_at`."""
    statement = select(_case).where(_case.c.conversation_id == conversation_id, _case.c.state == CLOSED)
    if not_at:
        statement = statement.where(_case.c.contact_point != not_at)
    return await _one(connection, statement.order_by(_case.c.closed_at.desc()))


async def cases_in(connection: AsyncConnection, *states: State, point_id: str = "") -> list[Case]:
    """Return all cases in these states, of one office if it is given, the oldest first."""
    statement = select(_case).where(_case.c.state.in_(states)).order_by(_case.c.opened_at, _case.c.id)
    if point_id:
        statement = statement.where(_case.c.contact_point == point_id)
    return [to_case(row) for row in await connection.execute(statement)]


async def taken_since(connection: AsyncConnection, point_id: str, since: datetime) -> list[Case]:
    """Return the office's cases that were taken since then, to tell how long people wait today."""
    # A take before it came to this office was another office's.
    taken = (_case.c.taken_at >= since) & (_case.c.taken_at >= _case.c.opened_at)
    statement = select(_case).where(_case.c.contact_point == point_id, taken)
    return [to_case(row) for row in await connection.execute(statement)]


async def insert_case(connection: AsyncConnection, case: Case) -> None:
    """Write a new case."""
    await connection.execute(insert(_case).values(**asdict(case)))


async def update_case(connection: AsyncConnection, case_id: UUID, **values: Any) -> None:
    """Change columns of a case."""
    await connection.execute(update(_case).where(_case.c.id == case_id).values(**values))


async def delete_case(connection: AsyncConnection, case_id: UUID) -> None:
    """Forget an offer that nobody accepted."""
    await connection.execute(_case.delete().where(_case.c.id == case_id))


async def erase_cards(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Erase what all cases of a conversation keep of the person."""
    await connection.execute(update(_case).where(_case.c.conversation_id == conversation_id).values(card=None))


async def add_event(connection: AsyncConnection, **values: Any) -> None:
    """Write the one event row of an edge."""
    await connection.execute(insert(tables.handoff_event).values(id=new_id(), **values))


async def count_events(connection: AsyncConnection, case_id: UUID, edge: str, since: datetime | None = None) -> int:
    """Count how often an edge was walked in a case, since a moment if one is given."""
    table = tables.handoff_event
    statement = select(func.count()).where(table.c.case_id == case_id, table.c.edge == edge)
    if since is not None:
        statement = statement.where(table.c.at >= since)
    return int((await connection.execute(statement)).scalar_one())


async def event_times(
    connection: AsyncConnection, conversation_id: UUID, edges: Sequence[str], since: datetime
) -> list[datetime]:
    """Return when one of these edges was walked in a conversation since a moment, the oldest first."""
    table = tables.handoff_event
    statement = select(table.c.at).where(
        table.c.conversation_id == conversation_id, table.c.edge.in_(edges), table.c.at >= since
    )
    return list((await connection.execute(statement.order_by(table.c.at))).scalars())


async def heard_elsewhere_until(connection: AsyncConnection, conversation_id: UUID, point_id: str) -> datetime | None:
    """Return until when an operator of another office had the conversation, in a case that ended or in this one."""
    table = tables.handoff_event
    statement = select(func.max(table.c.at)).where(
        table.c.conversation_id == conversation_id,
        table.c.contact_point != point_id,
        table.c.from_state.in_(WITH_OPERATOR),
    )
    at: datetime | None = (await connection.execute(statement)).scalar_one()
    return at


async def add_notice(
    connection: AsyncConnection, case: Case, kind: str, now: datetime, not_before: datetime | None = None
) -> UUID:
    """Queue a notice to staff. It names the office and the case, never a word of the person."""
    notice_id = new_id()
    await connection.execute(
        insert(tables.notice).values(
            id=notice_id,
            case_id=case.id,
            contact_point=case.contact_point,
            kind=kind,
            not_before=not_before or now,
            created_at=now,
        )
    )
    return notice_id


async def last_notice_at(connection: AsyncConnection, case_id: UUID) -> datetime | None:
    """Return when the last notice of the chain waiting, repeated, lead was due; an alarm is outside the chain."""
    table = tables.notice
    statement = select(func.max(table.c.not_before)).where(table.c.case_id == case_id, table.c.kind != "danger")
    at: datetime | None = (await connection.execute(statement)).scalar_one()
    return at


async def cancel_notices(connection: AsyncConnection, case_id: UUID) -> None:
    """Take back notices that were not sent yet; an interpreter is needed as long as the case lives."""
    table = tables.notice
    await connection.execute(
        update(table)
        .where(table.c.case_id == case_id, table.c.state == "queued", table.c.kind != "interpreter")
        .values(state="cancelled")
    )


async def add_audit(connection: AsyncConnection, now: datetime, actor: str, action: str, case: Case) -> None:
    """Log who did what with a case."""
    values = {"at": now, "actor": actor, "action": action, "object_id": str(case.id)}
    await connection.execute(insert(tables.audit).values(id=new_id(), contact_point=case.contact_point, **values))
