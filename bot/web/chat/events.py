"""GET /chat/events: what was handed over to the person, live and again from the last number the page has."""

import contextlib
import re

from aiohttp import ClientConnectionResetError, web
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.web.chat.locale import choose_locale
from bot.web.chat.page import render_bubble, with_office
from bot.web.chat.record import Record, read_record
from bot.web.chat.visitor import Visitor, find_visitor, visitor_of
from bot.web.context import CONTEXT
from bot.web.guard import client_address
from bot.web.limits import network_of
from bot.web.sse import STREAMS, EventSource, Stream

_NUMBER = re.compile(r"[0-9]{1,9}")


async def chat_events(request: web.Request) -> web.StreamResponse:
    """Stream the conversation of the cookie; 204 tells a browser without one to stop asking."""
    context = request.app[CONTEXT]
    visitor = await find_visitor(request)
    if visitor.conversation_id is None:
        return web.Response(status=204)
    topic = f"conversation:{visitor.conversation_id}"
    async with context.bus.listen(topic) as changed:
        with request.app[STREAMS].open(topic, changed, network_of(client_address(request))) as stream:
            source = await EventSource.answer(request)
            with contextlib.suppress(ClientConnectionResetError):  # the page was closed
                await _Teller(request, visitor, source, _seen(request)).run(stream)
            return source.response


def _seen(request: web.Request) -> int:
    """The number the browser names when it comes back, or the one the page started from."""
    value = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(value) if _NUMBER.fullmatch(value) else 0


class _Teller:
    """Tells one page what it has not seen."""

    def __init__(self, request: web.Request, visitor: Visitor, source: EventSource, seen: int) -> None:
        self._request = request
        self._context = request.app[CONTEXT]
        self._visitor = visitor
        self._source = source
        self._seen = seen
        self._pulse: tuple[object, ...] = ()
        self._with_office: bool | None = None

    async def run(self, stream: Stream) -> None:
        """Tell until the page or the server goes, or the chat is no longer this browser's."""
        while not stream.ended:
            async with self._context.database.reading() as connection:
                still = await visitor_of(connection, self._context.conversations, self._visitor.token)
                record = await self._changed_record(connection) if still.conversation_id else None
            if still.conversation_id != self._visitor.conversation_id:
                await self._source.send("gone", {})
                return
            if record is not None:
                await self._tell(record)
            await self._source.beat()
            await stream.wait()

    async def _changed_record(self, connection: AsyncConnection) -> Record | None:
        """Open the sealed record only when something moved: pages look every few seconds."""
        c, o = t.conversation.c, t.outbox.c
        mine = self._visitor.conversation_id
        sent = select(func.count()).where(o.conversation_id == mine, o.state == "sent").scalar_subquery()
        query = select(c.version, c.out_seq, c.state, c.locale, sent).where(c.id == mine)
        row = (await connection.execute(query)).one_or_none()
        pulse = tuple(row) if row is not None else ()
        if row is None or pulse == self._pulse:
            return None
        self._pulse = pulse
        conversation = await self._context.conversations.read(connection, self._visitor.conversation_id or row.id)
        return await read_record(connection, self._context, conversation) if conversation else None

    async def _tell(self, record: Record) -> None:
        if record.erased_since(self._seen):
            self._seen = 0
            await self._source.send("erased", {}, 0)
        if with_office(record) != self._with_office:
            self._with_office = with_office(record)
            await self._source.send("office", {"has_question": self._with_office})
        locale = self._locale(record)
        for bubble in record.after(self._seen):
            html = render_bubble(self._request, bubble, locale)
            await self._source.send("message", {"html": html}, bubble.seq)
            self._seen = bubble.seq

    def _locale(self, record: Record) -> str:
        known = record.conversation.locale if record.conversation else ""
        query = self._request.query.get("lang", "")
        return choose_locale(query, known, self._request.headers.get("Accept-Language", ""), self._context.locales)
