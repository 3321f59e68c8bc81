"""Which members of staff may be given a case, or may see one: colleagues at work, leads, interpreters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from handoff.shifts import ANSWERING, seen_lately, shift_over

_staff = tables.staff
_LEAD, _INTERPRETER = "lead", "interpreter"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the same office who is not away; `there` if they were seen within 10 minutes."""

    staff_id: UUID
    login: str
    there: bool


async def colleagues(
    connection: AsyncConnection, contact_point: str, besides: UUID, now: datetime
) -> tuple[Colleague, ...]:
    """Return who answers people at an office beside one member of staff and is not away."""
    statement = select(_staff).where(
        _staff.c.role.in_(ANSWERING),
        _staff.c.disabled_at.is_(None),
        _staff.c.terms_at.is_not(None),
        _staff.c.away.is_(False),
        _staff.c.id != besides,
    )
    rows = await connection.execute(statement.order_by(_staff.c.login))
    return tuple(
        Colleague(row.id, row.login, seen_lately(row, now))
        for row in rows
        if contact_point in row.contact_points and not shift_over(row, now)
    )


async def leads(connection: AsyncConnection, staff_id: UUID) -> bool:
    """Tell whether somebody is a lead."""
    row = await _enabled(connection, staff_id)
    return row is not None and row.role == _LEAD


async def interprets(connection: AsyncConnection, staff_id: UUID) -> frozenset[str]:
    """Return the languages of somebody who accepted to interpret for the network; none if they did not."""
    row = await _enabled(connection, staff_id)
    accepted = row is not None and row.role == _INTERPRETER and row.interprets_at is not None
    return frozenset(row.languages) if row is not None and accepted else frozenset()


async def _enabled(connection: AsyncConnection, staff_id: UUID) -> Row[Any] | None:
    statement = select(_staff).where(_staff.c.id == staff_id, _staff.c.disabled_at.is_(None))
    return (await connection.execute(statement)).first()
