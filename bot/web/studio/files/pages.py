"""/studio/files: all content as an archive, an archive back after a look at the plan, and conflicts with new versions."""

import asyncio
from datetime import UTC

from aiohttp import web

from bot import audit
from bot.edits import Outdated
from bot.exchange.conflicts import Take
from bot.exchange.engine import CannotImport, Choice, Incoming, PlanChanged
from bot.exchange.folders import BadArchive, pack, unpack
from bot.exchange.plan import Plan, WhyNot
from bot.exchange.rights import editor_of, for_member
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import LARGEST_CONTENT, content_only
from bot.web.studio.files.view import described, sides, two_sides
from bot.web.studio.files.waiting import WAITING, Waiting
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from bot.web.upload import read_upload
from knowledge.editing import Locked, NotReady, NotYours
from knowledge.fields import ContentError

_SAID = frozenset({"taken", "dropped", "settled", "moved", "file_size", "no_archive", "none"})
_SHOWN = 200  # entries of a plan, conflicts


@content_only
async def files(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what one can do here, and how many conflicts wait."""
    context = request.app[CONTEXT]
    await asyncio.to_thread(context.workshop.exchange.shipped)
    async with context.database.reading() as connection:
        conflicts = await context.workshop.exchange.conflicts.all(connection)
    return studio_page(request, session, "studio/files.html", {
        "conflicts": len(conflicts), "waits": _waiting(request, session) is not None, "said": _said(request, session),
    })  # fmt: skip


@content_only
async def download(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send everything as an archive."""
    context, exchange = request.app[CONTEXT], request.app[CONTEXT].workshop.exchange
    shipped = await asyncio.to_thread(exchange.shipped)
    async with context.database.transaction() as connection:
        held = await exchange.held(connection, shipped)
        await audit.note(connection, session.member.actor, "content_exported", "", "", context.clock())
    archive = await asyncio.to_thread(lambda: pack(exchange.files_of(held, shipped)))
    name = f"guichet-{context.clock().astimezone(UTC):%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=archive, content_type="application/zip", headers=headers)


@content_only
async def bring(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Read an archive, and go on to the plan; nothing is changed yet."""
    context = request.app[CONTEXT]
    upload = await read_upload(request, LARGEST_CONTENT, "")  # read already, by the guard
    try:
        found = await asyncio.to_thread(lambda: unpack(upload.content or b""))
        incoming = await asyncio.to_thread(context.workshop.exchange.read, found)
    except BadArchive:
        raise web.HTTPSeeOther("/studio/files?said=no_archive") from None
    request.app[WAITING].put(session.member.id, incoming, context.clock())
    raise web.HTTPSeeOther("/studio/files/plan")


@content_only
async def plan(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what would be done."""
    context, incoming = request.app[CONTEXT], _waiting(request, session)
    if incoming is None:
        raise web.HTTPSeeOther("/studio/files?said=none")
    async with context.database.reading() as connection:
        found = await context.workshop.exchange.plan(connection, incoming, _why_not(context, session), drafts=True)
    return await _plan_page(request, session, found)


async def _plan_page(
    request: web.Request, session: SignedIn, found: Plan, problems: tuple[str, ...] = ()
) -> web.Response:
    """Show a plan; many long texts are compared for it, so in a thread."""
    told = problems or found.problems
    groups, seen = await asyncio.to_thread(lambda: (described(request, session, found, _SHOWN), found.stamp))
    return studio_page(request, session, "studio/files_plan.html", {
        "groups": groups, "plan": found, "seen": seen, "problems": told[:_SHOWN], "more": max(0, len(told) - _SHOWN),
        "most": _SHOWN,
    }, 422 if told else 200)  # fmt: skip


@content_only
async def take(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Carry the plan out that was shown, or give it up."""
    context, form = request.app[CONTEXT], await request.post()
    incoming, waiting = _waiting(request, session), request.app[WAITING]
    if incoming is None:
        raise web.HTTPSeeOther("/studio/files?said=none")
    if form.get("deed") == "drop":
        waiting.drop(session.member.id)
        raise web.HTTPSeeOther("/studio/files?said=dropped")
    exchange, why_not = context.workshop.exchange, _why_not(context, session)
    road = (context.workshop.editing, editor_of(session.member))
    async with context.database.reading() as connection:
        seen = await exchange.plan(connection, incoming, why_not, drafts=True)
    choice = Choice(sides(seen, form), form.get("gone") == "yes")
    try:
        async with context.database.transaction() as connection:
            await exchange.import_all(
                connection, incoming, session.member.id, choice, why_not, str(form.get("seen", "")), road
            )
    except PlanChanged:
        return await _plan_page(request, session, seen, (names_of(request, session).say("files_said_moved"),))
    except (CannotImport, ContentError) as error:
        return await _plan_page(request, session, seen, error.problems)
    except (Locked, NotYours, NotReady, Outdated):
        return await _plan_page(request, session, seen, (names_of(request, session).say("files_busy"),))
    waiting.drop(session.member.id)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther("/studio/files?said=taken")


@content_only
async def conflicts(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show both sides of what was changed here and by a new version."""
    context, found = request.app[CONTEXT], request.app[CONTEXT].workshop.exchange.conflicts
    await asyncio.to_thread(context.workshop.exchange.shipped)
    async with context.database.reading() as connection:
        every = await found.all(connection)
    shown = await asyncio.to_thread(two_sides, request, session, every[:_SHOWN], _why_not(context, session))
    values = {"conflicts": shown, "count": len(every), "said": _said(request, session)}
    return studio_page(request, session, "studio/files_conflicts.html", values)


@content_only
async def settle(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End one conflict for one side."""
    context, form = request.app[CONTEXT], await request.post()
    named = (str(form.get("kind", "")), str(form.get("key", "")))
    side: Take = "mine" if form.get("side") == "mine" else "file"
    found = context.workshop.exchange.conflicts
    why_not = _why_not(context, session)
    said = "moved"
    async with context.database.transaction() as connection:
        one = next((one for one in await found.all(connection) if one.item == named), None)
        if one is not None and not why_not(one.item, one.mine, one.file) and one.stamp == form.get("seen"):
            await found.settle(connection, one.item, side, session.member.id, one.stamp)
            said = "settled"
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(f"/studio/files/conflicts?said={said}")


def _why_not(context: WebContext, session: SignedIn) -> WhyNot:
    workshop = context.workshop
    return for_member(session.member, workshop.questions.content, four_eyes=workshop.four_eyes)


def _waiting(request: web.Request, session: SignedIn) -> Incoming | None:
    return request.app[WAITING].get(session.member.id, request.app[CONTEXT].clock())


def _said(request: web.Request, session: SignedIn) -> str:
    return names_of(request, session).said(request, "files", _SAID)


def add_routes(app: web.Application) -> None:
    """Put the routes in place."""
    app[WAITING] = Waiting()
    app.router.add_get("/studio/files", files)
    app.router.add_get("/studio/files/content.zip", download)
    app.router.add_post("/studio/files/file", bring)
    app.router.add_get("/studio/files/plan", plan)
    app.router.add_post("/studio/files/plan", take)
    app.router.add_get("/studio/files/conflicts", conflicts)
    app.router.add_post("/studio/files/conflicts", settle)
