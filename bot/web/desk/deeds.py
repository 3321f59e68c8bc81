"""What every deed at the desk shares: one transaction, what the person is told in it, and one click that counts once."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from aiohttp import web
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit, told
from bot import tables as t
from bot.model.conversation import Purpose
from bot.model.errors import LostLease
from bot.model.ids import read_id
from bot.model.say import Verbatim
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import scope_of
from handoff.machine import EdgeRefused
from handoff.offices.contact_point import Scope
from handoff.operators.holding import NotYours
from handoff.outcome import Delivery, Outcome

_KEEP = 5000

Deed = Callable[[AsyncConnection], Awaitable[Outcome]]


class Once:
    """Remembers which forms were sent, so that a double click is one answer."""

    def __init__(self) -> None:
        self._used: OrderedDict[str, None] = OrderedDict()

    def take(self, name: str) -> bool:
        """Return False if this form was sent before."""
        if name in self._used:
            return False
        self._used[name] = None
        if len(self._used) > _KEEP:
            self._used.popitem(last=False)
        return True

    def give_back(self, name: str) -> None:
        """The form came to nothing and may be sent again."""
        self._used.pop(name, None)

    @contextmanager
    def unless_it_fails(self, name: str) -> Iterator[None]:
        """Give the form back if what it asked for broke: sent again it must not pass for done."""
        try:
            yield
        except BaseException:
            self.give_back(name)
            raise


ONCE: web.AppKey[Once] = web.AppKey("once", Once)


def new_form() -> str:
    """Return the name of one loaded form."""
    return secrets.token_urlsafe(16)


def form_name(session: SignedIn, form: str, content: bytes) -> str:
    """Return under what a sent form is remembered: other words from the same page are another answer, not a double click."""
    return f"{session.session_id}:{form}:{hashlib.sha256(content).hexdigest()[:16]}"


def case_of(request: web.Request) -> UUID:
    """Return the case named in the address."""
    return uuid_of(request.match_info["case"])


def uuid_of(text: str) -> UUID:
    """Return the id that a form or an address names; what is none leads nowhere."""
    found = read_id(text)
    if found is None:
        raise web.HTTPNotFound
    return found


async def done(
    request: web.Request, session: SignedIn, deed: Deed, noted: str = "", late: str = "/desk?said=changed"
) -> Outcome:
    """Do it in one transaction; who may not is led back to the list and told, who came too late to `late`."""
    context = request.app[CONTEXT]
    try:
        async with context.database.transaction() as connection:
            outcome = await deed(connection)
            await tell(context, connection, outcome, scope_of(session))
            if noted:
                await _note(connection, context, session, noted, case_of(request))
    except NotYours:
        raise web.HTTPSeeOther("/desk?said=not_yours") from None
    except (LostLease, EdgeRefused):
        raise web.HTTPSeeOther(late) from None
    publish(context, outcome)
    return outcome


async def answered(context: WebContext, deed: Deed, sent: str = "") -> str:
    """Answer a person in one transaction; return what the operator is told, which is `sent` if the answer is on its way."""
    try:
        async with context.database.transaction() as connection:
            outcome = await deed(connection)
    except NotYours:
        return "not_yours"
    except (LostLease, EdgeRefused):
        return "changed"
    publish(context, outcome)
    return {Delivery.HOLD: "held", Delivery.SIGN: "sign"}.get(outcome.delivery, sent)


async def settle(connection: AsyncConnection, outcome: Outcome, row_id: UUID) -> None:
    """Note that this failed row is dealt with; only a row of the conversation that the operator holds.

    Raises LostLease if somebody dealt with it already.
    """
    c = t.outbox.c
    mine = (c.id == row_id) & (c.conversation_id == outcome.conversation.id) & (c.purpose == Purpose.OPERATOR)
    open_fate = c.state.in_(("unknown", "rejected")) & c.resolved.is_(False)
    if (await connection.execute(update(t.outbox).where(mine & open_fate).values(resolved=True))).rowcount != 1:
        raise LostLease("somebody sent it again already")


async def note_read(request: web.Request, session: SignedIn, case_id: UUID) -> None:
    """Note that a member saw what a person wrote: once for each session and case, not each time the page looks again."""
    context = request.app[CONTEXT]
    if request.app[ONCE].take(f"read:{session.session_id}:{case_id}"):
        async with context.database.transaction() as connection:
            await _note(connection, context, session, "case_read", case_id)


async def _note(
    connection: AsyncConnection, context: WebContext, session: SignedIn, action: str, case_id: UUID
) -> None:
    """Write to the audit with the office of the case: its lead sees the line."""
    point = (await connection.execute(select(t.case.c.contact_point).where(t.case.c.id == case_id))).scalar()
    await audit.note(connection, session.member.actor, action, str(case_id), point or "", context.clock())


async def tell(context: WebContext, connection: AsyncConnection, outcome: Outcome, scope: Scope) -> None:
    """Queue what the person is told, in the deed's own transaction."""
    if outcome.reply is None:
        return
    stands = outcome.conversation
    draft = context.replies.render(outcome.reply, stands.locale or "en", outcome.purpose)
    if outcome.purpose is Purpose.OPERATOR:
        # Who answers may write in any language; ready words are in the person's.
        typed = any(isinstance(part, Verbatim) for part in outcome.reply.parts)
        draft = replace(draft, staff_id=scope.staff_id, locale="" if typed else draft.locale)
    await told.tell(connection, context.conversations, context.outbox, stands, draft, context.clock())


async def hand_back(context: WebContext, scope: Scope) -> None:
    """Set an operator to away: what they held goes back to the queue and the people are told."""
    async with context.database.transaction() as connection:
        outcomes = await context.counter.set_away(connection, scope, True)
        for outcome in outcomes:
            await tell(context, connection, outcome, scope)
    publish(context, *outcomes)


def publish(context: WebContext, *outcomes: Outcome) -> None:
    """Wake who sends, who tells staff, and the pages."""
    context.bus.wake("outbox")
    context.bus.wake("notices")
    context.bus.publish("desk")
    for outcome in outcomes:
        context.bus.publish(f"conversation:{outcome.conversation.id}")
