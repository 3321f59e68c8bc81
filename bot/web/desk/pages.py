"""GET /desk and /desk/c/<case>: the lists, and the conversation that is open."""

from aiohttp import web

from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.deeds import case_of, note_read
from bot.web.desk.lists import read_lists
from bot.web.desk.opened import read_opened
from bot.web.desk.ready import chosen_text
from bot.web.desk.session import desk_only, is_by_itself, locale_of, page
from bot.web.desk.texts import TEXTS
from bot.web.desk.view import Viewer

SAID = frozenset({
    "taken", "not_waiting", "not_yours", "changed", "held", "sign", "given_back", "closed", "away", "back", "as_written",
    "passed", "not_now_pass", "transfer_asked", "not_now_transfer", "called", "call_not_reached", "muted",
    "limit_confirmed", "limit_lifted", "interpreter_asked", "not_now_interpret",
    "file_kind", "file_size", "proposed", "propose_unsure", "propose_own_words",
})  # fmt: skip


@desk_only
async def desk(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show who waits and what one holds."""
    context, viewer = request.app[CONTEXT], _viewer(request, session)
    async with context.database.reading() as connection:
        values = await read_lists(connection, context, viewer, session)
    return page(request, session, "desk/desk.html", values | _said(request) | {"open_id": None, "opened": None})


@desk_only
async def case(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show a conversation that this member may read; any other one does not exist for them."""
    context, viewer, texts = request.app[CONTEXT], _viewer(request, session), request.app[TEXTS]
    live = is_by_itself(request)
    async with context.database.reading() as connection:
        values = await read_lists(connection, context, viewer, session)
        if live and request.query.get("only") == "lists":  # nothing changed in the conversation
            only = _said(request) | {"open_id": case_of(request), "opened": None}
            return page(request, session, "desk/desk.html", values | only)
        opened = await read_opened(connection, context, texts, viewer, session, case_of(request), live)
    if opened is None:
        raise web.HTTPSeeOther("/desk?said=not_yours")
    await note_read(request, session, case_of(request))
    values |= opened | {"unfolded": request.query.get("more") == "1", "typed": await chosen_text(request, session)}
    return page(request, session, "desk/desk.html", values | _said(request))


def _said(request: web.Request) -> dict[str, str]:
    said = request.query.get("said", "")
    return {"said": said if said in SAID else ""}


def _viewer(request: web.Request, session: SignedIn) -> Viewer:
    return Viewer(request.app[CONTEXT], request.app[TEXTS], locale_of(request, session))


def add_routes(app: web.Application) -> None:
    """The pages."""
    app.router.add_get("/desk", desk)
    app.router.add_get("/desk/c/{case}", case)
