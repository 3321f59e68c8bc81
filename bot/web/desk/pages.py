"""GET /desk and /desk/c/<case>: the queue, one's own conversations, and the one that is open."""

from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.actions import case_of, new_form
from bot.web.desk.session import locale_of, operators_only, page, scope_of
from bot.web.desk.texts import TEXTS
from bot.web.desk.transcript import Transcript, read_transcript
from bot.web.desk.view import Viewer
from handoff import queue

_SAID = {
    "taken", "not_waiting", "not_yours", "changed", "held", "sign", "given_back", "closed", "away", "back",
}  # fmt: skip


@operators_only
async def desk(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show who waits and what one holds."""
    return await _show(request, session, None)


@operators_only
async def case(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show a conversation that this operator holds; any other one does not exist for them."""
    return await _show(request, session, case_of(request))


async def _show(request: web.Request, session: SignedIn, case_id: UUID | None) -> web.StreamResponse:
    context, scope = request.app[CONTEXT], scope_of(session)
    viewer = Viewer(context, request.app[TEXTS], locale_of(request, session))
    async with context.database.reading() as connection:
        waiting = await queue.waiting(connection, context.ring, scope)
        mine = await queue.mine(connection, context.ring, scope)
        opened = await _opened(connection, context, session, case_id)
    if case_id is not None and opened is None:
        raise web.HTTPSeeOther("/desk?said=not_yours")
    values: dict[str, Any] = {
        "waiting": [viewer.card(card) for card in waiting],
        "mine": [viewer.card(card) for card in mine],
        "open_id": case_id,
        "offices": [context.counter.casebook.office(point).name for point in session.member.contact_points],
        "said": said if (said := request.query.get("said", "")) in _SAID else "",
        "form": new_form(),
        "opened": None,
    }
    if opened is not None:
        office = context.counter.casebook.office(opened.case.contact_point)
        values |= {
            "opened": next(card for card in values["mine"] if card.case_id == case_id),
            "gone": opened.gone,
            "shared_from": viewer.time(opened.case.share_from, office.zone) if opened.case.share_from else "",
            "lines": [viewer.line(line, office.zone) for line in opened.lines],
        }
    return page(request, session, "desk/desk.html", values)


async def _opened(
    connection: AsyncConnection, context: WebContext, session: SignedIn, case_id: UUID | None
) -> Transcript | None:
    if case_id is None:
        return None
    return await read_transcript(connection, context, scope_of(session), case_id)
