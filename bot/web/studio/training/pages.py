"""/studio/training: one button to train, what the new model does better and worse, putting it in service and back."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_datetime

from bot.staff import SignedIn
from bot.training import Busy, CannotPublish, State, Trainer, Training
from bot.web.context import CONTEXT
from bot.web.desk.deeds import uuid_of
from bot.web.desk.session import content_only, locale_of
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from bot.web.studio.training.view import ReportView

ADDRESS = "/studio/training"
_ZONE = ZoneInfo("Europe/Brussels")
_SAID = ("started", "cancelled", "published", "back")
_WRONG = ("busy", "over", "refused", "gone", "outdated", "no_previous", "disk")


@content_only
async def training(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what is under way, what is in service, what is ready, and what was done."""
    context, trainer = request.app[CONTEXT], _trainer(request)
    async with context.database.reading() as connection:
        rows, deeds = await trainer.latest(connection), await trainer.deeds(connection)
        content = await context.workshop.questions.read(connection)
    current = trainer.publishing.current
    active = next((row for row in rows if row.is_active), None)
    values = {
        "active": active, "progress": _progress(request, session, active),
        "ready": next((row for row in rows if row.state is State.COMPARED), None),
        "rows": rows, "deeds": deeds, "has_model": bool(current), "behind": bool(current and await trainer.behind(content)),
        "in_service": next((row for row in rows if row.state is State.PUBLISHED and row.model_hash == current), None),
        "taken": await trainer.publishing.is_taken(), "can_go_back": trainer.publishing.can_go_back,
        **_shared(request, session, active),
    }  # fmt: skip
    return studio_page(request, session, "studio/training.html", values)


@content_only
async def progress(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Tell the page's script how far the training is."""
    async with request.app[CONTEXT].database.reading() as connection:
        active = await _trainer(request).active(connection)
    return web.json_response(_progress(request, session, active))


@content_only
async def comparison(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show one training: old and new model side by side, or why there is nothing to compare."""
    async with request.app[CONTEXT].database.reading() as connection:
        found = await _trainer(request).one(connection, uuid_of(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound
    view = ReportView(found.report, names_of(request, session)) if found.report else None
    values = {"row": found, "view": view, **_shared(request, session, None)}
    return studio_page(request, session, "studio/training_compared.html", values)


@content_only
async def start(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Train a new model."""
    try:
        async with request.app[CONTEXT].database.transaction() as connection:
            await _trainer(request).start(connection, session.member.id)
    except Busy:
        raise web.HTTPSeeOther(f"{ADDRESS}?wrong=busy") from None
    raise web.HTTPSeeOther(f"{ADDRESS}?said=started")


@content_only
async def cancel(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Stop the training that is under way."""
    async with request.app[CONTEXT].database.transaction() as connection:
        stopped = await _trainer(request).cancel(connection, uuid_of(request.match_info["id"]), session.member.id)
    raise web.HTTPSeeOther(f"{ADDRESS}?{'said=cancelled' if stopped else 'wrong=over'}")


@content_only
async def publish(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Put a new model in service."""
    try:
        await _trainer(request).publish(uuid_of(request.match_info["id"]), session.member.id)
    except CannotPublish as error:
        raise web.HTTPSeeOther(f"{ADDRESS}?wrong={error.reason}") from None
    raise web.HTTPSeeOther(f"{ADDRESS}?said=published")


@content_only
async def back(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Put the model before the current one in service."""
    try:
        await _trainer(request).roll_back(session.member.id)
    except CannotPublish as error:
        raise web.HTTPSeeOther(f"{ADDRESS}?wrong={error.reason}") from None
    raise web.HTTPSeeOther(f"{ADDRESS}?said=back")


def _trainer(request: web.Request) -> Trainer:
    return request.app[CONTEXT].workshop.trainer


def _shared(request: web.Request, session: SignedIn, active: Training | None) -> dict[str, Any]:
    names, locale = names_of(request, session), locale_of(request, session)
    wrong = request.query.get("wrong", "")

    def time(at: datetime) -> str:
        return format_datetime(at, "d MMM y, HH:mm", tzinfo=_ZONE, locale=locale)

    about = {"who": active.who, "time": time(active.created_at)} if active else {"who": "", "time": ""}
    if wrong == "busy" and active is None:
        wrong = "over"  # it ended between the click and this page
    return {
        "names": names, "time": time,
        "said": names.said(request, "training", _SAID),
        "problem": names.say(f"training_wrong_{wrong}", **about) if wrong in _WRONG else "",
    }  # fmt: skip


def _progress(request: web.Request, session: SignedIn, active: Training | None) -> dict[str, Any]:
    if active is None:
        return {"active": False}
    step = "queued" if active.state is State.QUEUED else active.step
    words = names_of(request, session).say(f"training_step_{step}")
    return {"active": True, "step": words, "done": active.done, "total": active.total}


def add_routes(app: web.Application) -> None:
    """The training's addresses."""
    app.router.add_get(ADDRESS, training)
    app.router.add_get(f"{ADDRESS}/progress", progress)
    app.router.add_get(f"{ADDRESS}/{{id}}", comparison)
    app.router.add_post(f"{ADDRESS}/start", start)
    app.router.add_post(f"{ADDRESS}/back", back)
    app.router.add_post(f"{ADDRESS}/{{id}}/cancel", cancel)
    app.router.add_post(f"{ADDRESS}/{{id}}/publish", publish)
