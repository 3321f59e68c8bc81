"""How often a person may ask, and until when one who abused an adviser is not passed on. Danger always goes through."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.model.conversation import Conversation, State
from handoff import store
from handoff.machine import EDGES, Edge

AT_MOST = 4  # questions that offices accept from one conversation …
WITHIN = timedelta(days=1)  # … in this time

_ASKS = tuple(EDGES[edge].event for edge in (Edge.ACCEPT, Edge.RESUME, Edge.ASK_CALL))


def limited(seen: Conversation, now: datetime) -> bool:
    """Tell whether no adviser is asked for this person at the moment."""
    return seen.limited_until is not None and seen.limited_until > now


async def free_from(connection: AsyncConnection, seen: Conversation, now: datetime) -> datetime | None:
    """Return when an office may be asked again if this conversation asked too often of late, None if it may at once."""
    asked = await store.event_times(connection, seen.id, _ASKS, now - WITHIN)
    return asked[-AT_MOST] + WITHIN if len(asked) >= AT_MOST else None


async def write(
    connection: AsyncConnection,
    stands: Conversation,
    until: datetime | None,
    by: UUID | None = None,
    confirmed_at: datetime | None = None,
) -> Conversation:
    """Set until when no adviser is asked for this person."""
    table = tables.conversation
    values = {"limited_until": until, "limited_by": by, "limit_confirmed_at": confirmed_at}
    await connection.execute(update(table).where(table.c.id == stands.id).values(**values))
    return replace(stands, limited_until=until)


async def over(connection: AsyncConnection, now: datetime) -> list[UUID]:
    """Return the conversations whose limit is over and that do not know it yet."""
    table = tables.conversation
    statement = select(table.c.id).where(table.c.state == State.LIMITED, table.c.limited_until <= now)
    return list((await connection.execute(statement)).scalars())
