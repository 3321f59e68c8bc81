"""The lists of the desk: who waits, one's own people, calls to make, cases to interpret, people who are muted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.staff import Right, SignedIn
from bot.web.context import WebContext
from bot.web.desk.session import scope_of
from bot.web.desk.shift import hours_ahead, read_shift, zone_of
from bot.web.desk.view import CardView, Viewer
from handoff.operators import queue


@dataclass(frozen=True, slots=True)
class CallView:
    """A call that somebody asks for. The number is there only for who took the case."""

    callback_id: UUID
    case_id: UUID
    name: str
    about: str
    wish: str
    since: str
    safe_if_other: bool
    mine: bool
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LimitView:
    """Somebody whom no adviser answers until a time."""

    conversation_id: UUID
    name: str
    until: str
    confirmed: bool


async def read_lists(
    connection: AsyncConnection, context: WebContext, viewer: Viewer, session: SignedIn
) -> dict[str, Any]:
    """Return everything on the page but a conversation."""
    scope, ring, member = scope_of(session), context.ring, session.member
    zone, shift = zone_of(context, session), await read_shift(connection, context, session)
    lists: dict[str, Iterable[queue.QueueCard]] = {
        "waiting": await queue.waiting(connection, ring, scope),
        "mine": await queue.mine(connection, ring, scope),
        "to_interpret": (),
        "interpreting": (),
    }
    if member.may(Right.INTERPRET):
        lists["to_interpret"] = await queue.to_interpret(connection, ring, scope)
        lists["interpreting"] = await queue.interpreting(connection, ring, scope)
    cards: dict[str, list[CardView]] = {name: [viewer.card(card) for card in found] for name, found in lists.items()}
    return {
        **cards,
        "calls": [_call(viewer, card) for card in await queue.callbacks(connection, ring, scope)],
        "muted": await _muted(connection, context, viewer, session) if member.may(Right.LEAD) else [],
        "offices": [context.counter.casebook.office(point).name for point in member.contact_points],
        "failing": await _failing(connection, viewer, zone),
        "company": context.translator.company if context.translator is not None else "",
        "shift": shift,
        "until": viewer.time(shift.until, zone) if shift.until else "",
        "hours": hours_ahead(context.clock(), zone),
    }


def _call(viewer: Viewer, card: queue.CallCard) -> CallView:
    return CallView(
        callback_id=card.callback_id,
        case_id=card.case_id,
        name=viewer.person(card.case_id),
        about=f"{viewer.topic(card.topic)} · {viewer.language(card.locale)}",
        wish=card.wish,
        since=viewer.ago(card.asked_at),
        safe_if_other=card.safe_if_other,
        mine=card.mine,
        number=card.number,
    )


async def _muted(
    connection: AsyncConnection, context: WebContext, viewer: Viewer, session: SignedIn
) -> list[LimitView]:
    now, found = context.clock(), await queue.limited(connection, scope_of(session))
    return [
        LimitView(
            card.conversation_id,
            viewer.person(card.case_id),
            viewer.time(card.until, context.counter.casebook.office(card.contact_point).zone),
            card.confirmed_at is not None,
        )
        for card in found
        if card.until > now
    ]


async def _failing(connection: AsyncConnection, viewer: Viewer, zone: str) -> list[tuple[str, str]]:
    """The platforms that do not take our messages now, and since when: for everybody at the desk."""
    c = t.account.c
    rows = await connection.execute(select(c.channel, c.failing_since).where(c.failing_since.is_not(None)))
    return [(row.channel, viewer.time(row.failing_since, zone)) for row in rows]
