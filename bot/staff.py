"""Staff: accounts with a role and contact points, passwords, and server-side sessions that end by themselves."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.conversations import insert_once
from bot.db import Database
from bot.model.errors import SettingsError
from bot.model.ids import new_id

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=1)  # spares SQLite's only writer
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: passwords are copied from a screen
_AT_ONCE = 2  # a hash takes 64 MiB


class Role(StrEnum):
    """What somebody may do. Only an operator has a way to what people wrote."""

    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    CONTENT = "content"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff."""

    id: UUID
    login: str = field(repr=False)
    role: Role
    contact_points: tuple[str, ...]
    locale: str
    terms_at: datetime | None
    away: bool

    @property
    def actor(self) -> str:
        """The name under which the audit knows them."""
        return f"staff:{self.id}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and whose it is. `csrf` stands in every form of the session."""

    session_id: UUID
    csrf: str = field(repr=False)
    member: Member


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A login with its password, to be shown once."""

    login: str
    role: Role
    password: str = field(repr=False)


class Staff:
    """Accounts and sessions. Each function has its own transaction: none of this belongs to a turn."""

    def __init__(self, database: Database, clock: Callable[[], datetime], hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(8))
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    async def make_first_accounts(self, contact_point: str, locale: str = "en") -> list[NewAccount]:
        """Make an operator of this contact point and an administrator where there is nobody yet; else return nothing."""
        async with self._database.reading() as connection:
            if await _count(connection):
                return []
        return [
            await self.add("operator", Role.OPERATOR, [contact_point], locale),
            await self.add("admin", Role.ADMIN, [], locale),
        ]

    async def add(self, login: str, role: Role, contact_points: Sequence[str], locale: str = "en") -> NewAccount:
        """Make an account with a random password. Raises SettingsError if the login is taken."""
        password = _password()
        hashed = await self._hash(password)
        now = self._clock()
        values = {
            "id": new_id(), "login": _plain(login), "password": hashed, "role": role,
            "contact_points": list(contact_points), "locale": locale, "created_at": now,
        }  # fmt: skip
        async with self._database.transaction() as connection:
            made = await connection.execute(insert_once(connection, t.staff).values(**values))
            if made.rowcount != 1:
                raise SettingsError(f"the login {login!r} is taken")
            await audit.note(connection, "system", "account_made", str(values["id"]), "", now)
        return NewAccount(_plain(login), role, password)

    async def reset(self, login: str) -> NewAccount:
        """Give an account a new random password and end all its sessions. Raises SettingsError if there is none."""
        password = _password()
        hashed = await self._hash(password)
        async with self._database.transaction() as connection:
            row = await _by_login(connection, login)
            if row is None:
                raise SettingsError(f"there is no login {login!r}")
            await connection.execute(update(t.staff).where(t.staff.c.id == row.id).values(password=hashed))
            await connection.execute(delete(t.staff_session).where(t.staff_session.c.staff_id == row.id))
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
            await connection.execute(delete(t.staff_session).where(t.staff_session.c.staff_id == row.id))
            await audit.note(connection, "system", "account_disabled", str(row.id), "", now)

    async def sign_in(self, login: str, password: str) -> str | None:
        """Return the token of a fresh session, or None. An unknown login costs as much time as a wrong password."""
        async with self._database.reading() as connection:
            row = await _by_login(connection, login)
        right = await self._verify(row.password if row else self._nobody, password)
        if row is None or not right or row.disabled_at is not None:
            return None
        token, now = secrets.token_urlsafe(32), self._clock()
        session = {
            "id": new_id(), "token_hash": _digest(token), "staff_id": row.id, "csrf": secrets.token_hex(32),
            "created_at": now, "seen_at": now,
        }  # fmt: skip
        async with self._database.transaction() as connection:
            await connection.execute(insert(t.staff_session).values(**session))
            await connection.execute(
                update(t.staff).where(t.staff.c.id == row.id).values(signed_in_at=now, seen_at=now, away=False)
            )
            await audit.note(connection, f"staff:{row.id}", "signed_in", str(session["id"]), "", now)
        return token

    async def session(self, token: str, active: bool = True) -> SignedIn | None:
        """Return the living session of this token. `active` is False for what a page does by itself."""
        now = self._clock()
        s = t.staff_session.c
        query = (
            select(t.staff, s.id.label("session_id"), s.csrf, s.seen_at.label("last"))
            .join(t.staff_session, s.staff_id == t.staff.c.id)
            .where(s.token_hash == _digest(token), s.created_at > now - LONGEST, s.seen_at > now - IDLE)
            .where(t.staff.c.disabled_at.is_(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        if active and now - row.last >= _TOUCH:
            await self._touch(row.session_id, row.id, now)
        return SignedIn(row.session_id, row.csrf, _member(row))

    async def _touch(self, session_id: UUID, staff_id: UUID, now: datetime) -> None:
        s = t.staff_session.c
        async with self._database.transaction() as connection:
            await connection.execute(update(t.staff_session).where(s.id == session_id).values(seen_at=now))
            await connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(seen_at=now))

    async def sign_out(self, signed_in: SignedIn) -> None:
        """End one session; who has no other one is no longer here."""
        s, now, staff_id = t.staff_session.c, self._clock(), signed_in.member.id
        async with self._database.transaction() as connection:
            await connection.execute(delete(t.staff_session).where(s.id == signed_in.session_id))
            living = select(s.id).where(s.staff_id == staff_id, s.seen_at > now - IDLE, s.created_at > now - LONGEST)
            if (await connection.execute(living.limit(1))).first() is None:
                await connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(seen_at=None))
            await audit.note(connection, signed_in.member.actor, "signed_out", str(signed_in.session_id), "", now)

    async def accept_terms(self, member: Member) -> None:
        """Note that a member of staff accepted the terms; the first time counts."""
        now = self._clock()
        mine = (t.staff.c.id == member.id) & t.staff.c.terms_at.is_(None)
        async with self._database.transaction() as connection:
            if (await connection.execute(update(t.staff).where(mine).values(terms_at=now))).rowcount:
                await audit.note(connection, member.actor, "terms_accepted", str(member.id), "", now)

    async def sweep(self) -> int:
        """Remove sessions that ended by themselves; called by retention."""
        s, now = t.staff_session.c, self._clock()
        async with self._database.transaction() as connection:
            over = delete(t.staff_session).where(or_(s.created_at <= now - LONGEST, s.seen_at <= now - IDLE))
            return (await connection.execute(over)).rowcount

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password)
            except (VerificationError, InvalidHashError):
                return False


def _plain(login: str) -> str:
    return login.strip().lower()


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def _count(connection: AsyncConnection) -> int:
    return (await connection.execute(select(func.count()).select_from(t.staff))).scalar_one()


async def _by_login(connection: AsyncConnection, login: str) -> Row[Any] | None:
    return (await connection.execute(select(t.staff).where(t.staff.c.login == _plain(login)))).one_or_none()


def _member(row: Row[Any]) -> Member:
    return Member(
        id=row.id, login=row.login, role=Role(row.role), contact_points=tuple(row.contact_points), locale=row.locale,
        terms_at=row.terms_at, away=row.away,
    )  # fmt: skip
