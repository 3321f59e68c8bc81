"""POST /chat/send, /chat/keep and /chat/leave: what a person does on the chat page."""

import logging
import math
import secrets
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.webchat import ACCOUNT, NAME
from bot.model.errors import GuichetError
from bot.model.messages import Address, Inbound, Kind
from bot.web.chat.locale import wished_locale
from bot.web.chat.page import Notice, look, render_page
from bot.web.chat.posted import BadPost, Posted, read_posted
from bot.web.chat.visitor import Visitor, end_cookie, find_visitor, give_cookie, token_for
from bot.web.context import CONTEXT, WebContext
from bot.web.guard import client_address, is_local
from bot.web.limits import LIMITS, network_of

log = logging.getLogger(__name__)

NOT_STORED = (SQLAlchemyError, OSError, GuichetError)  # TimeoutError is an OSError


async def chat_send(request: web.Request) -> web.StreamResponse:
    """1. Read. 2. Find or give the session. 3. Limit. 4. Store. 5. Only then say so."""
    context = request.app[CONTEXT]
    try:
        posted = await read_posted(request)
    except BadPost as error:
        return _refused(error)
    visitor = await find_visitor(request)
    if not posted.text and not posted.button:
        return web.json_response({"stored": False}, status=400) if posted.is_json else _back(posted, wait=False)
    token = visitor.token or token_for(context.ring, posted.page)
    inbound = await _inbound(request, context, visitor, token, posted)
    network = network_of(client_address(request))
    delay = request.app[LIMITS].message(inbound.address.key, network)
    if delay:
        return await _not_taken(request, visitor, posted, 429, "too_many", math.ceil(delay))
    # A request for a person is never the first word. Who tries it on the machine itself is no crowd.
    if visitor.conversation_id is not None and not is_local(request):
        context.crowd.came_from(visitor.conversation_id, network)
    try:
        await context.intake.receive([inbound])
    except NOT_STORED as error:
        log.error("web message not stored: %s", type(error).__name__)
        return await _not_taken(request, visitor, posted, 503, "turn_failed", 5)
    response = web.json_response({"stored": True}) if posted.is_json else _back(posted, wait=True)
    give_cookie(context, response, token, visitor.keep if posted.keep is None else posted.keep)
    return response


async def _inbound(request: web.Request, context: WebContext, visitor: Visitor, token: str, posted: Posted) -> Inbound:
    owner = Visitor(token)
    hint = wished_locale(posted.lang, "", request.headers.get("Accept-Language", ""), context.locales)
    title = await _title(context, visitor, posted, hint or "en") if posted.button else ""
    return Inbound(
        channel=NAME, account=ACCOUNT, address=owner.address, dedupe_key=posted.key(owner.address.key),
        kind=Kind.BUTTON if posted.button else Kind.TEXT, sent_at=context.clock() - posted.age,
        platform_number=posted.number, text=title or posted.text, button=posted.button, locale_hint=hint,
    )  # fmt: skip


async def _title(context: WebContext, visitor: Visitor, posted: Posted, locale: str) -> str:
    """Return the words on the button that was tapped, for the record; the page does not say them."""
    row = next((row for row in context.menu if f"m:{row.id}" == posted.button), None)
    if row is not None:
        return f"{row.pictogram} {context.phrases.text(locale, row.label)}".strip()
    if visitor.conversation_id is None:
        return ""
    async with context.database.reading() as connection:
        records = await context.conversations.messages(connection, visitor.conversation_id)
    titles = (title for row in reversed(records) for choice, title in row["buttons"] if choice == posted.button)
    return next(titles, "")


def _refused(error: BadPost) -> web.Response:
    too_long = str(error) == "text"
    return web.json_response({"stored": False, "field": str(error)}, status=413 if too_long else 400)


async def _not_taken(
    request: web.Request, visitor: Visitor, posted: Posted, status: int, phrase: str, seconds: int
) -> web.Response:
    """Say so, and give the words back: nobody types them twice."""
    context = request.app[CONTEXT]
    if posted.is_json:
        locale = wished_locale(posted.lang, "", request.headers.get("Accept-Language", ""), context.locales) or "en"
        response = web.json_response({"stored": False, "said": context.phrases.text(locale, phrase)}, status=status)
    else:
        notice = Notice(phrase, posted.text, bool(posted.keep))
        response = render_page(request, visitor, await look(request, visitor), notice, status)
    response.headers["Retry-After"] = str(seconds)
    return response


def _back(posted: Posted, *, wait: bool) -> web.Response:
    """Send a browser without JavaScript back to the page, to the end of it."""
    query = {"lang": posted.lang} if posted.lang else {}
    if wait:
        query["wait"] = "1"
    return web.Response(status=303, headers={"Location": f"/?{urlencode(query)}#end"})


async def chat_keep(request: web.Request) -> web.Response:
    """Keep the chat on this device for 30 days, or only until the browser is closed."""
    visitor = await find_visitor(request)
    if visitor.conversation_id is None:
        return web.Response(status=204)
    form = await request.post()
    response = web.Response(status=204)
    give_cookie(request.app[CONTEXT], response, visitor.token, form.get("keep") == "1")
    return response


async def chat_leave(request: web.Request) -> web.Response:
    """End the chat on this device: no cookie, and a token that somebody copied opens nothing any more."""
    context = request.app[CONTEXT]
    visitor = await find_visitor(request)
    if visitor.conversation_id is not None and visitor.account_id is not None:
        try:
            await _close_door(context, visitor.conversation_id, visitor.account_id)
        except NOT_STORED as error:  # the cookie goes all the same: leaving must not wait for a disk
            log.error("web leave conversation=%s not written: %s", visitor.conversation_id, type(error).__name__)
        context.bus.publish(f"conversation:{visitor.conversation_id}")
    scripted = request.headers.get("Accept", "").startswith("application/json")
    response = web.Response(status=204) if scripted else web.Response(status=303, headers={"Location": "/leave"})
    end_cookie(context, response)
    return response


async def _close_door(context: WebContext, conversation_id: UUID, account_id: UUID) -> None:
    """Give the conversation an address that nobody has. An office that holds it sees that the person is gone."""
    nowhere = Address(f"left {secrets.token_urlsafe(32)}")
    async with context.database.transaction() as connection:
        await context.conversations.set_address(connection, conversation_id, account_id, nowhere)
        await context.conversations.write(connection, conversation_id, {"blocked_at": context.clock()})


async def leave_page(request: web.Request) -> web.Response:
    """An empty page that says nothing about where one has been; going back finds an empty chat."""
    html = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>-</title></head><body></body></html>'
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    return web.Response(text=html, content_type="text/html", headers=headers)
