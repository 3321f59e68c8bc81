"""What else may be done to a text: a machine begins it, it goes on after what people get changed, a comment is settled."""

from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import SignedIn
from bot.translation import TranslationFailed
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.articles.text import ADDRESS, Deed, back_to, do, number_of
from knowledge.documents import translation_document
from knowledge.editing import Editor, Outdated
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
    raise back_to(text.address, await do(request, session, "article_machine_translated", _beginning(request, words)))


def _beginning(request: web.Request, words: dict[str, Any]) -> Deed:
    editing = request.app[CONTEXT].workshop.editing

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.machine_draft(connection, text.key, editor, words)
        return "machine"

    return deed


@content_only
async def take_base(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go on with a draft although what people get has changed since it was begun."""
    editing, version = request.app[CONTEXT].workshop.editing, number_of((await request.post()).get("version"))

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.take_base(connection, text.key, editor, version)
        return "base_taken"

    raise back_to(text_named(request, head=True).address, await do(request, session, "", deed))


@content_only
async def settle(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Note that a comment on this text was dealt with."""
    editing = request.app[CONTEXT].workshop.editing
    try:
        comment = UUID(str((await request.post()).get("comment", "")))
    except ValueError:
        raise web.HTTPNotFound from None

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        if all(one.id != comment for one in await editing.comments(connection, text.key)):
            raise Outdated(f"{text.key} has no such comment")
        await editing.settle_comment(connection, comment, editor)
        return "settled"

    address = text_named(request, head=True).address
    raise back_to(address, await do(request, session, "article_comment_settled", deed))


def add_routes(app: web.Application) -> None:
    """Beside the form."""
    app.router.add_post(f"{ADDRESS}/settle", settle)
    app.router.add_post(f"{ADDRESS}/machine", machine)
    app.router.add_post(f"{ADDRESS}/take-base", take_base)
