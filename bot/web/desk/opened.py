"""The conversation that is open: what was said, how an answer would go out, and what stands behind "More"."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.staff import SignedIn
from bot.web.context import WebContext
from bot.web.desk.composer import read_composer
from bot.web.desk.deeds import new_form
from bot.web.desk.propose import Proposal, read_proposal
from bot.web.desk.protocol import our_protocol, read_protocol
from bot.web.desk.session import scope_of
from bot.web.desk.texts import DeskTexts
from bot.web.desk.transcript import Transcript, read_transcript
from bot.web.desk.translated import read_machine
from bot.web.desk.view import Viewer
from handoff import phrasebook
from handoff.operators import people, queue


@dataclass(frozen=True, slots=True)
class More:
    """What is not needed every minute. `facts` are pairs of a word of the texts and its value."""

    facts: tuple[tuple[str, str], ...] = field(repr=False)
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    notes: tuple[tuple[str, str, str], ...] = field(repr=False)
    colleagues: tuple[people.Colleague, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    proposal: Proposal | None = None


async def read_opened(
    connection: AsyncConnection, context: WebContext, texts: DeskTexts, viewer: Viewer, session: SignedIn, case_id: UUID,
    live: bool,
) -> dict[str, Any] | None:  # fmt: skip
    """Return all of an open case that this member may read; None for any other. Only its operator gets a composer.

    `live`: an open page asks for its news. To whom a case can be handed on is half of the work, and not among them.
    """
    scope, casebook = scope_of(session), context.counter.casebook
    opened = await read_transcript(connection, context, scope, case_id)
    composer = await read_composer(connection, context, opened.case) if opened else None
    if opened is None or composer is None:
        return None
    office = casebook.office(opened.case.contact_point)
    holds = opened.case.operator_id == session.member.id
    own = await read_protocol(connection, office.id) if opened.case.danger_at else ()
    cards = await (queue.mine if holds else queue.interpreting)(connection, context.ring, scope)
    card = next((card for card in cards if card.case_id == case_id), None)
    if card is None:  # a colleague got the case between two of these looks
        return None
    return {
        "open_id": case_id,
        "opened": viewer.card(card),
        "holds_it": holds,
        "lines": [viewer.line(line, office.zone) for line in opened.lines],
        "shared_from": viewer.time(opened.case.share_from, office.zone) if opened.case.share_from else "",
        "protocol": own or our_protocol(texts, viewer.locale),
        "composer": composer,
        "machine": await read_machine(connection, context, session.member, opened, composer),
        "their_language": viewer.language(composer.locale),
        "window_until": viewer.time(composer.window_until, office.zone) if composer.window_until else "",
        "more": await _more(connection, context, viewer, session, opened, live),
        "form": new_form(),
    }


async def _more(
    connection: AsyncConnection, context: WebContext, viewer: Viewer, session: SignedIn, opened: Transcript, live: bool
) -> More:
    case, scope, ring = opened.case, scope_of(session), context.ring
    zone = context.counter.casebook.office(case.contact_point).zone
    summary = await queue.summary(connection, ring, scope, case.id)
    found = await queue.notes(connection, ring, scope, case.id)
    names = await _logins(connection, {one.staff_id for one in found}) | {session.member.id: viewer.say("author_you")}
    notes = tuple((names.get(one.staff_id, ""), viewer.time(one.at, zone), one.text) for one in found)
    if summary is None:
        return More((), (), notes)
    asked = context.counter.casebook.office(summary.transfer).name if summary.transfer else ""
    more = More(
        facts=_facts(viewer, summary),
        answers=phrasebook.load().summary(summary.answers, viewer.locale),
        notes=notes,
        asked=asked,
    )
    if live:
        return more
    colleagues = await people.colleagues(connection, case.contact_point, scope.staff_id, context.clock())
    here_first = tuple(sorted(colleagues, key=lambda one: not one.there))
    points = tuple(await _points(connection, context, viewer, case.contact_point))
    proposal = await read_proposal(connection, context, scope, case)
    return replace(more, colleagues=here_first, points=points, proposal=proposal)


def _facts(viewer: Viewer, summary: queue.Summary) -> tuple[tuple[str, str], ...]:
    """What the bot knows, without what is empty."""
    facts = (
        ("asked_about", viewer.title(summary.intent)),
        ("country", viewer.country(summary.country)),
        ("city", summary.city),
        ("also_speaks", ", ".join(viewer.language(one) for one in summary.also)),
        ("bot_showed", " · ".join(viewer.title(one) for one in summary.shown)),
    )
    return tuple((name, value) for name, value in facts if value)


async def _logins(connection: AsyncConnection, ids: set[UUID]) -> dict[UUID, str]:
    """Colleagues know each other by their logins."""
    c = t.staff.c
    rows = await connection.execute(select(c.id, c.login).where(c.id.in_(ids)))
    return {row.id: row.login for row in rows}


async def _points(
    connection: AsyncConnection, context: WebContext, viewer: Viewer, besides: str
) -> Sequence[tuple[str, str]]:
    """The offices where somebody works, by country and name: only those can be asked."""
    network = await context.counter.casebook.network(connection)
    now = context.clock()
    staffed = [point for point in network.points if point.id != besides and network.can_queue(point, now)]
    named = [
        (point.id, " · ".join(filter(None, (viewer.country(point.country), point.city, point.name))))
        for point in staffed
    ]
    return sorted(named, key=lambda one: one[1])
