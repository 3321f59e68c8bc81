"""What else may be done to a text: a machine begins it, it goes on after what people get changed, a comment is settled."""

from aiohttp import web

from bot.staff import SignedIn
from bot.translation import TranslationFailed
from bot.web.context import CONTEXT
from bot.web.desk.deeds import uuid_of
from bot.web.desk.session import content_only
from bot.web.studio.articles.deeds import ADDRESS, back_to, done, editing_of, number_of, saying
from bot.web.studio.articles.opened import text_named
from knowledge.documents import translation_document
from knowledge.editing.machine import translated


@content_only
async def machine(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Begin a draft with a machine's translation of the reference text. It is asked while no transaction is open."""
    context, text = request.app[CONTEXT], text_named(request)
    if not text.open_to(session.member):
        raise back_to(text.address, "not_yours")
    if context.translator is None or text.reference is None or text.is_reference:
        raise web.HTTPNotFound
    reference = translation_document(text.reference)
    try:
        words = await translated(context.translator.translate, reference, text.reference.locale, text.locale)
    except TranslationFailed:
        raise back_to(text.address, "machine_failed") from None
    begun = saying("machine", editing_of(request).machine_draft, words)
    raise await done(request, session, "article_machine_translated", begun)


@content_only
async def take_base(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go on with a draft although what people get has changed since it was begun."""
    version = number_of((await request.post()).get("version"))
    raise await done(request, session, "", saying("base_taken", editing_of(request).take_base, version))


@content_only
async def settle(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Note that a comment on this text was dealt with."""
    comment = uuid_of(str((await request.post()).get("comment", "")))
    settled = saying("settled", editing_of(request).settle_comment, comment)
    raise await done(request, session, "article_comment_settled", settled)


def add_routes(app: web.Application) -> None:
    """Beside the form."""
    app.router.add_post(f"{ADDRESS}/settle", settle)
    app.router.add_post(f"{ADDRESS}/machine", machine)
    app.router.add_post(f"{ADDRESS}/take-base", take_base)
