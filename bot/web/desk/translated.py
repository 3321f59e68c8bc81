"""The machine between operator and person at the desk: when an answer is translated, and what is said about it."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.say import Say
from bot.staff import Member, SignedIn
from bot.translation.service import Outgoing, Version, for_person, keep_original, speaks, versions
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.composer import Composer
from bot.web.desk.deeds import case_of
from bot.web.desk.session import scope_of
from bot.web.desk.transcript import Transcript
from handoff.operators import queue
from handoff.outcome import Outcome

BRIDGE = "translation"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the page of a case shows of the machine. `offers`: the operator may tick that it translates an answer."""

    offers: bool = False
    versions: dict[UUID, Version] = field(default_factory=dict, repr=False)


async def read_machine(
    connection: AsyncConnection, context: WebContext, member: Member, opened: Transcript, composer: Composer
) -> Machine:
    """Return the translations of what the person wrote, for somebody who may read the case."""
    said = [line.id for line in opened.lines if line.author == "person"]
    found = await versions(connection, context.ring, said, member.locale)
    offers = context.translator is not None and composer.bridge != BRIDGE and not speaks(member, composer.locale)
    return Machine(offers, found)


async def outgoing(request: web.Request, session: SignedIn, text: str) -> Outgoing:
    """Return what goes to the person: translated where the case has no other bridge, or the operator ticked it."""
    context, member = request.app[CONTEXT], session.member
    if context.translator is None:
        return Outgoing(text)
    async with context.database.reading() as connection:
        held = await queue.held(connection, scope_of(session), case_of(request))
        stands = await context.conversations.read(connection, held[0].conversation_id) if held else None
    if not held or stands is None:
        return Outgoing(text)
    locale = stands.locale or held[0].locale
    ticked = (await request.post()).get("translate") == "1"
    if locale == member.locale or not (ticked or (held[0].bridge == BRIDGE and not speaks(member, locale))):
        return Outgoing(text)
    marked = context.replies.wording.say(locale or "en", Say("machine_translated"))
    return replace(await for_person(context.translator, text, member.locale, locale, marked), wanted=True)


async def keep_own_words(
    connection: AsyncConnection, context: WebContext, session: SignedIn, outcome: Outcome, going: Outgoing
) -> None:
    """Keep what the operator wrote beside what was sent for it, in the transaction that recorded it."""
    if going.original and context.translator is not None:
        version = Version(session.member.locale, context.translator.name, going.original)
        await keep_original(connection, context.ring, outcome.conversation.id, version, context.clock())
