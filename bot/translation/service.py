"""Translations beside the messages: what an operator writes on its way out, what a person wrote on its way to the desk.

The message's own row holds what was sent or written; a row of `translation` holds its other version, sealed, and goes with it.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import insert_once
from bot.model.conversation import Author
from bot.model.ids import new_id
from bot.staff import Member
from bot.translation.base import TranslationFailed, Translator

LONGEST = 4000  # characters; platforms take 4096
PATIENCE = 3.0  # seconds that an operator waits for the machine; then the words go as they are


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes to the person. `original` is empty where the words go as they were written.

    A text that is too long with the original below it goes without it; the original is kept all the same.
    """

    text: str = field(repr=False)
    original: str = field(default="", repr=False)
    wanted: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the operator must be told that the words went as they were written."""
        return self.wanted and not self.original


@dataclass(frozen=True, slots=True)
class Version:
    """The other version of a message. `text` is empty where the machine could not translate it safely."""

    locale: str
    provider: str
    text: str = field(repr=False)


def speaks(member: Member, locale: str) -> bool:
    """Tell whether a member of staff reads this locale by themselves; an unknown one is left to them."""
    return not locale or locale == member.locale or locale in member.languages


async def for_person(
    translator: Translator, text: str, source: str, target: str, marked: str, patience: float = PATIENCE
) -> Outgoing:
    """Return the words in the person's language, `marked` as a machine's, above the original; or only the original.

    Called with no transaction open. It never raises and takes `patience` seconds at most.
    """
    try:
        async with asyncio.timeout(patience):
            translated = await translator.translate(text, source, target)
    except (TranslationFailed, TimeoutError):
        return Outgoing(text)
    short = f"{translated}\n\n{marked}"
    whole = f"{short}\n{text}"
    fits = next((one for one in (whole, short) if len(one) <= LONGEST), "")
    return Outgoing(fits, text) if fits else Outgoing(text)


async def keep_original(
    connection: AsyncConnection, ring: KeyRing, conversation_id: UUID, version: Version, now: datetime
) -> None:
    """Keep what an operator wrote beside the message that was recorded last, in the transaction that recorded it."""
    m = t.message.c
    mine = select(m.id).where(m.conversation_id == conversation_id, m.author == Author.OPERATOR)
    message_id = (await connection.execute(mine.order_by(m.seq.desc()).limit(1))).scalar_one()
    await keep(connection, ring, message_id, version, now)


async def keep(connection: AsyncConnection, ring: KeyRing, message_id: UUID, version: Version, now: datetime) -> None:
    """Store the other version of a message; the first one in a locale counts."""
    row = new_id()
    sealed = ring.seal("translation", "payload", row, version.text) if version.text else None
    values = {"id": row, "message_id": message_id, "locale": version.locale, "provider": version.provider, "at": now}
    await connection.execute(insert_once(connection, t.translation).values(**values, payload=sealed))


async def versions(
    connection: AsyncConnection, ring: KeyRing, message_ids: Iterable[UUID], locale: str
) -> dict[UUID, Version]:
    """Return what these messages say in this locale; the ids come from a query that was asked for a scope."""
    c = t.translation.c
    query = select(t.translation).where(c.message_id.in_(tuple(message_ids)), c.locale == locale)
    return {
        row.message_id: Version(
            row.locale, row.provider, ring.open("translation", "payload", row.id, row.payload) if row.payload else ""
        )
        for row in await connection.execute(query)
    }
