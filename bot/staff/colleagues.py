"""Colleagues as a lead, a coordinator or an administrator sees them: no words of anybody, no sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.db import Database
from bot.staff.accounts import end_sessions
from bot.staff.model import Member, member_of
from bot.staff.rights import Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list of staff: of the sign-ins only the last day."""

    member: Member
    last_day: date | None
    may_disable: bool
    may_reset: bool


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who works here, as far as the asking member may know it."""

    database: Database
    clock: Callable[[], datetime]

    async def of(self, member: Member) -> list[Colleague]:
        """Return the open accounts that this member may see, by login."""
        query = select(t.staff).where(t.staff.c.disabled_at.is_(None)).order_by(t.staff.c.login)
        async with self.database.reading() as connection:
            rows = [(member_of(row), row.signed_in_at) for row in await connection.execute(query)]
        return [
            Colleague(other, at.date() if at else None, member.may_disable(other), member.may_reset(other))
            for other, at in rows
            if member.knows(other)
        ]

    async def disable(self, by: Member, other: UUID, *, sure: bool) -> tuple[str, tuple[str, ...]]:
        """Close a colleague's account and end their sessions.

        Return `disabled`, `last_lead` if an office would lose its only lead and nobody confirmed it, or `not_allowed`;
        and the contact points where they worked.
        """
        now = self.clock()
        async with self.database.transaction() as connection:
            member = await read_member(connection, other, lock=True)
            if member is None or not by.may_disable(member):
                return "not_allowed", ()
            if not sure and await _is_last_lead(connection, member):
                return "last_lead", ()
            gone = {"disabled_at": now, "seen_at": None}
            await connection.execute(update(t.staff).where(t.staff.c.id == other).values(**gone))
            await end_sessions(connection, other)
            point = next((one for one in member.contact_points if one in by.contact_points), "")
            await audit.note(connection, by.actor, "account_disabled", str(other), point, now)
        return "disabled", member.contact_points


async def read_member(connection: AsyncConnection, staff_id: UUID, *, lock: bool = False) -> Member | None:
    """Return an account by its id."""
    query = select(t.staff).where(t.staff.c.id == staff_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return member_of(row) if row else None


async def _is_last_lead(connection: AsyncConnection, member: Member) -> bool:
    if member.role is not Role.LEAD:
        return False
    s = t.staff.c
    others = select(s.contact_points).where(s.role == Role.LEAD, s.disabled_at.is_(None), s.id != member.id)
    led = {point for row in await connection.execute(others) for point in row.contact_points}
    return not set(member.contact_points) <= led
