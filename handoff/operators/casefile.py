"""What belongs to one case and who may see it. Every query takes a Scope; most show something only to who took the case."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.conversation import HELD, WITH_OPERATOR
from handoff import shifts
from handoff.bridge import BridgeKind
from handoff.machine import EDGES, Edge
from handoff.offices.contact_point import Scope
from handoff.operators import notes as internal
from handoff.operators.cards import CallCard, LimitCard, QueueCard, Summary, queue_cards
from handoff.operators.notes import Note
from handoff.request import Card
from handoff.store import Case, read_card, to_case

_case = tables.case


async def readable(connection: AsyncConnection, scope: Scope, case_id: UUID) -> Case | None:
    """Return a case whose conversation this member of staff may read: its operator, or the interpreter the person let in."""
    held_by_me = _case.c.contact_point.in_(scope.points) & (_case.c.operator_id == scope.staff_id)
    interpreted = _case.c.interpreter_id == scope.staff_id
    statement = select(_case).where(_case.c.id == case_id, _case.c.state.in_(WITH_OPERATOR), held_by_me | interpreted)
    row = (await connection.execute(statement)).first()
    return to_case(row) if row is not None else None


async def summary(connection: AsyncConnection, ring: KeyRing, scope: Scope, case_id: UUID) -> Summary | None:
    """Return what the bot knows of a case, to who may read it."""
    case = await readable(connection, scope, case_id)
    if case is None:
        return None
    card = read_card(ring, case)
    return Summary(
        intent=card.intent,
        country=card.country,
        city=card.city,
        shown=card.shown if case.share_from is not None else (),
        answers=card.answers,
        also=card.also,
        transfer=card.transfer,
        transfer_refused=await _refused(connection, case),
        interpreter_asked=bool(card.interpreter),
        interpreter_id=case.interpreter_id,
    )


async def notes(connection: AsyncConnection, ring: KeyRing, scope: Scope, case_id: UUID) -> tuple[Note, ...]:
    """Return what operators wrote to each other about a case, to who may read it.

    A case that the person took to another office begins anew there; what was written before stays with the first one.
    """
    case = await readable(connection, scope, case_id)
    return await internal.of_case(connection, ring, case.id, case.opened_at) if case is not None else ()


async def callbacks(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[CallCard, ...]:
    """Return the calls that people of the operator's offices ask for and no colleague has, the oldest first."""
    table = tables.callback
    statement = (
        select(table, _case.c.contact_point, _case.c.locale, _case.c.topic, _case.c.operator_id)
        .join(_case, _case.c.id == table.c.case_id)
        .where(_case.c.contact_point.in_(scope.points), _case.c.state.in_(HELD))
        .where(table.c.done_at.is_(None), table.c.wish != "")
        .where(or_(_case.c.operator_id.is_(None), _case.c.operator_id == scope.staff_id))
    )
    rows = await connection.execute(statement.order_by(table.c.asked_at, table.c.id))
    return tuple(_call_card(ring, row, scope) for row in rows)


async def limited(connection: AsyncConnection, scope: Scope) -> tuple[LimitCard, ...]:
    """Return the people whom an operator of these offices muted, the latest first; whether the time is over is not asked."""
    c = tables.conversation.c
    statement = (
        select(
            _case.c.id, _case.c.contact_point, c.id.label("person"), c.limited_until, c.limited_by, c.limit_confirmed_at
        )
        .join(tables.conversation, c.id == _case.c.conversation_id)
        .where(_case.c.contact_point.in_(scope.points), _case.c.close_reason == EDGES[Edge.LIMIT].event)
        .where(c.limited_until.is_not(None))
        .order_by(_case.c.closed_at.desc())
    )
    found: dict[UUID, LimitCard] = {}
    for row in await connection.execute(statement):
        card = LimitCard(
            row.person, row.id, row.contact_point, row.limited_until, row.limited_by, row.limit_confirmed_at
        )
        found.setdefault(row.person, card)
    return tuple(found.values())


async def to_interpret(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return the cases that wait for an interpreter of this person's languages: cards only, of any office."""
    languages = await shifts.interprets(connection, scope.staff_id)
    found = [(read_card(ring, case), case) for case in await _waiting_for_interpreter(connection)]
    return queue_cards([(card, case) for card, case in found if _spoken(card, case, languages)])


async def interpreting(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return the cases that this interpreter may read, because the person said yes."""
    statement = select(_case).where(_case.c.interpreter_id == scope.staff_id, _case.c.state.in_(HELD))
    found = [to_case(row) for row in await connection.execute(statement)]
    return queue_cards([(read_card(ring, case), case) for case in found])


async def interpretable(
    connection: AsyncConnection, ring: KeyRing, case_id: UUID, languages: Collection[str]
) -> Case | None:
    """Return a case that waits for an interpreter of one of these languages."""
    found = await _waiting_for_interpreter(connection, case_id)
    return next((case for case in found if _spoken(read_card(ring, case), case, languages)), None)


async def _waiting_for_interpreter(connection: AsyncConnection, case_id: UUID | None = None) -> list[Case]:
    statement = select(_case).where(
        _case.c.state.in_(HELD), _case.c.bridge == BridgeKind.INTERPRETER, _case.c.interpreter_id.is_(None)
    )
    if case_id is not None:
        statement = statement.where(_case.c.id == case_id)
    return [to_case(row) for row in await connection.execute(statement)]


def _spoken(card: Card, case: Case, languages: Collection[str]) -> bool:
    """Tell whether one of the languages is the person's; who was asked about an interpreter is not asked about a second."""
    return not card.interpreter and any(locale in languages for locale in (case.locale, *card.also))


async def _refused(connection: AsyncConnection, case: Case) -> bool:
    """Tell whether the last thing asked about a transfer was answered with no."""
    table, no = tables.handoff_event, EDGES[Edge.TRANSFER_NO].event
    statement = select(table.c.edge).where(
        table.c.case_id == case.id, table.c.edge.in_((EDGES[Edge.TRANSFER_ASKED].event, no))
    )
    last = (await connection.execute(statement.order_by(table.c.at.desc(), table.c.id.desc()).limit(1))).scalar()
    return last == no


def _call_card(ring: KeyRing, row: Row[Any], scope: Scope) -> CallCard:
    mine = row.operator_id == scope.staff_id
    number = ring.open("callback", "number", row.id, row.number) if mine and row.number is not None else ""
    return CallCard(
        callback_id=row.id,
        case_id=row.case_id,
        contact_point=row.contact_point,
        locale=row.locale,
        topic=row.topic,
        wish=row.wish,
        safe_if_other=row.safe_if_other,
        asked_at=row.asked_at,
        mine=mine,
        number=number,
    )
