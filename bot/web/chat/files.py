"""POST /chat/file and GET /chat/file/<id>: voice, photos and papers of the chat page, while an office has the case."""

import asyncio
import logging
import math
from uuid import UUID

from aiohttp import web

from bot.attachments.checks import MEGABYTE, Refused, examine
from bot.attachments.store import IN_THE_CHAT
from bot.channels.webchat import ACCOUNT, NAME
from bot.model.conversation import HELD, Author, Conversation
from bot.model.messages import Attached, Inbound, Media
from bot.web.chat.locale import wished_locale
from bot.web.chat.posted import BadPost, Posted, posted_from
from bot.web.chat.send import NOT_STORED
from bot.web.chat.visitor import Visitor, find_visitor, give_cookie
from bot.web.context import CONTEXT, WebContext
from bot.web.files import show
from bot.web.guard import client_address
from bot.web.limits import LIMITS, network_of
from bot.web.upload import Busy, TooLarge, read_upload

log = logging.getLogger(__name__)


class _NotTaken(Exception):
    """Why a file was not taken: a phrase, with the status that tells the page whether to try again."""

    def __init__(self, status: int, phrase: str, wait: int = 0) -> None:
        super().__init__(phrase)
        self.status, self.phrase, self.wait = status, phrase, wait


async def chat_file(request: web.Request) -> web.StreamResponse:
    """1. See that an office has the case, before anything is read. 2. Read. 3. Check. 4. Store. 5. Only then say so."""
    context = request.app[CONTEXT]
    visitor = await find_visitor(request)
    try:
        conversation = await _with_office(context, visitor)
        posted, file = await _read(request, context, conversation)
        _limit(request, visitor)
        row = await _store(request, context, visitor, conversation, posted, file)
    except _NotTaken as problem:
        return _refused(request, context, problem)
    except BadPost as error:
        return web.json_response({"stored": False, "field": str(error)}, status=400)
    response = web.json_response({"stored": True, "id": str(row)})
    give_cookie(context, response, visitor.token, visitor.keep if posted.keep is None else posted.keep)
    return response


async def _with_office(context: WebContext, visitor: Visitor) -> Conversation:
    if visitor.conversation_id is not None:
        async with context.database.reading() as connection:
            conversation = await context.conversations.read(connection, visitor.conversation_id)
            if conversation is not None and conversation.state in HELD:
                if await context.attachments.is_full(connection, conversation.id, context.clock()):
                    raise _NotTaken(413, "file_refused_many")
                return conversation
    raise _NotTaken(409, "web_file_needs_person")


async def _read(request: web.Request, context: WebContext, conversation: Conversation) -> tuple[Posted, Attached]:
    largest = context.attachments.largest
    try:
        upload = await read_upload(request, largest, f"chat:{conversation.id}")
        posted = posted_from(upload.fields)
        return posted, await asyncio.to_thread(examine, upload.content or b"", largest)
    except TooLarge:
        raise _NotTaken(413, "file_refused_size") from None
    except Busy:
        raise _NotTaken(429, "too_many", 10) from None
    except Refused as error:
        status, phrase = (413, "file_refused_size") if error.reason == "size" else (415, "file_refused_kind")
        raise _NotTaken(status, phrase) from None


def _limit(request: web.Request, visitor: Visitor) -> None:
    delay = request.app[LIMITS].message(visitor.address.key, network_of(client_address(request)))
    if delay:
        raise _NotTaken(429, "too_many", math.ceil(delay))


async def _store(
    request: web.Request, context: WebContext, visitor: Visitor, conversation: Conversation, posted: Posted,
    file: Attached,
) -> UUID:  # fmt: skip
    """Keep the file under an id that follows from the message, so that the same one posted again is known; then the message."""
    key = posted.key(visitor.address.key, file.content)
    row = UUID(bytes=context.ring.lookup("web file", key)[:16])
    media = Media(f"{IN_THE_CHAT}:{row}", file.mime, len(file.content))
    hint = wished_locale(posted.lang, "", request.headers.get("Accept-Language", ""), context.locales)
    inbound = Inbound(
        channel=NAME, account=ACCOUNT, address=visitor.address, dedupe_key=key, kind=file.kind,
        sent_at=context.clock() - posted.age, platform_number=posted.number, locale_hint=hint, media=media,
    )  # fmt: skip
    try:
        async with context.database.transaction() as connection:
            await context.attachments.deposit(
                connection, conversation.id, Author.PERSON, file, context.clock(), row=row
            )
        await context.intake.receive([inbound])
    except NOT_STORED as error:
        log.error("web file not stored: %s", type(error).__name__)
        raise _NotTaken(503, "turn_failed", 5) from None
    return row


def _refused(request: web.Request, context: WebContext, problem: _NotTaken) -> web.Response:
    accepted = request.headers.get("Accept-Language", "")
    locale = wished_locale(request.query.get("lang", ""), "", accepted, context.locales) or "en"
    fill = {"megabytes": context.attachments.largest // MEGABYTE} if problem.phrase == "file_refused_size" else {}
    said = context.phrases.text(locale, problem.phrase).format(**fill)
    response = web.json_response({"stored": False, "said": said}, status=problem.status)
    if problem.wait:
        response.headers["Retry-After"] = str(problem.wait)
    return response


async def chat_file_shown(request: web.Request) -> web.StreamResponse:
    """Show a file of this browser's own conversation: what the person sent, and what an office sent them."""
    context, visitor = request.app[CONTEXT], await find_visitor(request)
    try:
        row = UUID(request.match_info["id"])
    except ValueError:
        raise web.HTTPNotFound from None
    if visitor.conversation_id is None:
        raise web.HTTPNotFound
    async with context.database.reading() as connection:
        mine = await context.attachments.is_for_person(connection, row, visitor.conversation_id)
        file = await context.attachments.open(connection, row, visitor.conversation_id) if mine else None
    if file is None:
        raise web.HTTPNotFound
    return show(request, file)


def add_routes(app: web.Application) -> None:
    """Put the two addresses in place."""
    app.router.add_post("/chat/file", chat_file)
    app.router.add_get("/chat/file/{id}", chat_file_shown)
