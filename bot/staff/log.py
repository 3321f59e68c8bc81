"""The audit as it may be read: a lead sees what was done at their contact points, others only what was done to accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from bot import tables as t
from bot.db import Database
from bot.model.ids import pseudonym
from bot.staff.model import Member
from bot.staff.rights import Right

PAGE = 100

# Deeds on accounts; none of them touches a conversation.
ACCOUNT_DEEDS = (
    "account_made", "account_disabled", "password_reset", "password_changed", "signed_in", "signed_out", "sessions_ended",
    "terms_accepted", "invited", "invitation_withdrawn", "joined", "second_factor_confirmed", "second_factor_removed",
    "second_factor_reset", "second_factor_reset_told", "second_factor_skipped", "recovery_code_used",
    "recovery_codes_renewed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed: when, who (a login, or `bot`, `system`, `person`), what, to which object, where."""

    at: datetime
    who: str
    action: str
    object: str
    contact_point: str


@dataclass(frozen=True, slots=True)
class Log:
    """Reads the audit of one day, a page at a time."""

    database: Database

    async def read(self, member: Member, day: date, zone: str, page: int) -> tuple[list[Entry], bool]:
        """Return the deeds of a day that this member may see, the latest first, and whether there is a further page."""
        a = t.audit.c
        begin = datetime.combine(day, time(), ZoneInfo(zone))
        query = (
            select(t.audit)
            .where(a.at >= begin, a.at < begin + timedelta(days=1), _within(member))
            .order_by(a.at.desc(), a.id.desc())
            .limit(PAGE + 1)
            .offset(page * PAGE)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
            names = {str(row.id): row.login for row in await connection.execute(select(t.staff.c.id, t.staff.c.login))}
        return [_entry(row, names) for row in rows[:PAGE]], len(rows) > PAGE


def _within(member: Member) -> Any:
    a = t.audit.c
    if member.may(Right.NETWORK):
        return a.action.in_(ACCOUNT_DEEDS)
    return or_(a.contact_point.in_(member.contact_points), a.actor == member.actor)


def _entry(row: Any, names: Mapping[str, str] = MappingProxyType({})) -> Entry:
    kind, _, who = row.actor.partition(":")
    return Entry(row.at, names.get(who, kind), row.action, _object(row, names), row.contact_point)


def _object(row: Any, names: Mapping[str, str]) -> str:
    """An account by its login, a case by the end of its id, as the desk names a person."""
    if row.object_id in names or row.action in ACCOUNT_DEEDS:
        return names.get(row.object_id, "")
    try:
        return pseudonym(UUID(row.object_id))
    except ValueError:
        return ""
