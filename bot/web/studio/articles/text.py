"""The page of one text: read it, begin to write, save, send it to a second person, or publish it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from bot.exchange.rights import editor_of
from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.checks import by_part, measured, ready
from bot.web.studio.articles.deeds import (
    ADDRESS,
    back_to,
    do,
    done,
    editing_of,
    number_of,
    said_before,
    saying,
    why_not,
)
from bot.web.studio.articles.form import LONGEST_PART, body_of, source_fields, sources_of, text_of
from bot.web.studio.articles.head import MOST_RELATED, compared_heads, group_of, head_of
from bot.web.studio.articles.opened import Text, held_by_other, is_writing, text_named
from bot.web.studio.articles.preview import previews
from bot.web.studio.articles.words import in_words
from bot.web.studio.frame import studio_page
from bot.web.studio.names import Names, names_of
from knowledge.article import PLACES, SECTIONS
from knowledge.documents import GROUPS
from knowledge.editing import Draft, Locked, NotYours, Outdated
from knowledge.findings import Finding


@content_only
async def show(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what is served, or the form to whoever is writing."""
    context, text = request.app[CONTEXT], text_named(request, head=True)
    await ready()
    async with context.database.reading() as connection:
        draft = await context.workshop.editing.read(connection, text.key)
    return await text_page(request, session, text, draft)


async def text_page(
    request: web.Request, session: SignedIn, text: Text, draft: Draft | None,
    typed: dict[str, Any] | None = None, more: Mapping[str, Any] | None = None, status: int = 200,
) -> web.Response:  # fmt: skip
    """Render the page. `typed` is what somebody's form holds and the store does not."""
    context, names = request.app[CONTEXT], names_of(request, session)
    body = typed if typed is not None else text.body(draft)
    async with context.database.reading() as connection:
        comments = [one for one in await context.workshop.editing.comments(connection, text.key) if not one.settled_at]
        writers = (draft.author, draft.holder) if draft else ()
        people = await logins(connection, [*writers, *(one.staff_id for one in comments)])
    values = {
        "text": text, "draft": draft, "names": names, "people": people, "body": body,
        "writing": typed is not None or is_writing(draft, session, context),
        "held": held_by_other(draft, session, context), "may": text.open_to(session.member),
        "four_eyes": context.workshop.editing.rules.four_eyes, "machine": context.translator is not None,
        "today": context.clock().date(), "said": said_before(request, names), "typed": typed is not None,
        "minutes": _minutes(draft, context.clock()), "most": LONGEST_PART, "other": None,
        "comments": comments,
    }  # fmt: skip
    if text.is_head:
        values |= _of_head(request, names, body, draft)
        return studio_page(request, session, "studio/article_head.html", values | dict(more or {}), status)
    problems = draft.problems if draft is not None and typed is None else None
    shown = await looked_at(request, text, body, problems)
    return studio_page(request, session, "studio/article.html", values | shown | dict(more or {}), status)


def _of_head(request: web.Request, names: Names, body: Mapping[str, Any], draft: Draft | None) -> dict[str, Any]:
    """What the page of a head shows besides."""
    titles = request.app[CONTEXT].phrases.titles["en"]
    return {
        "parts": compared_heads(None, body, names), "places": PLACES, "groups": tuple(GROUPS), "group": group_of(body),
        "most_related": MOST_RELATED, "findings": {"": draft.problems if draft else ()}, "in_words": in_words,
        "questions": sorted(((one, names.title(one)) for one in titles), key=lambda pair: pair[1]),
    }  # fmt: skip


def _minutes(draft: Draft | None, now: Any) -> int:
    """How long the lock still holds, in minutes from one on."""
    return max(1, round((draft.until - now).total_seconds() / 60)) if draft and draft.until else 0


async def looked_at(
    request: web.Request,
    text: Text,
    body: Mapping[str, Any],
    problems: Iterable[Finding] | None = None,
    *,
    minor: bool = False,
) -> dict[str, Any]:
    """Return what the checks and the preview show of a body. `problems` of a draft are known already."""
    context, read = request.app[CONTEXT], text_of(body, text.locale)
    article = replace(text.article, sources=sources_of(body, text.article))
    if problems is None:
        async with context.database.reading() as connection:
            problems = await context.workshop.editing.look(connection, text.key, body, minor=minor)
    return {
        "read": read, "checks": measured(read), "findings": by_part(problems), "in_words": in_words, "sections": SECTIONS,
        "previews": list(previews(context.replies, article, text.jurisdiction, read)),
        "sources": source_fields(body, text.article, read),
    }  # fmt: skip


@content_only
async def write(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Begin or go on writing."""
    raise await done(request, session, "", saying("", editing_of(request).open))


@content_only
async def save(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep what was typed; then stay, go, send it on or publish it, as the button says."""
    context, text, form = request.app[CONTEXT], text_named(request, head=True), await request.post()
    editing, editor, then = context.workshop.editing, editor_of(session.member), str(form.get("then", ""))
    by_itself = "X-Autosave" in request.headers
    version = number_of(form.get("version"))
    async with context.database.reading() as connection:
        before = await editing.read(connection, text.key)
    typed = (head_of if text.is_head else partial(body_of, text=text))(form, text.body(before))
    try:
        async with context.database.transaction() as connection:
            draft = await editing.save(connection, text.key, editor, typed, version, minor=form.get("minor") == "1")
    except (Outdated, Locked, NotYours) as refused:
        return await _not_saved(request, session, text, typed, refused)
    if by_itself:
        return web.json_response({"version": draft.version})
    raise back_to(text.address, await _after(request, session, draft, then))


async def _not_saved(
    request: web.Request, session: SignedIn, text: Text, typed: dict[str, Any], refused: Exception
) -> web.Response:
    """Give back what was typed beside what somebody else saved, so that nobody's words are lost."""
    why = why_not(refused)
    if "X-Autosave" in request.headers:
        return web.json_response({"why": why}, status=409)
    async with request.app[CONTEXT].database.reading() as connection:
        draft = await editing_of(request).read(connection, text.key)
    names, other = names_of(request, session), None
    if draft is not None:
        other = compared_heads(None, draft.body, names) if text.is_head else text_of(draft.body, text.locale)
    more = {"other": other, "problem": names.say(f"article_said_{why}"), "said": ""}
    return await text_page(request, session, text, draft, typed, more, 409)


async def _after(request: web.Request, session: SignedIn, draft: Draft, then: str) -> str:
    """Do what the button below the form says, now that the words are kept."""
    editing, version = editing_of(request), draft.version
    deeds = {
        "leave": ("", saying("left", editing.release)),
        "submit": ("article_submitted", saying("submitted", editing.submit, version)),
        "publish": ("article_published", saying("published", editing.publish, version)),
    }
    return await do(request, session, *deeds[then]) if then in deeds else "saved"


@content_only
async def discard(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Give the draft up; it stays in the history."""
    raise await done(request, session, "article_discarded", saying("discarded", editing_of(request).discard))


@content_only
async def preview(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what was typed so far as people would get it, with what the checks say; nothing is kept."""
    context, text, form = request.app[CONTEXT], text_named(request), await request.post()
    async with context.database.reading() as connection:
        draft = await context.workshop.editing.read(connection, text.key)
    body = body_of(form, text.body(draft), text)
    values = {
        "text": text,
        "names": names_of(request, session),
        **await looked_at(request, text, body, minor=form.get("minor") == "1"),
    }
    return studio_page(request, session, "studio/article_preview.html", values)


def add_routes(app: web.Application) -> None:
    """One text and what may be done to it while it is written."""
    app.router.add_get(ADDRESS, show)
    app.router.add_post(f"{ADDRESS}/write", write)
    app.router.add_post(f"{ADDRESS}/save", save)
    app.router.add_post(f"{ADDRESS}/preview", preview)
    app.router.add_post(f"{ADDRESS}/discard", discard)
