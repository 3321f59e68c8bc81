"""What will become of an answer before it is written: sent, kept, or never read. The composer shows nothing else."""

from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.conversation import Author, Conversation
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.deeds import case_of
from bot.web.desk.session import scope_of
from handoff import safe_contact
from handoff.offices.contact_point import ContactPoint
from handoff.operators import queue
from handoff.outcome import Delivery
from handoff.request import Card
from handoff.store import Case

GONE = "gone"


@dataclass(frozen=True, slots=True)
class Composer:
    """`way` is send, sign, hold or gone; `why` a word of the texts (`way_…`) or empty.

    `window_until` is the end of the platform's window where it has one. `kept` counts the answers that wait for the
    person's next word. `locale` is the person's language, `bridge` how two languages meet.
    """

    way: str
    why: str
    window_until: datetime | None
    kept: int
    locale: str
    bridge: str

    @property
    def sends(self) -> bool:
        """Tell whether words go out at once."""
        return self.way == Delivery.SEND

    @property
    def gone(self) -> bool:
        """Tell whether nothing written here would ever be read."""
        return self.way == GONE


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that somebody may write in, for putting ready words into it. `said` are the phrasebook's sentences sent so far."""

    case: Case
    composer: Composer
    card: Card = field(repr=False)
    office: ContactPoint
    said: tuple[str, ...] = ()

    @property
    def locale(self) -> str:
        """The person's language."""
        return self.composer.locale or "en"


async def open_case(request: web.Request, session: SignedIn) -> OpenCase:
    """Return the case named in the address; who may not write in it is led back to the list and told."""
    context = request.app[CONTEXT]
    async with context.database.reading() as connection:
        case = await queue.readable(connection, scope_of(session), case_of(request))
        composer = await read_composer(connection, context, case) if case else None
        lines = await queue.transcript(connection, context.ring, scope_of(session), case_of(request))
    if case is None or composer is None:
        raise web.HTTPSeeOther("/desk?said=not_yours")
    book = context.counter.casebook
    said = tuple(line.phrase.id for line in lines if line.phrase is not None)
    return OpenCase(case, composer, book.card(case), book.office(case.contact_point), said)


async def read_composer(connection: AsyncConnection, context: WebContext, case: Case) -> Composer | None:
    """Return what the composer of a case must say; None if the conversation was erased."""
    conversation = await context.conversations.read(connection, case.conversation_id)
    if conversation is None:
        return None
    kept = await _kept(connection, case)
    way, why = await _way(connection, conversation, case, context.clock(), kept)
    window = safe_contact.window_until(conversation)
    return Composer(way, why, window, kept, conversation.locale or case.locale, case.bridge)


async def _way(
    connection: AsyncConnection, conversation: Conversation, case: Case, now: datetime, kept: int
) -> tuple[str, str]:
    """Return what will become of an answer, and the word of the texts that says so."""
    c = t.conversation.c
    if (await connection.execute(select(c.blocked_at).where(c.id == conversation.id))).scalar() is not None:
        return GONE, "way_gone"
    delivery = await safe_contact.delivery(connection, conversation, case, now)
    if delivery is Delivery.SEND and kept:
        return Delivery.HOLD, "way_hold_kept"  # never before what was written earlier
    if delivery is Delivery.SEND:
        return delivery, "way_window" if safe_contact.window_until(conversation) is not None else ""
    if safe_contact.window_closed(conversation, now):
        return delivery, "way_closed"
    answer = await safe_contact.contact_answer(connection, conversation)
    return delivery, "way_hold_no" if answer == "no" else f"way_{delivery}"


async def _kept(connection: AsyncConnection, case: Case) -> int:
    c = t.message.c
    mine = select(func.count()).where(
        c.conversation_id == case.conversation_id,
        c.author == Author.OPERATOR,
        c.outbox_id.is_(None),
        c.payload.is_not(None),
    )
    return int((await connection.execute(mine)).scalar_one())
