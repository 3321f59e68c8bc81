"""GET /desk/events: tells an open desk that something changed; the page then fetches itself again. No content goes here."""

import contextlib
from uuid import UUID

from aiohttp import ClientConnectionResetError, web
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import operators_only, scope_of, who
from bot.web.sse import STREAMS, EventSource, Stream
from handoff import queue
from handoff.contact_point import Scope
from handoff.store import Case

Pulse = tuple[object, ...]


@operators_only
async def desk_events(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Stream until the page goes or the session ends; an open page is no sign that somebody sits there."""
    context = request.app[CONTEXT]
    async with context.database.reading() as connection:
        held = await queue.held(connection, scope_of(session), _case(request)) if _case(request) else []
    topics = ["desk", *(f"desk:{point}" for point in session.member.contact_points)]
    topics += [f"conversation:{case.conversation_id}" for case in held]
    async with context.bus.listen(*topics) as changed:
        with request.app[STREAMS].open(f"desk:{session.session_id}", changed) as stream:
            source = await EventSource.answer(request)
            with contextlib.suppress(ClientConnectionResetError):  # the page was closed
                await _run(request, session, source, stream, held)
            return source.response


def _case(request: web.Request) -> UUID | None:
    try:
        return UUID(request.query.get("case", ""))
    except ValueError:
        return None


async def _run(request: web.Request, session: SignedIn, source: EventSource, stream: Stream, held: list[Case]) -> None:
    context, scope = request.app[CONTEXT], scope_of(session)
    last: Pulse | None = None
    while not stream.ended:
        if await who(request, active=False) is None:
            await source.send("ended", {})
            return
        async with context.database.reading() as connection:
            pulse = await _pulse(connection, scope, held)
        if last is not None and pulse != last:
            await source.send("look", {})
        last = pulse
        await source.beat()
        await stream.wait()


async def _pulse(connection: AsyncConnection, scope: Scope, held: list[Case]) -> Pulse:
    """Return figures that change whenever the page would look different, without opening anything sealed."""
    c = t.case.c
    query = select(c.id, c.state, c.operator_id, c.danger_at, c.last_word, c.share_from)
    within = query.where(c.contact_point.in_(scope.points), c.state.in_(("waiting", "assigned"))).order_by(c.id)
    cases = tuple(tuple(row) for row in await connection.execute(within))
    return (cases, *[await _of_conversation(connection, case) for case in held])


async def _of_conversation(connection: AsyncConnection, case: Case) -> Pulse:
    c, o = t.conversation.c, t.outbox.c
    conversation = (
        await connection.execute(select(c.out_seq, c.version, c.blocked_at).where(c.id == case.conversation_id))
    ).one_or_none()
    fates = (
        select(o.state, o.platform_state, o.resolved, func.count())
        .where(o.conversation_id == case.conversation_id)
        .group_by(o.state, o.platform_state, o.resolved)
        .order_by(o.state, o.platform_state, o.resolved)
    )
    return (conversation, *[tuple(row) for row in await connection.execute(fates)])
