"""Ready words beside the composer: reviewed articles and the phrasebook's sentences, each in both people's languages."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from markupsafe import Markup

from bot.markup import to_plain
from bot.model.conversation import Author
from bot.model.locales import text_direction
from bot.model.say import Reply, ShowArticle
from bot.staff import SignedIn
from bot.web.chat.record import our_words
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.actions import Words, answer_once
from bot.web.desk.composer import OpenCase, open_case
from bot.web.desk.deeds import new_form
from bot.web.desk.phrases import Offers
from bot.web.desk.ready import offered_words
from bot.web.desk.session import desk_only, locale_of, page
from bot.web.desk.texts import TEXTS
from bot.web.desk.view import Viewer
from handoff import phrasebook

_PARTS = ("summary", "steps", "bring")
_SHOWN = 5
_LONGEST_QUERY = 80


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article: what the person would get, and the same in the operator's language."""

    name: str
    theirs: Markup = field(repr=False)
    ours: Markup = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that can be sent."""

    intent: str
    title: str
    parts: tuple[Part, ...]


@desk_only
async def search(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what could be sent for a word; without a word what fits the case."""
    context, asked = request.app[CONTEXT], request.query.get("q", "").strip()[:_LONGEST_QUERY]
    opened = await open_case(request, session)
    ours, theirs = locale_of(request, session), opened.locale
    viewer = Viewer(context, request.app[TEXTS], ours)
    country = opened.card.country
    intents = await _asked(context, asked, ours, country) if asked else _fitting(context, opened)
    offers = Offers(phrasebook.load(), viewer, ours, theirs, opened.office)
    articles = [found for intent in intents if (found := _article(context, viewer, intent, opened, ours))]
    values = {
        "case_id": opened.case.id, "form": new_form(), "asked": asked, "articles": articles, "composer": opened.composer,
        "ready": await offered_words(context, opened, ours, asked), "groups": offers.groups(asked), "unread": offers.unread,
        "next": None if asked else offers.next(opened.case.topic, opened.said, opened.card.answers),
        "theirs": theirs, "theirs_direction": text_direction(theirs), "their_language": viewer.language(theirs),
    }  # fmt: skip
    return page(request, session, "desk/insert.html", values)


@desk_only
async def send_article(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send a part of an article as the bot would, with its source and date."""
    context, form = request.app[CONTEXT], await request.post()
    opened = await open_case(request, session)
    intent, part = str(form.get("intent", "")), str(form.get("part", ""))
    locale = opened.locale
    if part not in _PARTS or context.library.catalogue.pick(intent, opened.card.country, locale, part) is None:
        raise web.HTTPNotFound
    reply = Reply((ShowArticle(intent, part, opened.card.country),))
    text = to_plain(context.replies.render(reply, locale).text)
    return await answer_once(request, session, Words(text, reply))


def _fitting(context: WebContext, opened: OpenCase) -> Sequence[str]:
    """The article of the question, and those that belong to it."""
    facts = context.library.catalogue.facts(opened.card.intent) if opened.card.intent else None
    return (facts.intent, *facts.related)[:_SHOWN] if facts else ()


async def _asked(context: WebContext, asked: str, locale: str, country: str) -> Sequence[str]:
    """Articles whose title holds the word, then what the search finds."""
    word = asked.casefold()
    titled = [intent for intent, title in context.phrases.titles[locale].items() if word in title.casefold()]
    found = await asyncio.to_thread(context.library.find, asked, locale, country)
    return list(dict.fromkeys([*titled[:_SHOWN], *(one.intent for one in found)]))[:_SHOWN]


def _article(context: WebContext, viewer: Viewer, intent: str, opened: OpenCase, ours: str) -> FoundArticle | None:
    parts = tuple(_parts(context, intent, opened, ours))
    return FoundArticle(intent, viewer.title(intent), parts) if parts else None


def _parts(context: WebContext, intent: str, opened: OpenCase, ours: str) -> Iterable[Part]:
    theirs = opened.locale
    for name in _PARTS:
        if context.library.catalogue.pick(intent, opened.card.country, theirs, name) is None:
            continue
        reply = Reply((ShowArticle(intent, name, opened.card.country),))
        texts = [context.replies.render(reply, locale).text for locale in (theirs, ours)]
        yield Part(name, *(our_words(text, Author.BOT) for text in texts))


def add_routes(app: web.Application) -> None:
    """Searching and sending."""
    app.router.add_get("/desk/c/{case}/insert", search)
    app.router.add_post("/desk/c/{case}/article", send_article)
