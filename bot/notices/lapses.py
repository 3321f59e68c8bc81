"""An office without a sign-in for 14 days is listed only; its lead and the coordinators are told once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.db import insert_once
from bot.model.ids import new_id
from handoff import shifts


async def note_lapses(connection: AsyncConnection, points: Iterable[str], now: datetime) -> int:
    """Queue a notice for each office that nobody works at any more, and forget those to which somebody came back."""
    table = t.point_setting
    lapsed = await shifts.lapsed_points(connection, now)
    back = table.c.contact_point.in_(sorted(await shifts.staffed_points(connection, now)))
    await connection.execute(update(table).where(back).values(unstaffed_told_at=None))
    told = 0
    for point in sorted(lapsed.intersection(points)):
        await connection.execute(insert_once(connection, table).values(contact_point=point))
        untold = (table.c.contact_point == point) & table.c.unstaffed_told_at.is_(None)
        if (await connection.execute(update(table).where(untold).values(unstaffed_told_at=now))).rowcount:
            values = {"id": new_id(), "contact_point": point, "kind": "unstaffed", "not_before": now, "created_at": now}
            await connection.execute(insert(t.notice).values(**values))
            told += 1
    return told
