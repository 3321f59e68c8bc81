"""What an operator does first of all: take, answer, give back, close; each deed is one transaction of the handoff room."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.parsed import clean
from bot.markup import to_plain
from bot.model.conversation import Author, Purpose
from bot.model.errors import LostLease
from bot.model.say import Phrase, Reply
from bot.staff import SignedIn
from bot.translation.service import Outgoing
from bot.web.context import CONTEXT
from bot.web.desk import files
from bot.web.desk.deeds import ONCE, Once, answered, case_of, done, form_name, publish, settle, tell
from bot.web.desk.session import desk_only, operators_only, page, scope_of
from bot.web.desk.translated import keep_own_words, outgoing
from handoff.machine import EdgeRefused
from handoff.operators.holding import NotYours
from handoff.outcome import AlreadyTaken, Delivery, Outcome

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """An answer: `text` as it stands on the record, `reply` if it is rendered for the person and not sent as it stands."""

    text: str = field(repr=False)
    reply: Reply | None = field(default=None, repr=False)

    @property
    def phrase(self) -> Phrase | None:
        """The sentence of the phrasebook that it is; kept with the words, so that its answers go out with it."""
        return next((part for part in self.reply.parts if isinstance(part, Phrase)), None) if self.reply else None


@operators_only
async def take(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take a waiting person; who comes second is told."""
    context, case_id = request.app[CONTEXT], case_of(request)
    try:
        async with context.database.transaction() as connection:
            taken = await context.counter.take(connection, scope_of(session), case_id)
            if isinstance(taken, Outcome):
                await tell(context, connection, taken, scope_of(session))
    except (NotYours, LostLease, EdgeRefused):
        raise web.HTTPSeeOther("/desk?said=changed") from None
    if isinstance(taken, AlreadyTaken):
        mine = taken.operator_id == session.member.id
        said = "taken" if taken.operator_id else "not_waiting"
        raise web.HTTPSeeOther(f"/desk/c/{case_id}" if mine else f"/desk?said={said}")
    publish(context, taken)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}")


@desk_only
async def reply(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Answer the person, once per form."""
    text = clean(str((await request.post()).get("text", ""))).replace("\r\n", "\n").strip()[:LONGEST]
    return await answer_once(request, session, Words(text))


async def answer_once(request: web.Request, session: SignedIn, words: Words) -> web.StreamResponse:
    """Send an answer from the page of the case; what could not be sent is given back to copy."""
    case_id, once = case_of(request), request.app[ONCE]
    name = form_name(session, str((await request.post()).get("form", "")), words.text.encode())
    if not words.text or not once.take(name):
        raise web.HTTPSeeOther(f"/desk/c/{case_id}#end")
    with once.unless_it_fails(name):
        said = await _answer(request, session, words)
    if said.startswith("not_") or said == "changed":
        once.give_back(name)
        return page(request, session, "desk/not_sent.html", {"problem": f"said_{said}", "text": words.text}, 409)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")


async def _answer(request: web.Request, session: SignedIn, words: Words, again: UUID | None = None) -> str:
    """Send the operator's words as far as the person allows it; return what the operator is told."""
    context, scope, case_id = request.app[CONTEXT], scope_of(session), case_of(request)
    fresh = words.reply is None and again is None
    going = await outgoing(request, session, words.text) if fresh else Outgoing(words.text)

    async def deed(connection: AsyncConnection) -> Outcome:
        outcome = await context.counter.reply(connection, scope, case_id, going.text)
        if again is not None:
            await settle(connection, outcome, again)
        if outcome.delivery is not Delivery.SEND:
            below = context.replies.below(outcome.conversation.locale or "en", words.phrase)
            await context.conversations.record(
                connection, outcome.conversation.id, Author.OPERATOR, going.text, context.clock(),
                buttons=[[one.id, one.title] for one in below], staff_id=scope.staff_id, phrase=words.phrase,
            )  # fmt: skip
        elif words.reply is not None:
            outcome = replace(outcome, reply=words.reply)
        await tell(context, connection, outcome, scope)
        await keep_own_words(connection, context, session, outcome, going)
        return outcome

    return await answered(context, deed, "as_written" if going.failed else "")


@desk_only
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
    if draft is not None and draft.attachment_id is not None:
        said = await files.send_again(request, session, draft.attachment_id, row_id)
        raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")
    text = to_plain(draft.text) if draft is not None else ""
    repeated = Words(text, Reply((draft.phrase,)) if draft is not None and draft.phrase else None)
    said = await _answer(request, session, repeated, row_id) if text else "changed"
    raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")


@operators_only
async def give_back(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Leave the person to the bot."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    await done(request, session, lambda c: counter.give_back(c, scope, case_id), "case_given_back")
    raise web.HTTPSeeOther("/desk?said=given_back")


@operators_only
async def close(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Close the case."""
    counter, case_id, scope = request.app[CONTEXT].counter, case_of(request), scope_of(session)
    await done(request, session, lambda c: counter.close(c, scope, case_id), "case_closed")
    raise web.HTTPSeeOther("/desk?said=closed")


def add_routes(app: web.Application) -> None:
    """The first six things, without the lists."""
    app[ONCE] = Once()
    app.router.add_post("/desk/c/{case}/take", take)
    app.router.add_post("/desk/c/{case}/reply", reply)
    app.router.add_post("/desk/c/{case}/again", send_again)
    app.router.add_post("/desk/c/{case}/give-back", give_back)
    app.router.add_post("/desk/c/{case}/close", close)
