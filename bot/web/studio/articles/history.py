"""Past editions of a text, what changed between them, and the way back."""

from aiohttp import web

from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.deeds import uuid_of
from bot.web.desk.session import content_only
from bot.web.studio.articles.compare import Part, compared
from bot.web.studio.articles.deeds import ADDRESS, done, editing_of, said_before, saying
from bot.web.studio.articles.form import text_of
from bot.web.studio.articles.head import compared_heads
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.frame import studio_page
from bot.web.studio.names import Names, names_of
from knowledge.editing import Edition


@content_only
async def history(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show all editions, the newest first, and one of them against the edition before it."""
    text, names = text_named(request, head=True), names_of(request, session)
    async with request.app[CONTEXT].database.reading() as connection:
        editions = await editing_of(request).history(connection, text.key)
        people = await logins(connection, (edition.author for edition in editions))
    at = _chosen(editions, request.query.get("edition", ""))
    before = editions[at + 1] if at + 1 < len(editions) else None
    values = {
        "text": text, "editions": editions, "people": people, "names": names,
        "chosen": editions[at] if editions else None, "before": before,
        "parts": _parts(text, editions[at], before, names) if editions else (),
        "may": text.open_to(session.member),
        "said": said_before(request, names),
    }  # fmt: skip
    return studio_page(request, session, "studio/article_history.html", values)


def _chosen(editions: list[Edition], given: str) -> int:
    return next((at for at, edition in enumerate(editions) if str(edition.id) == given), 0)


def _parts(text: Text, edition: Edition, before: Edition | None, names: Names) -> list[Part]:
    if text.is_head:
        return compared_heads(before.body if before is not None else None, edition.body, names)
    old = text_of(before.body, text.locale) if before is not None else None
    return compared(old, text_of(edition.body, text.locale))


@content_only
async def restore(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Make an old edition the draft, to be looked at and published like any other."""
    edition = uuid_of(str((await request.post()).get("edition", "")))
    raise await done(request, session, "article_restored", saying("restored", editing_of(request).restore, edition))


def add_routes(app: web.Application) -> None:
    """History and the way back."""
    app.router.add_get(f"{ADDRESS}/history", history)
    app.router.add_post(f"{ADDRESS}/restore", restore)
