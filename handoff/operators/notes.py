"""What operators write to each other about a case. Never shown to the person; sealed, and erased with the case."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.ids import new_id

LONGEST = 2000

_table = tables.note


@dataclass(frozen=True, slots=True)
class Note:
    """One note. Who wrote it is named by the desk."""

    id: UUID
    staff_id: UUID
    at: datetime
    text: str = field(repr=False)


async def add(
    connection: AsyncConnection, ring: KeyRing, case_id: UUID, staff_id: UUID, text: str, at: datetime
) -> None:
    """Write a note; the caller asked for a scope."""
    row = new_id()
    sealed = ring.seal("note", "payload", row, text[:LONGEST])
    values = {"id": row, "case_id": case_id, "staff_id": staff_id, "payload": sealed, "at": at}
    await connection.execute(insert(_table).values(**values))


async def of_case(connection: AsyncConnection, ring: KeyRing, case_id: UUID, since: datetime) -> tuple[Note, ...]:
    """Return the notes of a case since a moment, the oldest first; the caller asked for a scope."""
    statement = select(_table).where(_table.c.case_id == case_id, _table.c.at >= since, _table.c.payload.is_not(None))
    rows = await connection.execute(statement.order_by(_table.c.id))
    return tuple(Note(row.id, row.staff_id, row.at, ring.open("note", "payload", row.id, row.payload)) for row in rows)
