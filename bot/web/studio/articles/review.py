"""The second person's page of a text: what changed, what it rests on, yes or back with a comment."""

from datetime import date
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.exchange.rights import editor_of
from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.checks import ready
from bot.web.studio.articles.compare import compared
from bot.web.studio.articles.deeds import (
    ADDRESS,
    back_to,
    do,
    done,
    editing_of,
    number_of,
    said_before,
    saying,
)
from bot.web.studio.articles.form import text_of
from bot.web.studio.articles.head import compared_heads, document_of
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.articles.text import looked_at
from bot.web.studio.articles.words import in_words
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from knowledge.editing import Draft, Editor, Key, Outdated, Published

_LONGEST_COMMENT = 2000


@content_only
async def review(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what changed against what is served, with the reference text and the sources."""
    context, text = request.app[CONTEXT], text_named(request, head=True)
    await ready()
    async with context.database.reading() as connection:
        draft = await context.workshop.editing.read(connection, text.key)
        if draft is None:
            raise back_to(text.address, "")
        comments = await context.workshop.editing.comments(connection, text.key)
        people = await logins(connection, [draft.author, *draft.writers, *(one.staff_id for one in comments)])
    editor, names = editor_of(session.member), names_of(request, session)
    if text.is_head:
        served = document_of(text.article) if text.article.variants else None
        parts = compared_heads(served, _without_sources(draft), names)
        shown: dict[str, Any] = {
            "findings": {"": draft.problems}, "in_words": in_words, "sections": (), "sources": (), "previews": (),
        }  # fmt: skip
    else:
        parts = compared(text.served, text_of(draft.body, text.locale))
        shown = await looked_at(request, text, draft.body, draft.problems)
    values = {
        "text": text, "draft": draft, "names": names, "people": people, "comments": comments,
        "parts": parts, "said": said_before(request, names),
        "may_judge": editor.may_judge(Key.of(text.key)) and session.member.id not in draft.writers,
        "countries": context.workshop.editing.rules.eu_countries if draft.for_eu else 0,
        **shown,
    }  # fmt: skip
    return studio_page(request, session, "studio/article_review.html", values)


def _without_sources(draft: Draft) -> dict[str, Any]:
    return {name: value for name, value in draft.body.items() if name != "sources"}


@content_only
async def approve(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say yes to the version that was on the screen; with the last yes that is needed it is served."""
    editing, form = editing_of(request), await request.post()
    version, comment = number_of(form.get("version")), comment_of(form.get("comment"))

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        done = await editing.approve(connection, text.key, editor, version, comment)
        return "published" if isinstance(done, Published) else "approved"

    said, text = await do(request, session, "article_approved", deed), text_named(request, head=True)
    raise back_to(text.address if said == "published" else f"{text.address}/review", said)


@content_only
async def refuse(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send it back to its author with a comment."""
    comment = comment_of((await request.post()).get("comment"))
    if not comment:
        raise back_to(f"{text_named(request, head=True).address}/review", "comment_missing")

    raise await done(request, session, "article_refused", saying("refused", editing_of(request).refuse, comment))


@content_only
async def still_correct(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Say that all languages of this text hold, until when, and when the sources were read."""
    editing, form = editing_of(request), await request.post()
    review_by, checked_on = _day(form.get("review_by")), _day(form.get("checked_on"))
    today = request.app[CONTEXT].clock().date()
    if review_by is None or checked_on is None or review_by <= today or checked_on > today:
        raise back_to(text_named(request).address, "bad_dates")
    version = number_of(form.get("version"))

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        if text.served is None or text.served.version != version:
            raise Outdated(f"{text.key} is not what was on the screen any more")
        await editing.still_correct(connection, text.article.intent, text.jurisdiction, editor, review_by, checked_on)
        return "still_correct"

    raise await done(request, session, "article_still_correct", deed)


def comment_of(given: object) -> str:
    """Return what somebody wrote into a field for a comment."""
    return str(given or "").replace("\r\n", "\n").strip()[:_LONGEST_COMMENT]


def _day(given: object) -> date | None:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def add_routes(app: web.Application) -> None:
    """Judging a text."""
    app.router.add_get(f"{ADDRESS}/review", review)
    app.router.add_post(f"{ADDRESS}/approve", approve)
    app.router.add_post(f"{ADDRESS}/refuse", refuse)
    app.router.add_post(f"{ADDRESS}/still-correct", still_correct)
