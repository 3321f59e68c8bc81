"""What accounts are called, for staff alone to see."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t


async def logins(connection: AsyncConnection, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the logins of accounts; those that are not there any more are left out, as is nobody."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = await connection.execute(select(t.staff.c.id, t.staff.c.login).where(t.staff.c.id.in_(wanted)))
    return {row.id: row.login for row in rows}
