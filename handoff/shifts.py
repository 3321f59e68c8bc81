"""Who works at an office: which offices are staffed, and whether somebody is there now."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from handoff import hours
from handoff.contact_point import ContactPoint

STAFFED_FOR = timedelta(days=14)  # an operator who signed in longer ago staffs nothing
SEEN_WITHIN = timedelta(minutes=10)


async def staffed_points(connection: AsyncConnection, now: datetime) -> frozenset[str]:
    """Return the offices where an enabled operator accepted the terms and signed in within 14 days."""
    table = tables.staff
    rows = await connection.execute(_operators().where(table.c.signed_in_at >= now - STAFFED_FOR))
    return frozenset(point for row in rows for point in row.contact_points)


async def someone_on_shift(connection: AsyncConnection, point: ContactPoint, now: datetime) -> bool:
    """Tell whether the office is open and an operator of it was seen within 10 minutes and is not away."""
    if not hours.is_open(point, now):
        return False
    table = tables.staff
    rows = await connection.execute(_operators().where(table.c.seen_at >= now - SEEN_WITHIN, table.c.away.is_(False)))
    return any(point.id in row.contact_points for row in rows)


def _operators() -> Select[Any]:
    table = tables.staff
    return select(table.c.contact_points).where(
        table.c.role == "operator", table.c.disabled_at.is_(None), table.c.terms_at.is_not(None)
    )


async def set_staff_away(connection: AsyncConnection, staff_id: UUID, away: bool) -> None:
    """Note that an operator is away or back."""
    table = tables.staff
    await connection.execute(update(table).where(table.c.id == staff_id).values(away=away))
