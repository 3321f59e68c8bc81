"""Which members of staff an operator deals with: colleagues at work, who may be given a case, and leads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from handoff.shifts import ANSWERING, seen_lately, shift_over

_staff = tables.staff
_LEAD = "lead"


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
    statement = select(_staff.c.role).where(_staff.c.id == staff_id, _staff.c.disabled_at.is_(None))
    return (await connection.execute(statement)).scalar() == _LEAD
