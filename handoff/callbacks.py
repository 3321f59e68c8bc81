"""Call-backs as they are stored: the sealed number, which is erased when the call is done, and what was said about it."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.ids import new_id

WISHES = ("morning", "afternoon", "any")
REACHED, NOT_REACHED, CANCELLED, MISSED = "reached", "not_reached", "cancelled", "missed"

_SHORTEST, _LONGEST = 7, 15  # digits, by ITU-T E.164
_BETWEEN = frozenset(" -.()/\u00a0\u202f")
_UNSEEN = "Cf"  # marks of direction, which telephones put around numbers

_table = tables.callback


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call that somebody asks for. Without a `wish` the person has not answered all questions yet."""

    id: UUID
    conversation_id: UUID
    case_id: UUID
    number: bytes | None = field(repr=False)
    safe_if_other: bool
    wish: str
    asked_at: datetime
    done_at: datetime | None = None
    result: str = ""


def number_in(text: str) -> str:
    """Return the telephone number that a message is, in western digits with its plus, or an empty text.

    Digits of any script count. Words beside it do not matter; two numbers are none, for nobody knows which one is meant.
    """
    runs: list[str] = [""]
    for char in text:
        if char.isdecimal():
            runs[-1] += str(unicodedata.decimal(char))
        elif char in "+\uff0b":
            runs.append("+")
        elif char not in _BETWEEN and unicodedata.category(char) not in (_UNSEEN, "Pd"):
            runs.append("")
    numbers = [run for run in runs if len(run.lstrip("+")) >= _SHORTEST]
    if len(numbers) != 1 or len(numbers[0].lstrip("+")) > _LONGEST:
        return ""
    return f"+{numbers[0][2:]}" if numbers[0].startswith("00") else numbers[0]


async def pending(connection: AsyncConnection, case_id: UUID) -> CallBack | None:
    """Return the call-back of a case that is not done."""
    statement = select(_table).where(_table.c.case_id == case_id, _table.c.done_at.is_(None))
    row = (await connection.execute(statement.order_by(_table.c.id.desc()).limit(1))).first()
    return CallBack(**row._mapping) if row is not None else None


async def by_id(connection: AsyncConnection, callback_id: UUID) -> CallBack | None:
    """Return a call-back that is not done; the desk asks for a scope before."""
    row = (
        await connection.execute(select(_table).where(_table.c.id == callback_id, _table.c.done_at.is_(None)))
    ).first()
    return CallBack(**row._mapping) if row is not None else None


async def begin(
    connection: AsyncConnection, ring: KeyRing, conversation_id: UUID, case_id: UUID, number: str, now: datetime
) -> None:
    """Keep a number, in place of one that was given for the same case before."""
    await connection.execute(delete(_table).where(_table.c.case_id == case_id, _table.c.done_at.is_(None)))
    row = new_id()
    sealed = ring.seal("callback", "number", row, number)
    values = {"id": row, "conversation_id": conversation_id, "case_id": case_id, "number": sealed, "asked_at": now}
    await connection.execute(insert(_table).values(**values))


async def change(connection: AsyncConnection, callback_id: UUID, **values: object) -> None:
    """Change columns of a call-back."""
    await connection.execute(update(_table).where(_table.c.id == callback_id).values(**values))


async def finish(connection: AsyncConnection, case_id: UUID, result: str, now: datetime) -> bool:
    """End the call-back of a case and erase its number; what the person never finished asking for is forgotten."""
    open_ones = (_table.c.case_id == case_id) & _table.c.done_at.is_(None)
    await connection.execute(delete(_table).where(open_ones & (_table.c.wish == "")))
    done = await connection.execute(update(_table).where(open_ones).values(number=None, done_at=now, result=result))
    return done.rowcount > 0


def open_number(ring: KeyRing, call: CallBack) -> str:
    """Open a number for who is going to call it."""
    return ring.open("callback", "number", call.id, call.number) if call.number is not None else ""
