"""Taking a text back at once; when it was wrong, how many got it, and telling those who can be told."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.served import Served
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.opened import Text, editor_of, text_named
from bot.web.studio.articles.review import comment_of
from bot.web.studio.articles.rows import names_of
from bot.web.studio.articles.text import ADDRESS, back_to, do, words_said
from bot.web.studio.frame import studio_page
from knowledge.article import Status
from knowledge.editing import Editor, Key, NotYours


@content_only
async def question(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say what withdrawing does, and to how many people it matters."""
    context, text = request.app[CONTEXT], text_named(request)
    served, version = Served(context.ring), text.served.version if text.served else 0
    async with context.database.reading() as connection:
        got = await served.count(connection, text.key, version)
        reachable = await served.reachable(connection, text.key, version, context.clock())
    values = {
        "text": text, "names": names_of(request, session), "got": got, "reachable": reachable,
        "may": editor_of(session.member).may_judge(Key.of(text.key)),
        "told": context.phrases.text(text.locale, "article_corrected"),
        "said": words_said(request, session, request.query.get("said", "")),
    }  # fmt: skip
    return studio_page(request, session, "studio/article_withdraw.html", values)


@content_only
async def withdraw(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Stop serving a text now."""
    editing, comment = request.app[CONTEXT].workshop.editing, comment_of((await request.post()).get("comment"))
    address = f"{text_named(request).address}/withdraw"
    if not comment:
        raise back_to(address, "comment_missing")

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.withdraw(connection, text.key, editor, comment)
        return "withdrawn"

    raise back_to(address, await do(request, session, "article_withdrawn", deed))


@content_only
async def tell(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Have everybody told once who got the withdrawn text and may be written to."""
    context, text = request.app[CONTEXT], text_named(request)
    if text.served is None or text.served.status is not Status.WITHDRAWN:
        raise back_to(text.address, "outdated")
    version = text.served.version

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        if not editor.may_judge(Key.of(text.key)):
            raise NotYours("no right to this text")
        await Served(context.ring).tell(connection, text.key, version, session.member.id, context.clock())
        return "told"

    raise back_to(f"{text.address}/withdraw", await do(request, session, "article_told", deed))


def add_routes(app: web.Application) -> None:
    """Taking back."""
    app.router.add_get(f"{ADDRESS}/withdraw", question)
    app.router.add_post(f"{ADDRESS}/withdraw", withdraw)
    app.router.add_post(f"{ADDRESS}/tell", tell)
