"""/studio/files/paper: an answer as a document for a lawyer."""

import asyncio
from collections.abc import Iterable
from datetime import UTC

from aiohttp import web

from bot.exchange.papers import open_text, word
from bot.exchange.papers.paper import Reader, make_paper
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only, locale_of
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from knowledge.article import Article, Variant

_FORMS = {"docx": (word.TYPE, word.to_docx), "odt": (open_text.TYPE, open_text.to_odt)}


@content_only
async def choose(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the answers, then the countries and languages of the one that was chosen."""
    names = names_of(request, session)
    articles = {article.intent: article for article in request.app[CONTEXT].library.catalogue.articles}
    article = articles.get(request.query.get("answer", ""))
    titled = sorted(((intent, names.title(intent) or intent) for intent in articles), key=lambda one: one[1].casefold())
    variants = [(one, names.place(one.jurisdiction)) for one in article.variants if one.translations] if article else []
    return studio_page(request, session, "studio/files_paper.html", {
        "answers": titled, "chosen": article, "variants": variants, "names": names, "forms": tuple(_FORMS),
        "problem": names.say("files_paper_none") if "none" in request.query else "",
    })  # fmt: skip


@content_only
async def give(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send the document: `?answer=…&place=IT&language=it&language=ar&form=odt`."""
    context, names, wished = request.app[CONTEXT], names_of(request, session), request.query
    found = _find(context.library.catalogue.articles, wished.get("answer", ""), wished.get("place", ""))
    kind = _FORMS.get(wished.get("form", ""))
    if found is None or kind is None:
        raise web.HTTPSeeOther("/studio/files/paper?none")
    reader = Reader(
        locale_of(request, session), names.say, names.title, names.place, names.language,
        lambda locale: context.phrases.text(locale, "papers_first"),
    )  # fmt: skip
    now = context.clock().astimezone(UTC)
    paper = make_paper(*found, wished.getall("language", []), reader, now.date())
    content = await asyncio.to_thread(kind[1], paper, now)
    name = f"{found[0].intent.replace('/', '-')}-{found[1].jurisdiction}-{now:%Y-%m-%d}.{wished['form']}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=kind[0], headers=headers)


def _find(articles: Iterable[Article], intent: str, place: str) -> tuple[Article, Variant] | None:
    for article in articles:
        for variant in article.variants:
            if (article.intent, variant.jurisdiction) == (intent, place) and variant.translations:
                return article, variant
    return None


def add_routes(app: web.Application) -> None:
    """Put the routes in place."""
    app.router.add_get("/studio/files/paper", choose)
    app.router.add_get("/studio/files/paper/document", give)
