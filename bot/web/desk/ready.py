"""Words that an office keeps ready, beside the composer: found like articles, put into the answer, never sent unread."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.model.locales import text_direction
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.composer import OpenCase, open_case
from bot.web.desk.session import locale_of
from handoff.offices.ready_words import NETWORK, ReadyWords, filled

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OfferedWords:
    """One entry: what would stand in the answer, and the same in the operator's language if there is such a text.

    `fits` says that the text is in the person's language.
    """

    key: str
    title: str
    text: str = field(repr=False)
    locale: str
    direction: str
    ours: str = field(repr=False)
    fits: bool
    of_office: bool


async def offered_words(context: WebContext, opened: OpenCase, ours: str, asked: str) -> list[OfferedWords]:
    """Return the words of the case's office and of the network that hold a word; without a word all of them."""
    async with context.database.reading() as connection:
        found = await context.workshop.ready.of(connection, opened.office.id, NETWORK)
    return [_offered(context, opened, one, ours) for one in found if one.holds(asked)][:_SHOWN]


async def chosen_text(request: web.Request, session: SignedIn) -> str:
    """Return what the address puts into the answer (`?ready=`), or nothing."""
    context, key = request.app[CONTEXT], request.query.get("ready", "")
    if not key:
        return ""
    opened = await open_case(request, session)
    words = await offered_words(context, opened, locale_of(request, session), "")
    return next((one.text for one in words if one.key == key), "")


def _offered(context: WebContext, opened: OpenCase, words: ReadyWords, ours: str) -> OfferedWords:
    theirs = opened.locale
    locale, text = words.text(theirs, ours, *words.texts)
    own = words.texts.get(ours, "") if locale != ours else ""
    return OfferedWords(
        words.key, words.title, _filled(context, opened, locale, text), locale, text_direction(locale),
        _filled(context, opened, ours, own), locale == theirs, words.office != NETWORK,
    )  # fmt: skip


def _filled(context: WebContext, opened: OpenCase, locale: str, text: str) -> str:
    """An adviser is named by what they are; their own name they write themselves."""
    return filled(text, {"office": opened.office.name, "adviser": context.phrases.text(locale, "web_adviser")})
