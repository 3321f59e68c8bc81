"""The way in for people without a bot: every answer as a page, in every language, to read, print and pass on.

`/help/<locale>` lists them, `/help/<locale>/<topic>/<intent>` is one; `?place=IT` picks a country's or a region's rules.
The texts are those of the bot, from the same catalogue: what may not be served there is not served here.
"""

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.model.knowing import ArticleFacts
from bot.model.locales import text_direction
from bot.model.say import Country, IntentTitle, Language, place_named
from bot.web.chat.locale import choose_locale
from bot.web.context import CONTEXT, WebContext
from bot.web.help.blocks import blocks
from bot.web.help.frame import name, render, say, topic_name
from knowledge.article import EU, SECTIONS
from knowledge.catalogue import Shown

_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def add_routes(app: web.Application) -> None:
    """Add the pages."""
    app.router.add_get("/help", entrance)
    app.router.add_get("/help/{locale:[a-z]+}", index)
    app.router.add_get("/help/{locale:[a-z]+}/{topic:[a-z_]+}", index)
    app.router.add_get("/help/{locale:[a-z]+}/{topic:[a-z_]+}/{intent:[a-z_]+}", answer)


async def entrance(request: web.Request) -> web.Response:
    """Lead to the list in the browser's language."""
    locale = choose_locale("", "", request.headers.get("Accept-Language", ""), request.app[CONTEXT].locales)
    raise web.HTTPFound(f"/help/{locale}", headers={"Vary": "Accept-Language"})


async def index(request: web.Request) -> web.Response:
    """List the answers of all topics, or of one."""
    context, locale = _begin(request)
    only = request.match_info.get("topic", "")
    topics = [one for one in _topics(context, locale) if only in {"", one["id"]}]
    if only and not topics:
        raise web.HTTPNotFound
    tail = f"/{only}" if only else ""
    return render(request, "help/index.html", locale, {"topics": topics}, lambda code: f"/help/{code}{tail}")


async def answer(request: web.Request) -> web.Response:
    """Show one answer with all its parts, its sources and where its rules hold."""
    context, locale = _begin(request)
    intent = f"{request.match_info['topic']}/{request.match_info['intent']}"
    place = request.query.get("place", "")
    facts = context.library.catalogue.facts(intent)
    if facts is None:
        raise web.HTTPNotFound
    if place and not _PLACE.fullmatch(place):
        raise web.HTTPFound(f"/help/{locale}/{intent}")
    values = {
        "intent": intent,
        "title": name(context, locale, IntentTitle(intent)),
        "place": place,
        "places": _places(context, locale, facts),
        "refusal": _refusal(context, locale, facts, place),
        "related": [
            (one, name(context, locale, IntentTitle(one)))
            for one in facts.related
            if context.library.catalogue.facts(one)
        ],
    }
    if not values["refusal"]:
        values |= _text(context, locale, intent, place)
    tail = f"{intent}?place={place}" if place else intent
    return render(request, "help/answer.html", locale, values, lambda code: f"/help/{code}/{tail}")


def _begin(request: web.Request) -> tuple[WebContext, str]:
    context, locale = request.app[CONTEXT], request.match_info["locale"]
    if locale not in context.locales:
        raise web.HTTPNotFound
    return context, locale


def _topics(context: WebContext, locale: str) -> list[dict[str, Any]]:
    """The topics with their answers, in the order of the titles' file."""
    found: dict[str, list[tuple[str, str]]] = {}
    for intent, title in context.phrases.titles[locale].items():
        facts = context.library.catalogue.facts(intent)
        if facts is not None and not facts.expired:
            found.setdefault(intent.partition("/")[0], []).append((intent, title))
    return [
        {"id": topic, "name": topic_name(context, locale, topic), "answers": answers}
        for topic, answers in found.items()
    ]


def _places(context: WebContext, locale: str, facts: ArticleFacts) -> list[tuple[str, str]]:
    """The countries and regions with their own text, by their names in the reader's language; all of the EU stands first."""
    common = [("", say(context, locale, "help_eu"))] if facts.applies_in else []
    named = [(code, name(context, locale, place_named(code))) for code in (*facts.countries, *facts.regions)]
    return [*common, *sorted(named, key=lambda one: one[1])]


def _refusal(context: WebContext, locale: str, facts: ArticleFacts, place: str) -> str:
    """Why there is no text: out of date, or none for this country."""
    if facts.expired:
        return say(context, locale, "article_expired", title=IntentTitle(facts.intent))
    if not facts.covers(place):
        return say(context, locale, "no_text_for_country", country=Country(place[:2]))
    return ""


def _text(context: WebContext, locale: str, intent: str, place: str) -> dict[str, Any]:
    found = [(part, context.library.catalogue.pick(intent, place, locale, part)) for part in SECTIONS]
    parts = [(part, shown) for part, shown in found if shown is not None]
    if not parts:
        raise web.HTTPNotFound
    first = parts[0][1]
    return {
        "text_locale": first.locale,
        "text_direction": text_direction(first.locale),
        "papers": say(context, first.locale, "papers_first"),
        "parts": [(part, _heading(context, locale, part), blocks(shown.text)) for part, shown in parts],
        "language_note": _language_note(context, locale, first),
        "opening": _opening(context, locale, first, place),
        "notes": _notes(context, locale, [shown for _, shown in parts]),
        "sources": list(dict.fromkeys(source for _, shown in parts for source in shown.sources)),
    }


def _opening(context: WebContext, locale: str, shown: Shown, place: str) -> str:
    """Whose rules these are."""
    if shown.jurisdiction != EU:
        return say(context, locale, "foot_rules_of", country=place_named(shown.jurisdiction))
    if place:
        return say(context, locale, "eu_minimum", country=Country(place[:2]))
    return say(context, locale, "eu_minimum_unknown")


def _heading(context: WebContext, locale: str, part: str) -> str:
    return "" if part == "summary" else say(context, locale, f"heading_{part}")


def _language_note(context: WebContext, locale: str, shown: Shown) -> str:
    """Before anything else: the text is not in the language that was asked for."""
    return "" if shown.locale == locale else say(context, locale, "only_in_language", language=Language(shown.locale))


def _notes(context: WebContext, locale: str, parts: Sequence[Shown]) -> list[str]:
    """What kind of text it is: who translated it, the oldest date on which a source was checked."""
    first = parts[0]
    notes: list[str] = []
    if first.machine_translated:
        notes.append(say(context, locale, "machine_translated"))
    checked = min((shown.checked_on for shown in parts if shown.checked_on), default=None)
    if checked and first.status == "reviewed":
        notes.append(say(context, locale, "foot_reviewed", date=checked, reviewer=first.reviewer))
    elif checked:
        notes.append(say(context, locale, "foot_source_checked", date=checked))
    return [*notes, say(context, locale, "foot_general")]
