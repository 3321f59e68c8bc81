"""What an operator may see. Every query takes a Scope: the contact point is the permission boundary."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.conversation import WITH_OPERATOR, Author, State
from handoff.offices.contact_point import Scope
from handoff.operators.cards import CallCard, LimitCard, Line, QueueCard, Summary, queue_cards
from handoff.operators.casefile import (
    callbacks,
    interpretable,
    interpreting,
    limited,
    notes,
    readable,
    summary,
    to_interpret,
)
from handoff.operators.notes import Note
from handoff.phrasebook import record
from handoff.store import Case, read_card, to_case

__all__ = [
    "CallCard", "LimitCard", "Line", "Note", "QueueCard", "Summary", "callbacks", "find", "held", "interpretable",
    "interpreting", "limited", "mine", "notes", "readable", "summary", "to_interpret", "transcript", "waiting",
]  # fmt: skip

_case = tables.case


async def waiting(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return who waits at the operator's offices: danger first, then deadlines and minors, then by time."""
    return await _cards(connection, ring, _within(scope).where(_case.c.state == State.WAITING))


async def mine(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return what this operator took and holds."""
    return await _cards(connection, ring, _held_by(scope))


async def find(connection: AsyncConnection, scope: Scope, case_id: UUID) -> Case | None:
    """Return a case of the operator's offices."""
    row = (await connection.execute(_within(scope).where(_case.c.id == case_id))).first()
    return to_case(row) if row is not None else None


async def held(connection: AsyncConnection, scope: Scope, case_id: UUID | None = None) -> list[Case]:
    """Return the cases that this operator holds, or only this one."""
    statement = _held_by(scope) if case_id is None else _held_by(scope).where(_case.c.id == case_id)
    return [to_case(row) for row in await connection.execute(statement.order_by(_case.c.opened_at, _case.c.id))]


async def transcript(connection: AsyncConnection, ring: KeyRing, scope: Scope, case_id: UUID) -> tuple[Line, ...]:
    """Return the conversation, only to the operator who took it and to the interpreter whom the person let read along:
    since the moment the person shared it from, else since the take. What was recorded after the take is shown even if the
    person's device says that it was written before."""
    case = await readable(connection, scope, case_id)
    if case is None:
        return ()
    table = tables.message
    read_after = read_card(ring, case).read_after
    shown = [table.c.at >= case.share_from] if case.share_from is not None else []
    shown += [table.c.seq > read_after] if read_after is not None else []
    statement = select(table).where(
        table.c.conversation_id == case.conversation_id, table.c.payload.is_not(None), or_(false(), *shown)
    )
    rows = await connection.execute(statement.order_by(table.c.seq, table.c.id))
    return tuple(_line(row, record.read(ring, row.id, row.payload)) for row in rows)


def _line(row: Row[Any], said: record.Said) -> Line:
    return Line(row.id, Author(row.author), said.text, row.at, row.locale, said.phrase, said.answer)


def _within(scope: Scope) -> Select[Any]:
    return select(_case).where(_case.c.contact_point.in_(scope.points))


def _held_by(scope: Scope) -> Select[Any]:
    return _within(scope).where(_case.c.state.in_(WITH_OPERATOR), _case.c.operator_id == scope.staff_id)


async def _cards(connection: AsyncConnection, ring: KeyRing, statement: Select[Any]) -> tuple[QueueCard, ...]:
    cases = [to_case(row) for row in await connection.execute(statement)]
    return queue_cards([(read_card(ring, case), case) for case in cases])
