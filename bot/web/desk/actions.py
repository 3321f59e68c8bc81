"""What an operator does: each deed is one transaction of the handoff room, with what the person is told in it."""

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from aiohttp import web
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.channels.parsed import clean
from bot.markup import to_plain
from bot.model.conversation import Author, Purpose
from bot.model.errors import LostLease
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import operators_only, page, scope_of
from handoff.contact_point import Scope
from handoff.counter import NotYours
from handoff.machine import EdgeRefused
from handoff.outcome import AlreadyTaken, Delivery, Outcome

LONGEST = 4000
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


ONCE: web.AppKey[Once] = web.AppKey("once", Once)


def new_form() -> str:
    """Return the name of one loaded form."""
    return secrets.token_urlsafe(16)


@operators_only
async def take(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take a waiting person; who comes second is told."""
    context, case_id = request.app[CONTEXT], case_of(request)
    try:
        async with context.database.transaction() as connection:
            taken = await context.counter.take(connection, scope_of(session), case_id)
            if isinstance(taken, Outcome):
                await _tell(context, connection, taken, scope_of(session))
    except (NotYours, LostLease, EdgeRefused):
        raise web.HTTPSeeOther("/desk?said=changed") from None
    if isinstance(taken, AlreadyTaken):
        mine = taken.operator_id == session.member.id
        said = "taken" if taken.operator_id else "not_waiting"
        raise web.HTTPSeeOther(f"/desk/c/{case_id}" if mine else f"/desk?said={said}")
    _publish(context, taken)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}")


@operators_only
async def reply(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Answer the person, once per form."""
    form = await request.post()
    text = clean(str(form.get("text", ""))).replace("\r\n", "\n").strip()[:LONGEST]
    once, name = request.app[ONCE], f"{session.session_id}:{form.get('form', '')}"
    case_id = case_of(request)
    if not text or not once.take(name):
        raise web.HTTPSeeOther(f"/desk/c/{case_id}#end")
    said = await _answer(request, session, text)
    if said.startswith("not_") or said == "changed":
        once.give_back(name)
        return page(request, session, "desk/not_sent.html", {"said": said, "text": text}, 409)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")


async def _answer(request: web.Request, session: SignedIn, text: str, again: UUID | None = None) -> str:
    """Send the operator's words as far as the person allows it; return what the operator is told."""
    context, scope, case_id = request.app[CONTEXT], scope_of(session), case_of(request)
    try:
        async with context.database.transaction() as connection:
            outcome = await context.counter.reply(connection, scope, case_id, text)
            if again is not None and not await _settle(connection, outcome, again):
                raise LostLease("somebody sent it again already")
            if outcome.delivery is not Delivery.SEND:
                await context.conversations.record(
                    connection, outcome.conversation.id, Author.OPERATOR, text, context.clock(), staff_id=scope.staff_id
                )
            await _tell(context, connection, outcome, scope)
    except NotYours:
        return "not_yours"
    except (LostLease, EdgeRefused):
        return "changed"
    _publish(context, outcome)
    return {Delivery.HOLD: "held", Delivery.SIGN: "sign"}.get(outcome.delivery, "")


@operators_only
async def send_again(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send an answer again that was refused or may not have arrived."""
    context, form, case_id = request.app[CONTEXT], await request.post(), case_of(request)
    try:
        row_id = UUID(str(form.get("outbox", "")))
    except ValueError:
        raise web.HTTPBadRequest(text="outbox") from None
    async with context.database.reading() as connection:
        row = await context.outbox.read(connection, row_id)
    draft = row.draft if row is not None and row.purpose is Purpose.OPERATOR else None
    text = to_plain(draft.text) if draft is not None else ""
    said = await _answer(request, session, text, row_id) if text else "changed"
    raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")


async def _settle(connection: AsyncConnection, outcome: Outcome, row_id: UUID) -> bool:
    """Note that this failed row is dealt with; only a row of the conversation that the operator holds."""
    c = t.outbox.c
    mine = (c.id == row_id) & (c.conversation_id == outcome.conversation.id) & (c.purpose == Purpose.OPERATOR)
    open_fate = c.state.in_(("unknown", "rejected")) & c.resolved.is_(False)
    return (await connection.execute(update(t.outbox).where(mine & open_fate).values(resolved=True))).rowcount == 1


@operators_only
async def give_back(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Leave the person to the bot."""
    counter, case_id = request.app[CONTEXT].counter, case_of(request)
    return await _end(request, session, "given_back", lambda c: counter.give_back(c, scope_of(session), case_id))


@operators_only
async def close(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Close the case."""
    counter, case_id = request.app[CONTEXT].counter, case_of(request)
    return await _end(request, session, "closed", lambda c: counter.close(c, scope_of(session), case_id))


async def _end(request: web.Request, session: SignedIn, said: str, deed: Deed) -> web.StreamResponse:
    context = request.app[CONTEXT]
    try:
        async with context.database.transaction() as connection:
            outcome = await deed(connection)
            await _tell(context, connection, outcome, scope_of(session))
            await audit.note(
                connection, session.member.actor, f"case_{said}", request.match_info["case"], "", context.clock()
            )
    except NotYours:
        raise web.HTTPSeeOther("/desk?said=not_yours") from None
    except (LostLease, EdgeRefused):
        raise web.HTTPSeeOther("/desk?said=changed") from None
    _publish(context, outcome)
    raise web.HTTPSeeOther(f"/desk?said={said}")


@operators_only
async def away(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go away, or come back."""
    goes = (await request.post()).get("away") == "1"
    await set_away(request.app[CONTEXT], session, away=goes)
    raise web.HTTPSeeOther(f"/desk?said={'away' if goes else 'back'}")


async def set_away(context: WebContext, session: SignedIn, *, away: bool) -> None:
    """Note it; what the operator held goes back to the queue and the people are told."""
    scope = scope_of(session)
    async with context.database.transaction() as connection:
        outcomes = await context.counter.set_away(connection, scope, away)
        for outcome in outcomes:
            await _tell(context, connection, outcome, scope)
    _publish(context, *outcomes)


@operators_only
async def here(_request: web.Request, _session: SignedIn) -> web.StreamResponse:
    """Somebody moves before the page: the guard has noted it."""
    return web.Response(status=204)


async def _tell(context: WebContext, connection: AsyncConnection, outcome: Outcome, scope: Scope) -> None:
    """Queue what the person is told, in the deed's own transaction."""
    if outcome.reply is None:
        return
    stands = outcome.conversation
    draft = context.replies.render(outcome.reply, stands.locale or "en", outcome.purpose)
    if outcome.purpose is Purpose.OPERATOR:
        draft = replace(draft, staff_id=scope.staff_id, locale="")  # who answers may write in any language
    await context.outbox.add(connection, stands.id, stands.account_id, stands.epoch, draft, context.clock())


def _publish(context: WebContext, *outcomes: Outcome) -> None:
    """Wake who sends, who tells staff, and the pages."""
    context.bus.wake("outbox")
    context.bus.wake("notices")
    context.bus.publish("desk")
    for outcome in outcomes:
        context.bus.publish(f"conversation:{outcome.conversation.id}")


def case_of(request: web.Request) -> UUID:
    """Return the case named in the address."""
    try:
        return UUID(request.match_info["case"])
    except ValueError:
        raise web.HTTPNotFound from None


def add_routes(app: web.Application) -> None:
    """Everything an operator can do."""
    app[ONCE] = Once()
    app.router.add_post("/desk/c/{case}/take", take)
    app.router.add_post("/desk/c/{case}/reply", reply)
    app.router.add_post("/desk/c/{case}/again", send_again)
    app.router.add_post("/desk/c/{case}/give-back", give_back)
    app.router.add_post("/desk/c/{case}/close", close)
    app.router.add_post("/desk/away", away)
    app.router.add_post("/desk/here", here)
