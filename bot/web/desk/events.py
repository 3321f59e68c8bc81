"""GET /desk/events: tells an open desk that something changed; the page then fetches itself again. No content goes here."""

import asyncio
import contextlib
import time

from aiohttp import ClientConnectionResetError, web
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.ids import read_id
from bot.staff import SignedIn
from bot.web import sse
from bot.web.context import CONTEXT
from bot.web.desk.session import desk_only, scope_of
from bot.web.desk.watch import WATCH, Pulse
from bot.web.guard import client_address
from bot.web.limits import network_of
from bot.web.sse import DESK_STREAMS, EventSource, Stream
from handoff.operators import queue
from handoff.store import Case

_Event = tuple[str, dict[str, str]]
_ENDED: _Event = ("ended", {})
_THOROUGHLY = 60.0  # the bus carries words inside one process only


@desk_only
async def desk_events(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Stream until the page goes or the session ends; an open page is no sign that somebody sits there."""
    context, case_id = request.app[CONTEXT], read_id(request.query.get("case"))
    async with context.database.reading() as connection:
        case = await queue.readable(connection, scope_of(session), case_id) if case_id else None
    talk = [f"conversation:{case.conversation_id}"] if case else []
    network = network_of(client_address(request))
    lists = ["desk", *(f"desk:{point}" for point in session.member.contact_points)]
    async with context.bus.listen(*lists, *talk) as changed, context.bus.listen(*talk) as talked:
        with (
            request.app[DESK_STREAMS].open(f"desk:{session.session_id}", changed, network) as stream,
            request.app[WATCH].over(session.member),
        ):
            view = _View(request, session, _Talk(case, talked))
            # The page fetches itself when the stream opens: whatever comes after the look before that is told.
            event = await view.look(0.0)
            source = await EventSource.answer(request)
            with contextlib.suppress(ClientConnectionResetError):  # the page was closed
                await _run(source, stream, view, event)
        return source.response


class _Talk:
    """The conversation that is open on a page: looked at when the bus names it, and now and then."""

    def __init__(self, case: Case | None, talked: asyncio.Event) -> None:
        self._case = case
        self._talked = talked
        self._due_at = float("-inf")
        self._pulse: Pulse = ()
        self.is_open = case is not None

    async def look(self, request: web.Request, moved: bool) -> Pulse:
        """Return what changes whenever the conversation on the page would look different. `moved`: its case did."""
        if self._case is None or not (moved or self._talked.is_set() or time.monotonic() >= self._due_at):
            return self._pulse
        # A word may come a moment before its transaction ends: then the next look finds it.
        self._due_at = time.monotonic() if self._talked.is_set() else time.monotonic() + _THOROUGHLY
        self._talked.clear()
        async with request.app[CONTEXT].database.reading() as connection:
            self._pulse = await _of_conversation(connection, self._case)
        return self._pulse


class _View:
    """What a page shows: the lists, and the conversation that is open on it."""

    def __init__(self, request: web.Request, session: SignedIn, talk: _Talk) -> None:
        self._request = request
        self._session = session
        self._talk = talk
        self._lists: Pulse = ()
        self._said: Pulse = ()
        self._own: Pulse = ()

    async def look(self, no_older_than: float) -> _Event | None:
        """Look again and return what the page must be told, None where it shows all of it."""
        sight = await self._request.app[WATCH].look(no_older_than)
        if self._session.session_id not in sight.sessions:
            return _ENDED
        before, own = (self._lists, self._said), sight.own(self._session.member)
        self._lists = sight.of(self._session.member)
        self._said = await self._talk.look(self._request, own != self._own)
        self._own = own
        if (self._lists, self._said) == before:
            return None
        return "look", {"only": "lists"} if self._talk.is_open and self._said == before[1] else {}


async def _run(source: EventSource, stream: Stream, view: _View, event: _Event | None) -> None:
    """Tell the page what it must know until one of them ends. `event` is what was seen before the stream opened."""
    event = _ENDED if event == _ENDED else None
    while not stream.ended:
        if event is not None:
            await source.send(*event)
        if event == _ENDED:
            return
        await source.beat()
        news = stream.woken  # a word may come a moment before its transaction ends: look again after it
        await stream.wait()
        # Where nothing was said, what others saw a moment ago will do.
        event = await view.look(0.0 if news or stream.woken else sse.LOOK_AGAIN / 2)


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
    m, a = t.message.c, t.attachment.c
    beside = (
        select(func.count()).where(a.conversation_id == case.conversation_id, a.state == "ready"),
        select(func.count()).where(a.conversation_id == case.conversation_id, a.state.in_(("kept", "queued"))),
        select(func.count()).where(t.note.c.case_id == case.id),
        select(func.count(t.translation.c.id))
        .join_from(t.translation, t.message, m.id == t.translation.c.message_id)
        .where(m.conversation_id == case.conversation_id),
    )
    return (
        conversation,
        *[(await connection.execute(count)).scalar() for count in beside],
        *[tuple(row) for row in await connection.execute(fates)],
    )
