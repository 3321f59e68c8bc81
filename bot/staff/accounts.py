"""Accounts and the sessions behind the desk's cookie: who may come in, and for how long."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.db import Database, insert_once
from bot.model.errors import SettingsError
from bot.model.ids import new_id
from bot.staff.model import Member, NewAccount, SignedIn, member_of
from bot.staff.passwords import Passwords, make_code
from bot.staff.rights import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=1)  # spares SQLite's only writer
_GROUPS = 4


class Staff:
    """Accounts and sessions. Each function has its own transaction: none of this belongs to a turn.

    `required` are the roles that get no further than setting up a second factor while they have none.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], hasher: PasswordHasher | None = None,
        required: frozenset[Role] = frozenset(),
    ) -> None:  # fmt: skip
        self.passwords = Passwords(hasher)
        self.required = required
        self._database = database
        self._clock = clock

    async def make_first_accounts(self, contact_point: str, locale: str = "en") -> list[NewAccount]:
        """Make the accounts to begin with where there is nobody yet; else return nothing.

        An operator of this contact point, an administrator, and two content managers, so that one can read what the other
        wrote.
        """
        async with self._database.reading() as connection:
            if await _count(connection):
                return []
        return [
            await self.add("operator", Role.OPERATOR, [contact_point], locale),
            await self.add("admin", Role.ADMIN, [], locale),
            await self.add("editor", Role.CONTENT, [], locale),
            await self.add("reviewer", Role.CONTENT, [], locale),
        ]

    async def add(
        self, login: str, role: Role, contact_points: Sequence[str], locale: str = "en", languages: Sequence[str] = (),
        jurisdictions: Sequence[str] = (),
    ) -> NewAccount:  # fmt: skip
        """Make an account with a random password. Raises SettingsError if the login is taken.

        `languages` and `jurisdictions` of a content manager are what they may change; none means all.
        """
        password = make_code(_GROUPS)
        hashed = await self.passwords.hash(password)
        async with self._database.transaction() as connection:
            values = {"languages": list(languages), "jurisdictions": list(jurisdictions)}
            made = await insert_account(connection, login, hashed, role, contact_points, locale, values, self._clock())
            if made is None:
                raise SettingsError(f"the login {login!r} is taken")
            await audit.note(connection, "system", "account_made", str(made), "", self._clock())
        return NewAccount(plain_login(login), role, password)

    async def reset(self, login: str) -> NewAccount:
        """Give an account a new random password and no second factor, and end all its sessions.

        Raises SettingsError if there is none.
        """
        password = make_code(_GROUPS)
        hashed = await self.passwords.hash(password)
        async with self._database.transaction() as connection:
            row = await _by_login(connection, login)
            if row is None:
                raise SettingsError(f"there is no login {login!r}")
            fresh: dict[str, Any] = {"password": hashed, "totp": None, "totp_at": None, "recovery": []}
            await connection.execute(update(t.staff).where(t.staff.c.id == row.id).values(**fresh))
            await end_sessions(connection, row.id)
            await audit.note(connection, "system", "password_reset", str(row.id), "", self._clock())
        return NewAccount(row.login, Role(row.role), password)

    async def disable(self, login: str) -> None:
        """Close an account: no sign-in, no session. Raises SettingsError if there is none."""
        now = self._clock()
        async with self._database.transaction() as connection:
            row = await _by_login(connection, login)
            if row is None:
                raise SettingsError(f"there is no login {login!r}")
            await connection.execute(update(t.staff).where(t.staff.c.id == row.id).values(disabled_at=now))
            await end_sessions(connection, row.id)
            await audit.note(connection, "system", "account_disabled", str(row.id), "", now)

    async def everybody(self) -> list[Member]:
        """Return all accounts, by login."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(t.staff).order_by(t.staff.c.login))
            return [member_of(row) for row in rows]

    async def sign_in(self, login: str, password: str) -> str | None:
        """Return the token of a fresh session, or None. An unknown login costs as much time as a wrong password.

        Who has a second factor, or must have one, is not here before it was given: see `SecondFactors`.
        """
        async with self._database.reading() as connection:
            row = await _by_login(connection, login)
        right = await self.passwords.verify(row.password if row else None, password)
        if row is None or not right or row.disabled_at is not None:
            return None
        async with self._database.transaction() as connection:
            token, session_id = await open_session(connection, row.id, self._clock())
            if self._is_complete(row, None):
                await arrive(connection, row.id, session_id, self._clock())
        return token

    async def session(self, token: str, active: bool = True) -> SignedIn | None:
        """Return the living session of this token. `active` is False for what a page does by itself."""
        now = self._clock()
        s = t.staff_session.c
        query = (
            select(t.staff, s.id.label("session_id"), s.csrf, s.seen_at.label("last"), s.second_factor_at)
            .join(t.staff_session, s.staff_id == t.staff.c.id)
            .where(s.token_hash == _digest(token), living(now))
            .where(t.staff.c.disabled_at.is_(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        complete = self._is_complete(row, row.second_factor_at)
        if active and now - row.last >= _TOUCH:
            await self._touch(row.session_id, row.id if complete else None, now)
        return SignedIn(row.session_id, row.csrf, member_of(row), complete)

    def _is_complete(self, row: Row[Any], second_factor_at: datetime | None) -> bool:
        return second_factor_at is not None or (row.totp_at is None and Role(row.role) not in self.required)

    async def _touch(self, session_id: UUID, staff_id: UUID | None, now: datetime) -> None:
        s = t.staff_session.c
        async with self._database.transaction() as connection:
            await connection.execute(update(t.staff_session).where(s.id == session_id).values(seen_at=now))
            if staff_id is not None:
                await connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(seen_at=now))

    async def sign_out(self, signed_in: SignedIn) -> None:
        """End one session; who has no other one is no longer here."""
        now, staff_id = self._clock(), signed_in.member.id
        async with self._database.transaction() as connection:
            await end_sessions(connection, staff_id, signed_in.session_id)
            await leave_if_gone(connection, staff_id, now)
            await audit.note(connection, signed_in.member.actor, "signed_out", str(signed_in.session_id), "", now)

    async def accept_terms(self, member: Member) -> None:
        """Note that a member of staff accepted the terms; the first time counts."""
        now = self._clock()
        mine = (t.staff.c.id == member.id) & t.staff.c.terms_at.is_(None)
        values = {"terms_at": now} | ({"interprets_at": now} if member.role is Role.INTERPRETER else {})
        async with self._database.transaction() as connection:
            if (await connection.execute(update(t.staff).where(mine).values(**values))).rowcount:
                await audit.note(connection, member.actor, "terms_accepted", str(member.id), "", now)


async def insert_account(
    connection: AsyncConnection, login: str, hashed: str, role: Role, contact_points: Sequence[str], locale: str,
    more: Mapping[str, Any], now: datetime,
) -> UUID | None:  # fmt: skip
    """Make the row of an account in the open transaction; None if the login is taken.

    `more` are its `languages` and `jurisdictions`.
    """
    values = {
        "id": new_id(), "login": plain_login(login), "password": hashed, "role": role,
        "contact_points": list(contact_points), "locale": locale, "created_at": now, **more,
    }  # fmt: skip
    made = await connection.execute(insert_once(connection, t.staff).values(**values))
    return UUID(str(values["id"])) if made.rowcount == 1 else None


async def open_session(connection: AsyncConnection, staff_id: UUID, now: datetime) -> tuple[str, UUID]:
    """Open a session; return its token, which is stored nowhere, and its id."""
    token, session_id = secrets.token_urlsafe(32), new_id()
    values = {
        "id": session_id, "token_hash": _digest(token), "staff_id": staff_id, "csrf": secrets.token_hex(32),
        "created_at": now, "seen_at": now,
    }  # fmt: skip
    await connection.execute(insert(t.staff_session).values(**values))
    return token, session_id


async def arrive(connection: AsyncConnection, staff_id: UUID, session_id: UUID, now: datetime) -> None:
    """Note that somebody is here: all that was asked of them was given."""
    here = {"signed_in_at": now, "seen_at": now, "away": False}
    mine = t.staff.c.id == staff_id
    await connection.execute(update(t.staff).where(mine).values(**here))
    await connection.execute(update(t.staff).where(mine, t.staff.c.shift_until <= now).values(shift_until=None))
    await audit.note(connection, f"staff:{staff_id}", "signed_in", str(session_id), "", now)


def living(now: datetime) -> Any:
    """Return the condition under which a session has not ended by itself."""
    s = t.staff_session.c
    return (s.created_at > now - LONGEST) & (s.seen_at > now - IDLE)


async def end_sessions(
    connection: AsyncConnection, staff_id: UUID, only: UUID | None = None, but: UUID | None = None
) -> int:
    """End one session of an account, all but one, or all; return how many."""
    s = t.staff_session.c
    ended = delete(t.staff_session).where(s.staff_id == staff_id)
    if only is not None:
        ended = ended.where(s.id == only)
    if but is not None:
        ended = ended.where(s.id != but)
    return (await connection.execute(ended)).rowcount


async def leave_if_gone(connection: AsyncConnection, staff_id: UUID, now: datetime) -> None:
    """Who has no living session is not here: nobody in danger is told that they read."""
    left = select(t.staff_session.c.id).where(t.staff_session.c.staff_id == staff_id, living(now)).limit(1)
    if (await connection.execute(left)).first() is None:
        await connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(seen_at=None))


def plain_login(login: str) -> str:
    """Return a login as it is stored."""
    return login.strip().lower()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def _count(connection: AsyncConnection) -> int:
    return (await connection.execute(select(func.count()).select_from(t.staff))).scalar_one()


async def _by_login(connection: AsyncConnection, login: str) -> Row[Any] | None:
    return (await connection.execute(select(t.staff).where(t.staff.c.login == plain_login(login)))).one_or_none()
