"""GET /: the chat page as the server renders it, readable and usable without JavaScript."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from markupsafe import Markup, escape

from bot.model.conversation import HELD, Author
from bot.model.locales import OWN_NAMES, text_direction
from bot.web.chat.locale import choose_locale
from bot.web.chat.record import Bubble, Record, read_record
from bot.web.chat.visitor import Visitor, find_visitor, new_page
from bot.web.context import CONTEXT, WebContext
from bot.web.guard import is_from_elsewhere

_PATIENCE = 8.0  # how long a page without JavaScript waits for the reply to what was just sent
_LABELS = {Author.PERSON: "web_you", Author.BOT: "web_bot", Author.OPERATOR: "web_adviser"}


@dataclass(frozen=True, slots=True)
class Notice:
    """Why something was not taken, with the words given back so that nothing is typed twice."""

    phrase: str
    draft: str = field(default="", repr=False)
    keep: bool = False


async def chat_page(request: web.Request) -> web.Response:
    """Show the page in the reader's language with the conversation so far."""
    if is_from_elsewhere(request):
        return aiohttp_jinja2.render_template("chat/again.html", request, {"address": request.path_qs})
    visitor = await find_visitor(request)
    record = await _wait_for_reply(request, visitor) if "wait" in request.query else await look(request, visitor)
    return render_page(request, visitor, record)


async def look(request: web.Request, visitor: Visitor) -> Record:
    """Return the visitor's conversation as it stands; an empty record if there is none."""
    context = request.app[CONTEXT]
    if visitor.conversation_id is None:
        return Record()
    async with context.database.reading() as connection:
        conversation = await context.conversations.read(connection, visitor.conversation_id)
        return await read_record(connection, context, conversation) if conversation else Record()


async def _wait_for_reply(request: web.Request, visitor: Visitor) -> Record:
    """Look until nothing is pending, so that a page without JavaScript mostly comes back with its answer."""
    bus = request.app[CONTEXT].bus
    async with bus.listen(f"conversation:{visitor.conversation_id}") as changed:
        record = await look(request, visitor)
        try:
            async with asyncio.timeout(_PATIENCE):
                while record.pending:
                    await _either(changed, 0.5)
                    record = await look(request, visitor)
        except TimeoutError:
            pass
    return record


async def _either(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return
    changed.clear()


def render_page(
    request: web.Request, visitor: Visitor, record: Record, notice: Notice | None = None, status: int = 200
) -> web.Response:
    """Render the page; with a notice it says why the message was not taken."""
    context = request.app[CONTEXT]
    known = record.conversation.locale if record.conversation else ""
    chosen = request.query.get("lang", "")
    locale = choose_locale(chosen, known, request.headers.get("Accept-Language", ""), context.locales)
    values = {
        **shared_values(context, locale),
        "own_name": OWN_NAMES[locale],
        "lang_chosen": locale if chosen else "",
        "languages": [(code, OWN_NAMES[code], f"/?lang={code}") for code in context.locales],
        "bubbles": record.bubbles,
        "menu": [(f"m:{row.id}", row.pictogram, context.phrases.text(locale, row.label)) for row in context.menu],
        "page": new_page(),
        "has_chat": visitor.conversation_id is not None,
        "keep": notice.keep if notice else visitor.keep,
        "with_office": with_office(record),
        "notice": notice,
        "last": record.last_shown,
        "foot": foot(context, locale),
    }
    response = aiohttp_jinja2.render_template("chat/page.html", request, values, status=status)
    response.headers["Content-Language"] = locale
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def shared_values(context: WebContext, locale: str) -> dict[str, Any]:
    """Return what the page and a single message both need."""
    return {
        "locale": locale,
        "direction": text_direction(locale),
        "say": lambda phrase: context.phrases.text(locale, phrase),
        "label": lambda bubble: context.phrases.text(locale, _LABELS[Author(bubble.author)]),
    }


def render_bubble(request: web.Request, bubble: Bubble, locale: str) -> str:
    """Render one message as the page does. Its choices are sent by the script, which knows the page's name."""
    values = {**shared_values(request.app[CONTEXT], locale), "bubble": bubble, "page": "", "lang_chosen": ""}
    return aiohttp_jinja2.render_string("chat/bubble.html", request, values)


def with_office(record: Record) -> bool:
    """Tell whether an office has the question, so that the person must know how to come back."""
    return record.conversation is not None and record.conversation.state in HELD


def foot(context: WebContext, locale: str) -> Markup:
    """Return the line at the foot of every page, with the number to tap."""
    text = escape(context.phrases.text(locale, "web_foot"))
    return Markup(str(text).replace("112", '<a href="tel:112">112</a>', 1))  # noqa: S704 -- escaped just above
