"""The page of one text: read it, begin to write, save, send it to a second person, or publish it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.exchange.rights import editor_of
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import content_only
from bot.web.studio.articles.checks import by_part, measured, ready
from bot.web.studio.articles.form import LONGEST_PART, body_of, source_fields, sources_of, text_of
from bot.web.studio.articles.head import MOST_RELATED, compared_heads, group_of, head_of
from bot.web.studio.articles.opened import Text, held_by_other, is_writing, logins, text_named
from bot.web.studio.articles.preview import previews
from bot.web.studio.articles.rows import names_of
from bot.web.studio.articles.words import in_words
from bot.web.studio.frame import studio_page
from knowledge.article import PLACES, SECTIONS
from knowledge.documents import GROUPS
from knowledge.editing import Draft, Editor, Locked, NotReady, NotYours, Outdated, Published
from knowledge.text_checks import Finding

ADDRESS = "/studio/articles/{topic}/{intent}/{variant}"
_SAID = (
    "saved", "submitted", "published", "discarded", "left", "locked", "not_yours", "outdated", "machine", "approved",
    "refused", "withdrawn", "restored", "still_correct", "commented", "told", "not_ready", "machine_failed",
    "bad_dates", "comment_missing", "base_taken", "settled",
)  # fmt: skip

Deed = Callable[[AsyncConnection, Text, Editor], Awaitable[str]]


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
    context, body = request.app[CONTEXT], typed if typed is not None else text.body(draft)
    said = request.query.get("said", "")
    async with context.database.reading() as connection:
        comments = [one for one in await context.workshop.editing.comments(connection, text.key) if not one.settled_at]
        writers = (draft.author, draft.holder) if draft else ()
        people = await logins(connection, [*writers, *(one.staff_id for one in comments)])
    values = {
        "text": text, "draft": draft, "names": names_of(request, session), "people": people, "body": body,
        "writing": typed is not None or is_writing(draft, session, context),
        "held": held_by_other(draft, session, context), "may": text.open_to(session.member),
        "four_eyes": context.workshop.editing.rules.four_eyes, "machine": context.translator is not None,
        "today": context.clock().date(), "said": words_said(request, session, said), "typed": typed is not None,
        "minutes": _minutes(draft, context.clock()), "most": LONGEST_PART, "other": None,
        "comments": comments,
    }  # fmt: skip
    if text.is_head:
        return studio_page(
            request,
            session,
            "studio/article_head.html",
            values | _of_head(request, session, body, draft) | dict(more or {}),
            status,
        )
    problems = draft.problems if draft is not None and typed is None else None
    shown = await looked_at(request, text, body, problems)
    return studio_page(request, session, "studio/article.html", values | shown | dict(more or {}), status)


def _of_head(request: web.Request, session: SignedIn, body: Mapping[str, Any], draft: Draft | None) -> dict[str, Any]:
    """What the page of a head shows besides."""
    names, titles = names_of(request, session), request.app[CONTEXT].phrases.titles["en"]
    return {
        "parts": compared_heads(None, body, names), "places": PLACES, "groups": tuple(GROUPS), "group": group_of(body),
        "most_related": MOST_RELATED, "findings": {"": draft.problems if draft else ()}, "in_words": in_words,
        "questions": sorted(((one, names.title(one)) for one in titles), key=lambda pair: pair[1]),
    }  # fmt: skip


def words_said(request: web.Request, session: SignedIn, said: str) -> str:
    """Return the words for what was done before this page, from the key in its address."""
    return names_of(request, session).say(f"article_said_{said}") if said in _SAID else ""


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


async def do(request: web.Request, session: SignedIn, action: str, deed: Deed) -> str:
    """Do something to the text of the address in one transaction; return what to say.

    `action` is its line in the audit; empty where nothing is done yet that anybody could see.
    """
    context, text = request.app[CONTEXT], text_named(request, head=True)
    await ready()
    try:
        async with context.database.transaction() as connection:
            said = await deed(connection, text, editor_of(session.member))
            if action:
                await audit.note(connection, session.member.actor, action, text.key, "", context.clock())
    except Locked:
        return "locked"
    except NotYours:
        return "not_yours"
    except Outdated:
        return "outdated"
    except NotReady:
        return "not_ready"
    await context.workshop.live.refresh()
    return said


def number_of(given: object) -> int:
    """Return a number that the page itself put into its form."""
    word = str(given or "")
    if not word.isascii() or not word.isdigit() or len(word) > 9:
        raise web.HTTPBadRequest(text="This is no form that can be read.")
    return int(word)


def back_to(address: str, said: str) -> web.HTTPSeeOther:
    """Return the way back to a page, which then says what was done."""
    return web.HTTPSeeOther(f"{address}?said={said}" if said else address)


@content_only
async def write(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Begin or go on writing."""
    editing = request.app[CONTEXT].workshop.editing

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.open(connection, text.key, editor)
        return ""

    raise back_to(text_named(request, head=True).address, await do(request, session, "", deed))


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
    why = {Outdated: "outdated", Locked: "locked"}.get(type(refused), "not_yours")
    if "X-Autosave" in request.headers:
        return web.json_response({"why": why}, status=409)
    context = request.app[CONTEXT]
    async with context.database.reading() as connection:
        draft = await context.workshop.editing.read(connection, text.key)
    other: Any = None
    if draft is not None and text.is_head:
        other = compared_heads(None, draft.body, names_of(request, session))
    elif draft is not None:
        other = text_of(draft.body, text.locale)
    more = {"other": other, "problem": words_said(request, session, why), "said": ""}
    return await text_page(request, session, text, draft, typed, more, 409)


async def _after(request: web.Request, session: SignedIn, draft: Draft, then: str) -> str:
    """Do what the button below the form says, now that the words are kept."""
    editing = request.app[CONTEXT].workshop.editing

    async def leave(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.release(connection, text.key, editor)
        return "left"

    async def submit(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.submit(connection, text.key, editor, draft.version)
        return "submitted"

    async def publish(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        done = await editing.publish(connection, text.key, editor, draft.version)
        return "published" if isinstance(done, Published) else "submitted"

    deeds = {"leave": ("", leave), "submit": ("article_submitted", submit), "publish": ("article_published", publish)}
    return await do(request, session, *deeds[then]) if then in deeds else "saved"


@content_only
async def discard(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Give the draft up; it stays in the history."""
    editing = request.app[CONTEXT].workshop.editing

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await editing.discard(connection, text.key, editor)
        return "discarded"

    raise back_to(text_named(request, head=True).address, await do(request, session, "article_discarded", deed))


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
