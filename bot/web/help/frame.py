"""What all public pages share: the languages, the foot, the code to the chat, and how long a copy may be kept."""

from collections.abc import Callable, Mapping
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.markup import to_plain
from bot.model.locales import OWN_NAMES, text_direction
from bot.model.say import Say, Value
from bot.web.chat.page import foot
from bot.web.context import CONTEXT, WebContext
from bot.web.guard import is_local
from bot.web.help.blocks import Numbers
from bot.web.help.qr import qr_code

_FRESH = "public, max-age=300"


def say(context: WebContext, locale: str, phrase: str, **params: Value) -> str:
    """Return a sentence as plain words; the page escapes it."""
    return to_plain(context.replies.wording.say(locale, Say(phrase, params)))


def name(context: WebContext, locale: str, value: Value) -> str:
    """Return a value, such as a country, in the reader's language."""
    return to_plain(context.replies.wording.value(locale, value))


def topic_name(context: WebContext, locale: str, topic: str) -> str:
    """Return a topic's name; where the picture menu has one, that."""
    return say(context, locale, {"labour_rights": "menu_work", "permits": "menu_papers"}.get(topic) or f"topic_{topic}")


def render(
    request: web.Request, template: str, locale: str, values: Mapping[str, Any], address: Callable[[str], str]
) -> web.Response:
    """Render a page; `address` gives the same page's path in another locale."""
    context = request.app[CONTEXT]
    base = _base(request)
    shown = {
        **values,
        "locale": locale,
        "direction": text_direction(locale),
        "own_name": OWN_NAMES[locale],
        "languages": [(code, OWN_NAMES[code], address(code)) for code in context.locales],
        "base": base,
        "say": lambda phrase: say(context, locale, phrase),
        "linked": Numbers(context.library.numbers()).linked,
        "code": qr_code(f"{base}/?lang={locale}") if base else None,
        "foot": foot(context, locale),
    }
    response = aiohttp_jinja2.render_template(template, request, shown)
    response.headers["Content-Language"] = locale
    response.headers["Cache-Control"] = _FRESH
    return response


def _base(request: web.Request) -> str:
    """The address that others can reach us at, without a slash at its end; empty where only this machine can."""
    public = request.app[CONTEXT].public_url.rstrip("/")
    return public or ("" if is_local(request) else str(request.url.origin()))
