"""Taking a text back at once; when it was wrong, how many got it, and telling those who can be told."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.exchange.rights import editor_of
from bot.served import Served
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.deeds import ADDRESS, back_to, do, editing_of, number_of, said_before
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.articles.review import comment_of
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from knowledge.article import Status, Translation
from knowledge.editing import Editor, Key, NotYours, Outdated

_BACK_TO = 10  # versions that are looked at, the newest first


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a text in one language. `over`: nobody gets it any more; `now`: it is the latest one."""

    key: str
    locale: str
    version: int
    over: bool
    now: bool

    @property
    def name(self) -> str:
        """What the form calls it."""
        return f"{self.locale}:{self.version}"


@dataclass(frozen=True, slots=True)
class Reached:
    """How many conversations got an edition, and how many of them can be told."""

    edition: Edition
    got: int
    reachable: int


def _editions(text: Text) -> list[Edition]:
    """The versions of this text, and of the other languages that were withdrawn."""
    texts = sorted(text.translations, key=lambda one: one.locale != text.locale)
    shown = [one for one in texts if one.locale == text.locale or one.status is Status.WITHDRAWN]
    return [edition for one in shown for edition in _versions(text, one)]


def _still_served(text: Text) -> bool:
    """Tell whether any language of it is not withdrawn yet."""
    return any(one.status is not Status.WITHDRAWN for one in text.translations)


def _versions(text: Text, one: Translation) -> list[Edition]:
    key, gone = f"{text.article.intent}/{text.jurisdiction}.{one.locale}", one.status is Status.WITHDRAWN
    return [
        Edition(key, one.locale, version, over=gone or version < one.version, now=version == one.version)
        for version in range(one.version, max(0, one.version - _BACK_TO), -1)
    ]


@content_only
async def question(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say what withdrawing does, and to how many people it matters."""
    context, text, names = request.app[CONTEXT], text_named(request), names_of(request, session)
    served, now = Served(context.ring), context.clock()
    async with context.database.reading() as connection:
        reached = [
            Reached(
                one,
                await served.count(connection, one.key, one.version),
                await served.reachable(connection, one.key, one.version, now),
            )
            for one in _editions(text)
        ]
    values = {
        "text": text, "names": names,
        "reached": [one for one in reached if one.got or (one.edition.now and one.edition.locale == text.locale)],
        "rest": _still_served(text),
        "may": editor_of(session.member).may_judge(Key.of(text.key)),
        "told": context.phrases.text(text.locale, "article_corrected"), "said": said_before(request, names),
    }  # fmt: skip
    return studio_page(request, session, "studio/article_withdraw.html", values)


@content_only
async def withdraw(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Stop serving the text that was on the screen now, in this language or in all."""
    context, form = request.app[CONTEXT], await request.post()
    editing, comment = editing_of(request), comment_of(form.get("comment"))
    address = f"{text_named(request).address}/withdraw"
    if not comment:
        raise back_to(address, "comment_missing")
    version, everywhere = number_of(form.get("version")), form.get("scope") == "all"

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        if everywhere:
            done = await editing.withdraw_all(connection, text.article.intent, text.jurisdiction, editor, comment)
        else:
            done = [await editing.withdraw(connection, text.key, editor, comment)]
        if any(one.key == text.key and one.version != version for one in done):
            raise Outdated(f"{text.key} is not what was on the screen any more")
        for one in done:
            await audit.note(connection, session.member.actor, "article_withdrawn", one.key, "", context.clock())
        return "withdrawn"

    raise back_to(address, await do(request, session, "", deed))


@content_only
async def tell(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Have everybody told once who got the chosen versions and may be written to."""
    context, text, form = request.app[CONTEXT], text_named(request), await request.post()
    chosen = {str(one) for one in form.getall("told", ())}
    wrong = [one for one in _editions(text) if one.name in chosen and one.over]
    if not wrong:
        raise back_to(f"{text.address}/withdraw", "outdated")

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        if not editor.may_judge(Key.of(text.key)):
            raise NotYours("no right to this text")
        for one in wrong:
            await Served(context.ring).tell(connection, one.key, one.version, session.member.id, context.clock())
        return "told"

    raise back_to(f"{text.address}/withdraw", await do(request, session, "article_told", deed))


def add_routes(app: web.Application) -> None:
    """Taking back."""
    app.router.add_get(f"{ADDRESS}/withdraw", question)
    app.router.add_post(f"{ADDRESS}/withdraw", withdraw)
    app.router.add_post(f"{ADDRESS}/tell", tell)
