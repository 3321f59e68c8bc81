"""A text for another question, country or language: chosen from three lists, which lead to its page."""

from aiohttp import web

from bot.model.countries import EU as COUNTRIES
from bot.model.locales import LOCALES
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from knowledge.article import EU
from knowledge.documents import INTENT, JURISDICTION


@content_only
async def new(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Ask for question, country and language; when all three are there, lead to the text's page."""
    context, names, query = request.app[CONTEXT], names_of(request, session), request.query
    intent, place, language = (query.get(name, "") for name in ("intent", "place", "language"))
    if INTENT.fullmatch(intent) and JURISDICTION.fullmatch(place) and language in LOCALES:
        raise web.HTTPSeeOther(f"/studio/articles/{intent}/{place}.{language}")
    articles = context.library.catalogue.articles
    intents = {*context.phrases.titles["en"], *(one.intent for one in articles)}
    known = {variant.jurisdiction for one in articles for variant in one.variants}
    mine = [one for one in LOCALES if not session.member.languages or one in session.member.languages]
    values = {
        "names": names, "intent": intent, "place": place,
        "questions": sorted(((one, names.title(one)) for one in intents), key=lambda pair: pair[1]),
        "places": [(one, names.place(one)) for one in (EU, *sorted({*COUNTRIES, *known} - {EU}, key=names.place))],
        "languages": sorted(((one, names.language(one)) for one in mine), key=lambda pair: pair[1]),
    }  # fmt: skip
    return studio_page(request, session, "studio/article_new.html", values)


def add_routes(app: web.Application) -> None:
    """Before the page of a text, whose address looks alike."""
    app.router.add_get("/studio/articles/new", new)
