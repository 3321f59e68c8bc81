"""The phrasebook on the record: the sentence that a message holds, the answer that it gives, what is asked just now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import KeyRing
from bot.model.say import Phrase
from handoff.phrasebook.book import tap
from handoff.phrasebook.fields import BadField
from handoff.phrasebook.files import load


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the record. `answer` is the choice of the phrasebook that the person tapped, or an empty text."""

    text: str = field(repr=False)
    phrase: Phrase | None = None
    answer: str = field(default="", repr=False)


def read(ring: KeyRing, message_id: UUID, payload: bytes) -> Said:
    """Open a message."""
    stored = json.loads(ring.open("message", "payload", message_id, payload))
    return Said(stored["text"], _phrase(stored.get("phrase")), stored.get("answer", ""))


def _phrase(stored: Mapping[str, Any] | None) -> Phrase | None:
    """What the phrasebook does not have any more is shown as the words that were sent."""
    try:
        return load().phrase(stored["id"], stored["fields"]) if stored else None
    except (KeyError, BadField):
        return None


async def asked(connection: AsyncConnection, ring: KeyRing, conversation_id: UUID) -> tuple[str, ...]:
    """Return the choices below an adviser's question, as long as nobody has said anything after it.

    A question that was kept back stands where it went out, not where it was written.
    """
    m, o = t.message.c, t.outbox.c
    last = (
        select(m.id, m.payload)
        .outerjoin(t.outbox, o.id == m.outbox_id)
        .where(m.conversation_id == conversation_id, m.payload.is_not(None))
        .order_by(func.coalesce(o.seq, m.seq).desc(), m.seq.desc())
    )
    row = (await connection.execute(last.limit(1))).first()
    phrase = read(ring, row.id, row.payload).phrase if row else None
    return tuple(tap(phrase.id, answer) for answer in load().sentences[phrase.id].answers) if phrase else ()
