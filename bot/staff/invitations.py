"""Invitations: a link or a QR code that makes one account, once, within a week. Only a hash of its token is kept."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.db import Database
from bot.model.ids import new_id
from bot.staff.accounts import insert_account, open_session
from bot.staff.model import Member
from bot.staff.passwords import Passwords, make_code, plain_code, problem_with
from bot.staff.rights import MAKES, OF_AN_OFFICE, Right, Role

VALID_FOR = timedelta(days=7)
_GROUPS = 5  # 100 bits
LONGEST_LOGIN = 40


class NotAllowed(Exception):
    """The inviting member may not make such an account."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that is still open."""

    id: UUID
    role: Role
    contact_points: tuple[str, ...]
    languages: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    expires_at: datetime
    made_by: UUID


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of joining: a session's token, or the `problem` to be told (`over`, `login`, `taken`, `short`, …)."""

    token: str = field(default="", repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Invitations:
    """Who may be invited by whom is in `bot.staff.rights`."""

    database: Database
    clock: Callable[[], datetime]
    passwords: Passwords

    async def make(
        self, by: Member, role: Role, contact_points: Sequence[str], languages: Sequence[str] = (), locale: str = "en",
        jurisdictions: Sequence[str] = (),
    ) -> tuple[str, Invitation]:  # fmt: skip
        """Return the token, to be shown once, and the invitation; only a content manager has `jurisdictions`.

        Raises NotAllowed.
        """
        points = tuple(contact_points) if role in OF_AN_OFFICE else ()
        own = by.may(Right.NETWORK) or set(points) <= set(by.contact_points)
        if role not in MAKES[by.role] or not own or (role in OF_AN_OFFICE and not points):
            raise NotAllowed
        token, now = make_code(_GROUPS), self.clock()
        places = tuple(jurisdictions) if role is Role.CONTENT else ()
        made = Invitation(new_id(), role, points, tuple(languages), places, now + VALID_FOR, by.id)
        values = {
            "id": made.id, "token_hash": _digest(token), "role": role, "contact_points": list(points),
            "languages": list(languages), "jurisdictions": list(places), "locale": locale, "made_by": by.id,
            "made_at": now, "expires_at": made.expires_at,
        }  # fmt: skip
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.invitation).values(**values))
            await audit.note(connection, by.actor, "invited", str(made.id), points[0] if points else "", now)
        return token, made

    async def find(self, token: str) -> Invitation | None:
        """Return the open invitation of a token."""
        async with self.database.reading() as connection:
            row = await self._open(connection, t.invitation.c.token_hash == _digest(token))
        return _invitation(row) if row else None

    async def open_ones(self, member: Member) -> list[Invitation]:
        """Return the open invitations that this member may withdraw, the oldest first."""
        i = t.invitation.c
        async with self.database.reading() as connection:
            rows = await connection.execute(select(t.invitation).where(self._is_open()).order_by(i.made_at))
            return [one for one in map(_invitation, rows) if _may_withdraw(member, one)]

    async def withdraw(self, by: Member, invitation_id: UUID) -> bool:
        """Make an open invitation void; False if there is none that they may withdraw."""
        now = self.clock()
        async with self.database.transaction() as connection:
            row = await self._open(connection, t.invitation.c.id == invitation_id)
            if row is None or not _may_withdraw(by, _invitation(row)):
                return False
            point = next(iter(row.contact_points), "")
            await connection.execute(update(t.invitation).where(t.invitation.c.id == row.id).values(withdrawn_at=now))
            await audit.note(connection, by.actor, "invitation_withdrawn", str(row.id), point, now)
        return True

    async def join(self, token: str, login: str, password: str, locale: str) -> Joined:
        """Make the invited account and open its first session; the invitation is used up with it."""
        if problem := problem_with_login(login) or problem_with(password, login):
            return Joined(problem=problem)
        if await self.find(token) is None:
            return Joined(problem="over")
        hashed, now = await self.passwords.hash(password), self.clock()
        async with self.database.transaction() as connection:
            row = await self._open(connection, t.invitation.c.token_hash == _digest(token), lock=True)
            if row is None:
                return Joined(problem="over")
            values = {"languages": row.languages, "jurisdictions": row.jurisdictions}
            staff_id = await insert_account(
                connection, login, hashed, Role(row.role), row.contact_points, locale, values, now
            )
            if staff_id is None:
                return Joined(problem="taken")
            used = update(t.invitation).where(t.invitation.c.id == row.id).values(used_at=now, used_by=staff_id)
            await connection.execute(used)
            session_token, _ = await open_session(connection, staff_id, now)
            point = next(iter(row.contact_points), "")
            await audit.note(connection, f"staff:{staff_id}", "joined", str(row.id), point, now)
        return Joined(session_token)

    async def _open(self, connection: AsyncConnection, which: Any, *, lock: bool = False) -> Row[Any] | None:
        query = select(t.invitation).where(which, self._is_open())
        return (await connection.execute(query.with_for_update() if lock else query)).one_or_none()

    def _is_open(self) -> Any:
        """Return the condition; what somebody made whose account is closed opens nothing, least of all to themselves."""
        i, s = t.invitation.c, t.staff.c
        working = i.made_by.in_(select(s.id).where(s.disabled_at.is_(None)))
        return i.used_at.is_(None) & i.withdrawn_at.is_(None) & (i.expires_at > self.clock()) & working


def problem_with_login(login: str) -> str:
    """Return `login` where a chosen name cannot be one, or an empty string."""
    plain = login.strip()
    fits = 3 <= len(plain) <= LONGEST_LOGIN and plain.isprintable() and " " not in plain
    return "" if fits else "login"


def _may_withdraw(member: Member, one: Invitation) -> bool:
    if one.role not in MAKES[member.role]:
        return False
    return member.may(Right.NETWORK) or set(one.contact_points) <= set(member.contact_points)


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.id, Role(row.role), tuple(row.contact_points), tuple(row.languages), tuple(row.jurisdictions or ()),
        row.expires_at, row.made_by,
    )  # fmt: skip


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"guichet invitation\0" + plain_code(token).encode()).digest()
