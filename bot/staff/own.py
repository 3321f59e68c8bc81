"""One's own account: its sessions, its password, its languages. Nobody sees another's sessions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from bot import audit
from bot import tables as t
from bot.db import Database
from bot.staff.accounts import end_sessions, living
from bot.staff.model import Member, SignedIn
from bot.staff.passwords import Passwords, problem_with
from bot.staff.rights import Role

DIGEST_OFF = "digest_off:"  # in the table `meta`, before the account's id


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A living session of one's own."""

    id: UUID
    since: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What a member of staff changes of their own account; each deed is one transaction."""

    database: Database
    clock: Callable[[], datetime]
    passwords: Passwords

    async def sessions(self, session: SignedIn) -> list[OpenSession]:
        """Return the living sessions, the latest first."""
        s = t.staff_session.c
        query = (
            select(s.id, s.created_at, s.seen_at)
            .where(s.staff_id == session.member.id, living(self.clock()))
            .order_by(s.created_at.desc(), s.id)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [OpenSession(row.id, row.created_at, row.seen_at, row.id == session.session_id) for row in rows]

    async def end(self, session: SignedIn, only: UUID | None) -> int:
        """End another session of one's own, or without an id all others; return how many."""
        if only == session.session_id:
            return 0
        member, now = session.member, self.clock()
        async with self.database.transaction() as connection:
            ended = await end_sessions(connection, member.id, only, but=session.session_id)
            if ended:
                await audit.note(connection, member.actor, "sessions_ended", str(member.id), "", now)
        return ended

    async def change_password(self, session: SignedIn, old: str, new: str) -> str:
        """Change the password and end all other sessions; return why not (`wrong`, `short`, …), or an empty string."""
        member = session.member
        stored = await self._stored(member)
        if not await self.passwords.verify(stored, old):
            return "wrong"
        if problem := problem_with(new, member.login):
            return problem
        hashed = await self.passwords.hash(new)
        async with self.database.transaction() as connection:
            mine = (t.staff.c.id == member.id) & (t.staff.c.password == stored)
            if not (await connection.execute(update(t.staff).where(mine).values(password=hashed))).rowcount:
                return "wrong"  # it was changed or reset meanwhile
            await end_sessions(connection, member.id, but=session.session_id)
            await audit.note(connection, member.actor, "password_changed", str(member.id), "", self.clock())
        return ""

    async def is_password(self, member: Member, given: str) -> bool:
        """Tell whether this is the member's password."""
        return await self.passwords.verify(await self._stored(member), given)

    async def _stored(self, member: Member) -> str | None:
        async with self.database.reading() as connection:
            query = select(t.staff.c.password).where(t.staff.c.id == member.id)
            return (await connection.execute(query)).scalar()

    async def set_languages(self, member: Member, locale: str, spoken: Sequence[str]) -> None:
        """Note the language of the pages and the languages that somebody speaks with people.

        Those of a content manager are what they may change, and nobody gives that to themselves.
        """
        values: dict[str, Any] = {"locale": locale}
        if member.role is not Role.CONTENT:
            values["languages"] = list(spoken)
        async with self.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.id == member.id).values(**values))

    async def wants_digest(self, member: Member) -> bool:
        """Tell whether this content manager gets the weekly mail; it goes to logins that are mail addresses only."""
        if not _may_get_digest(member):
            return False
        async with self.database.reading() as connection:
            query = select(t.meta.c.key).where(t.meta.c.key == f"{DIGEST_OFF}{member.id}")
            return (await connection.execute(query)).scalar() is None

    async def set_digest(self, member: Member, wants: bool) -> None:
        """Switch the weekly mail on or off."""
        if not _may_get_digest(member):
            return
        key = f"{DIGEST_OFF}{member.id}"
        async with self.database.transaction() as connection:
            await connection.execute(delete(t.meta).where(t.meta.c.key == key))
            if not wants:
                await connection.execute(insert(t.meta).values(key=key, value="1"))


def _may_get_digest(member: Member) -> bool:
    return member.role is Role.CONTENT and "@" in member.login
