"""GET /places: offices and services by country, city, topic and language, those that are open first."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.model.locales import OWN_NAMES
from bot.model.say import Country
from bot.shelf import office_card
from bot.web.chat.locale import choose_locale
from bot.web.context import CONTEXT, WebContext
from bot.web.help.frame import name, render, say, topic_name
from handoff.offices.contact_point import EVERYWHERE
from handoff.offices.fields import TOPICS
from handoff.offices.places import Listing, places

_WISHES = ("country", "city", "topic", "language", "open")
_LONGEST = 60
_SHOWN = 60


def add_routes(app: web.Application) -> None:
    """Add the page."""
    app.router.add_get("/places", places_page)


async def places_page(request: web.Request) -> web.Response:
    """List what fits the wishes in the address; a wish that means nothing is none."""
    context = request.app[CONTEXT]
    locale = choose_locale(
        request.query.get("lang", ""), "", request.headers.get("Accept-Language", ""), context.locales
    )
    wishes = {key: request.query.get(key, "").strip()[:_LONGEST] for key in _WISHES}
    listed = _listed(context, wishes)
    values = {
        "wishes": wishes,
        "countries": _countries(context, locale),
        "topics": [(topic, topic_name(context, locale, topic)) for topic in TOPICS],
        "tongues": sorted(((code, OWN_NAMES[code]) for code in context.locales), key=lambda one: one[1].casefold()),
        "places": [_card(context, locale, listing) for listing in listed[:_SHOWN]],
    }
    tail = urlencode({key: value for key, value in wishes.items() if value})
    response = render(
        request, "help/places.html", locale, values, lambda code: f"/places?lang={code}{'&' if tail else ''}{tail}"
    )
    response.headers["Cache-Control"] = "no-cache"  # what is open changes by the minute
    response.headers["Vary"] = "Accept-Language"
    return response


def _listed(context: WebContext, wishes: Mapping[str, str]) -> list[Listing]:
    found = places(
        context.library.points(), context.library.services, country=wishes["country"], city=wishes["city"],
        topic=wishes["topic"] if wishes["topic"] in TOPICS else "",
        language=wishes["language"] if wishes["language"] in OWN_NAMES else "", open_at=context.clock(),
    )  # fmt: skip
    return [listing for listing in found if listing.is_open or not wishes["open"]]


def _countries(context: WebContext, locale: str) -> list[tuple[str, str]]:
    """The countries in which something is listed, by their names in the reader's language."""
    everything = (*context.library.points(), *context.library.services)
    codes = {place.country for place in everything} - {EVERYWHERE}
    return sorted(((code, name(context, locale, Country(code))) for code in codes), key=lambda one: one[1].casefold())


def _card(context: WebContext, locale: str, listing: Listing) -> dict[str, Any]:
    """The lines of an office's card, as in the chat; its web address apart, to be tapped."""
    card = office_card(listing.place, context.clock())
    lines = [
        say(context, locale, line.phrase, **line.params)
        for line in card.lines
        if line.phrase not in {"office_web", "office_email"}
    ]
    return {
        "name": card.name,
        "demo": say(context, locale, "offer_demo") if card.demo else "",
        "lines": lines,
        "open": bool(listing.is_open),
        "web": listing.place.web,
        "email": listing.place.email,
    }
