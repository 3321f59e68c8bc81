"""A conversation as the operator who took it, or an interpreter, may read it, with the fate of each of their answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.attachments.store import Listed
from bot.model.conversation import Author
from bot.model.say import Phrase
from bot.web.chat.record import is_placeholder, our_words, own_words
from bot.web.context import WebContext
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.store import Case

# What a bot's message needs to be shown: that it went out, or may have.
_SHOWN_OF_BOT = {"sent", "unknown"}
_CAN_BE_REPEATED = {"rejected", "unknown"}


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `fate` is a word of the texts (`fate_…`), empty where nothing is to be said.

    `phrase` is the sentence of the phrasebook that it holds, `answer` the choice that was tapped under one.
    """

    id: UUID
    author: str
    html: Markup = field(repr=False)
    at: datetime
    locale: str
    fate: str = ""
    outbox_id: UUID | None = None
    repeatable: bool = False
    by_me: bool = False
    phrase: Phrase | None = None
    answer: str = field(default="", repr=False)
    file: Listed | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What may be read of a case."""

    case: Case
    lines: tuple[Line, ...] = field(repr=False)


async def read_transcript(
    connection: AsyncConnection, context: WebContext, scope: Scope, case_id: UUID
) -> Transcript | None:
    """Return the conversation of a case that this member of staff may read; None for every other case."""
    case = await queue.readable(connection, scope, case_id)
    if case is None:
        return None
    fates = await _fates(connection, case)
    shared = await queue.transcript(connection, context.ring, scope, case_id)
    files = await context.attachments.listed(connection, case.conversation_id)
    lines = tuple(
        _line(one, fates[one.message_id], scope, files.get(one.message_id))
        for one in shared
        if _is_shown(one, fates[one.message_id])
    )
    return Transcript(case, lines)


async def _fates(connection: AsyncConnection, case: Case) -> dict[UUID, Any]:
    """Return what became of each message that went to the outbox; who may read which is not decided here."""
    m, o = t.message.c, t.outbox.c
    query = (
        select(m.id, m.staff_id, m.outbox_id, o.state, o.platform_state, o.resolved)
        .outerjoin(t.outbox, o.id == m.outbox_id)
        .where(m.conversation_id == case.conversation_id)
    )
    return {row.id: row for row in (await connection.execute(query)).all()}


def _is_shown(one: queue.Line, fate: Any) -> bool:
    return one.author is not Author.BOT or fate.state in _SHOWN_OF_BOT


def _line(one: queue.Line, fate: Any, scope: Scope, file: Listed | None) -> Line:
    # An answer that is held back was never rendered: it stands as it was typed.
    typed = one.author is Author.PERSON or fate.outbox_id is None
    text = "" if file is not None and is_placeholder(one.text) else one.text
    return Line(
        id=one.message_id,
        author=one.author,
        html=own_words(text) if typed else our_words(text, one.author),
        at=one.at,
        locale=one.locale,
        fate=_fate(fate) if one.author is Author.OPERATOR else "",
        outbox_id=fate.outbox_id,
        repeatable=one.author is Author.OPERATOR and fate.state in _CAN_BE_REPEATED and not fate.resolved,
        by_me=fate.staff_id == scope.staff_id,
        file=file,
        phrase=one.phrase,
        answer=one.answer,
    )


def _fate(row: Any) -> str:
    """Say what became of an operator's answer."""
    if row.outbox_id is None:
        return "fate_held"
    if row.state in {"queued", "sending"}:
        return "fate_queued"
    if row.state == "sent":
        return f"fate_{row.platform_state or 'sent'}"
    return "fate_again" if row.resolved else f"fate_{row.state}"
