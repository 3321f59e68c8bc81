"""The second factor of an account: set up, asked for, replaced by a recovery code, taken away.

The key lies sealed in the row of its account. Recovery codes are kept as keyed hashes: the database alone cannot try them.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.staff.accounts import arrive, end_sessions, leave_if_gone
from bot.staff.colleagues import read_member
from bot.staff.model import Member, SignedIn
from bot.staff.passwords import make_code, plain_code
from bot.staff.totp import Key

CODES = 10
RESET = "second_factor_reset"
_TOLD = "second_factor_reset_told"


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Every deed is one transaction that locks the account, so that a code works once even when it comes twice at once."""

    database: Database
    ring: KeyRing
    clock: Callable[[], datetime]

    async def begin(self, member: Member) -> Key | None:
        """Return the key that this member is setting up, the same until it is confirmed; None if one is confirmed."""
        async with self.database.transaction() as connection:
            row = await _locked(connection, member.id)
            if row.totp_at is not None:
                return None
            if row.totp is not None:
                return self._key(row)
            key = Key.make()
            sealed = self.ring.seal("staff", "totp", row.id, key.letters)
            await _write(connection, row.id, totp=sealed, totp_step=0)
        return key

    async def confirm(self, session: SignedIn, typed: str) -> tuple[str, ...] | None:
        """Confirm the key by a code of it; return the recovery codes, to be shown once, or None if it was not right."""
        now = self.clock()
        async with self.database.transaction() as connection:
            row = await _locked(connection, session.member.id)
            if row.totp is None or row.totp_at is not None:
                return None
            step = self._key(row).matching_step(typed, now, row.totp_step)
            if step is None:
                return None
            codes = self._make_codes()
            await _write(connection, row.id, totp_at=now, totp_step=step, recovery=self._hashes(row.id, codes))
            await self._complete(connection, session, now)
            await self._note(connection, session.member, "second_factor_confirmed")
        return codes

    async def check(self, session: SignedIn, typed: str) -> str:
        """Let a session in by a code of the app or a recovery code, each good for one use.

        Return `code`, `recovery`, or an empty string for a wrong one.
        """
        now = self.clock()
        async with self.database.transaction() as connection:
            row = await _locked(connection, session.member.id)
            if row.totp is None or row.totp_at is None:
                return ""
            step = self._key(row).matching_step(typed, now, row.totp_step)
            used = self._recovery(row, typed)
            if step is None and used is None:
                return ""
            if step is not None:
                await _write(connection, row.id, totp_step=step)
            else:
                await _write(connection, row.id, recovery=[one for one in row.recovery if one != used])
                await self._note(connection, session.member, "recovery_code_used")
            await self._complete(connection, session, now)
        return "code" if step is not None else "recovery"

    async def skip(self, session: SignedIn) -> None:
        """Let a session in without one: only for the demonstration on the machine itself."""
        async with self.database.transaction() as connection:
            await self._complete(connection, session, self.clock())
            await self._note(connection, session.member, "second_factor_skipped")

    async def renew_codes(self, member: Member) -> tuple[str, ...] | None:
        """Make new recovery codes, the old ones are void; None where there is no second factor."""
        codes = self._make_codes()
        async with self.database.transaction() as connection:
            row = await _locked(connection, member.id)
            if row.totp_at is None:
                return None
            await _write(connection, row.id, recovery=self._hashes(row.id, codes))
            await self._note(connection, member, "recovery_codes_renewed")
        return codes

    async def remove(self, session: SignedIn) -> None:
        """Take one's own second factor away, to set up another; the other sessions end."""
        async with self.database.transaction() as connection:
            await clear(connection, session.member.id)
            await end_sessions(connection, session.member.id, but=session.session_id)
            s = t.staff_session.c
            await connection.execute(
                update(t.staff_session).where(s.id == session.session_id).values(second_factor_at=None)
            )
            await self._note(connection, session.member, "second_factor_removed")

    async def take_away(self, by: Member, other: UUID) -> bool:
        """Take the second factor of a colleague who lost it and end their sessions; False if it is not theirs to do."""
        async with self.database.transaction() as connection:
            member = await read_member(connection, other, lock=True)
            if member is None or not by.may_reset(member):
                return False
            await clear(connection, other)
            await end_sessions(connection, other)
            await leave_if_gone(connection, other, self.clock())
            point = next((one for one in member.contact_points if one in by.contact_points), "")
            await audit.note(connection, by.actor, RESET, str(other), point, self.clock())
        return True

    async def tell_of_reset(self, member: Member) -> bool:
        """Tell once whether somebody else took this member's second factor away since they were last told."""
        a = t.audit.c
        query = (
            select(a.action)
            .where(a.object_id == str(member.id), a.action.in_((RESET, _TOLD)))
            .order_by(a.at.desc(), a.id.desc())
            .limit(1)
        )
        async with self.database.transaction() as connection:
            if (await connection.execute(query)).scalar() != RESET:
                return False
            await self._note(connection, member, _TOLD)
        return True

    async def _complete(self, connection: AsyncConnection, session: SignedIn, now: datetime) -> None:
        s = t.staff_session.c
        await connection.execute(update(t.staff_session).where(s.id == session.session_id).values(second_factor_at=now))
        if not session.complete:
            await arrive(connection, session.member.id, session.session_id, now)

    async def _note(self, connection: AsyncConnection, member: Member, action: str) -> None:
        await audit.note(connection, member.actor, action, str(member.id), "", self.clock())

    def _key(self, row: Row[Any]) -> Key:
        return Key.read(self.ring.open("staff", "totp", row.id, row.totp))

    def _make_codes(self) -> tuple[str, ...]:
        return tuple(make_code(2, 5) for _ in range(CODES))

    def _hashes(self, staff_id: UUID, codes: tuple[str, ...]) -> list[str]:
        return [self._hash(staff_id, code) for code in codes]

    def _hash(self, staff_id: UUID, code: str) -> str:
        return self.ring.lookup("recovery code", str(staff_id), plain_code(code)).hex()

    def _recovery(self, row: Row[Any], typed: str) -> str | None:
        """Return the hash of the unused code that was typed; all are compared."""
        given = self._hash(row.id, typed)
        found = [one for one in row.recovery if hmac.compare_digest(one, given)]
        return found[0] if found else None


async def clear(connection: AsyncConnection, staff_id: UUID) -> None:
    """Leave an account without a second factor."""
    await _write(connection, staff_id, totp=None, totp_at=None, recovery=[])


async def _locked(connection: AsyncConnection, staff_id: UUID) -> Row[Any]:
    return (await connection.execute(select(t.staff).where(t.staff.c.id == staff_id).with_for_update())).one()


async def _write(connection: AsyncConnection, staff_id: UUID, **values: Any) -> None:
    await connection.execute(update(t.staff).where(t.staff.c.id == staff_id).values(**values))
