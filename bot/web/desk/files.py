"""The files of a case at the desk: played and shown in the page, sent to the person; only by who holds the case."""

import asyncio
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.attachments.checks import Refused, examine
from bot.attachments.ogg import ogg_from_webm
from bot.channels.webchat import NAME as WEB
from bot.model.conversation import Author, Purpose
from bot.model.messages import Attached, Kind
from bot.outbox import Draft
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.deeds import ONCE, answered, case_of, form_name, settle, tell, uuid_of
from bot.web.desk.session import LARGEST_FILE, desk_only, operators_only, scope_of
from bot.web.files import begins_at_once, show
from bot.web.upload import read_upload
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.outcome import Delivery, Outcome
from handoff.store import case_by_id

_SENT = {Kind.VOICE, Kind.FILE}
_AGAIN = f"[{Kind.FILE}]"  # stands on the record for a file


@desk_only
async def shown(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show a file of a message that this member of staff may read; every other file does not exist for them."""
    context, case_id = request.app[CONTEXT], case_of(request)
    async with context.database.reading() as connection:
        file = await _readable(connection, context, scope_of(session), case_id, uuid_of(request.match_info["id"]))
    if file is None:
        raise web.HTTPNotFound
    if begins_at_once(request):
        async with context.database.transaction() as connection:
            case = await case_by_id(connection, case_id)
            office = case.contact_point if case else ""
            await audit.note(connection, session.member.actor, "file_opened", str(case_id), office, context.clock())
    return show(request, file)


async def _readable(
    connection: AsyncConnection, context: WebContext, scope: Scope, case_id: UUID, row: UUID
) -> Attached | None:
    """Who may read the message may open its file, nobody else: the transcript decides, and it asks for a scope."""
    readable = {line.message_id for line in await queue.transcript(connection, context.ring, scope, case_id)}
    place = await context.attachments.place_of(connection, row)
    if place is None or place[1] not in readable:
        return None
    return await context.attachments.open(connection, row, place[0])


@operators_only
async def send(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send a voice message or a PDF, once per form; where the person may not be written to now, it is kept like words."""
    case_id, once = case_of(request), request.app[ONCE]
    upload = await read_upload(request, LARGEST_FILE, "")  # read already, by the guard
    name = form_name(session, f"file:{upload.fields.get('form', '')}", upload.content or b"")
    if not upload.content or not once.take(name):
        raise web.HTTPSeeOther(f"/desk/c/{case_id}#end")
    with once.unless_it_fails(name):
        said = await _send(request, session, upload.content)
    if said in {"not_yours", "changed"} or said.startswith("file_"):
        once.give_back(name)
    raise web.HTTPSeeOther(f"/desk/c/{case_id}{f'?said={said}' if said else ''}#end")


async def _send(request: web.Request, session: SignedIn, content: bytes) -> str:
    """Return what the operator is told; empty if the file is on its way."""
    context, scope, case_id = request.app[CONTEXT], scope_of(session), case_of(request)
    try:
        file = await asyncio.to_thread(examine, content, LARGEST_FILE)
        if file.kind not in _SENT:
            return "file_kind"
        return await answered(context, lambda connection: _reply(connection, context, scope, case_id, file))
    except Refused as error:
        return "file_size" if error.reason == "size" else "file_kind"
    except ValueError:  # a recording that cannot be put into what phones play
        return "file_kind"


async def _reply(
    connection: AsyncConnection, context: WebContext, scope: Scope, case_id: UUID, file: Attached
) -> Outcome:
    """Seal the file and put it on the record, with a row of the outbox or, where it is held back, without."""
    words = f"[{file.kind}]"
    outcome = await context.counter.reply(connection, scope, case_id, words)
    stands = outcome.conversation
    going = await asyncio.to_thread(_for, stands.channel, file)
    row = await context.attachments.deposit(
        connection, stands.id, Author.OPERATOR, going, context.clock(), case_id=case_id, staff_id=scope.staff_id
    )
    await _send_row(connection, context, scope, outcome, row, words)
    return outcome


async def _send_row(
    connection: AsyncConnection, context: WebContext, scope: Scope, outcome: Outcome, row: UUID, words: str
) -> None:
    stands, now = outcome.conversation, context.clock()
    if outcome.delivery is Delivery.SEND:
        draft = Draft(words, Purpose.OPERATOR, locale="", staff_id=scope.staff_id, attachment_id=row)
        out = await context.outbox.add(connection, stands.id, stands.account_id, stands.epoch, draft, now)
        await context.attachments.sent_as(connection, row, out)
        return
    message = await context.conversations.record(
        connection, stands.id, Author.OPERATOR, words, now, staff_id=scope.staff_id
    )
    await context.attachments.sent_with(connection, row, message)
    await tell(context, connection, outcome, scope)


async def send_again(request: web.Request, session: SignedIn, row: UUID, outbox_id: UUID) -> str:
    """Send a file again that was refused or may not have arrived; return what the operator is told."""
    context, scope, case_id = request.app[CONTEXT], scope_of(session), case_of(request)

    async def again(connection: AsyncConnection) -> Outcome:
        outcome = await context.counter.reply(connection, scope, case_id, _AGAIN)
        await settle(connection, outcome, outbox_id)
        await _send_row(connection, context, scope, outcome, row, _AGAIN)
        return outcome

    return await answered(context, again)


def _for(channel: str, file: Attached) -> Attached:
    """Browsers record WebM, which the phones' messengers do not play; the same sound goes out as Ogg. Raises ValueError."""
    if file.mime != "audio/webm" or channel == WEB:
        return file
    return Attached(file.kind, "audio/ogg", ogg_from_webm(file.content))


def add_routes(app: web.Application) -> None:
    """Put the two addresses in place."""
    app.router.add_get("/desk/c/{case}/file/{id}", shown)
    app.router.add_post("/desk/c/{case}/file", send)
