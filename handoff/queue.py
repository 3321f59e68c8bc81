"""What an operator may see. Every query takes a Scope: the contact point is the permission boundary."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from bot.crypto import KeyRing
from bot.model.conversation import Author, State
from handoff.contact_point import Scope
from handoff.request import Urgency
from handoff.store import Case, read_card, to_case, words

_case = tables.case


@dataclass(frozen=True, slots=True)
class QueueCard:
    """What is known of a case before it is taken: no word of the person. `since` is when they began to wait."""

    case_id: UUID
    contact_point: str
    state: State
    locale: str
    country: str = field(repr=False)
    city: str = field(repr=False)
    topic: str = ""
    urgency: Urgency = Urgency.NORMAL
    minor: bool = False
    since: datetime | None = None
    danger_at: datetime | None = None
    last_word: str = "person"
    last_word_at: datetime | None = None

    @property
    def pseudonym(self) -> str:
        """Return the name by which operators speak of this person."""
        return self.case_id.hex[-4:].upper()


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation that an operator took."""

    message_id: UUID
    author: Author
    text: str = field(repr=False)
    at: datetime
    locale: str


async def waiting(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return who waits at the operator's offices: danger first, then deadlines and minors, then by time."""
    return await _cards(connection, ring, _within(scope).where(_case.c.state == State.WAITING))


async def mine(connection: AsyncConnection, ring: KeyRing, scope: Scope) -> tuple[QueueCard, ...]:
    """Return what this operator took and holds."""
    return await _cards(connection, ring, _held_by(scope))


async def find(connection: AsyncConnection, scope: Scope, case_id: UUID) -> Case | None:
    """Return a case of the operator's offices."""
    row = (await connection.execute(_within(scope).where(_case.c.id == case_id))).first()
    return to_case(row) if row is not None else None


async def held(connection: AsyncConnection, scope: Scope, case_id: UUID | None = None) -> list[Case]:
    """Return the cases that this operator holds, or only this one."""
    statement = _held_by(scope) if case_id is None else _held_by(scope).where(_case.c.id == case_id)
    return [to_case(row) for row in await connection.execute(statement.order_by(_case.c.opened_at, _case.c.id))]


async def transcript(connection: AsyncConnection, ring: KeyRing, scope: Scope, case_id: UUID) -> tuple[Line, ...]:
    """Return the conversation, only to the operator who took it: since the moment the person shared it from, else since
    the take. What was recorded after the take is shown even if the person's device says that it was written before."""
    cases = await held(connection, scope, case_id)
    if not cases:
        return ()
    table, case = tables.message, cases[0]
    read_after = read_card(ring, case).read_after
    shown = [table.c.at >= case.share_from] if case.share_from is not None else []
    shown += [table.c.seq > read_after] if read_after is not None else []
    statement = select(table).where(
        table.c.conversation_id == case.conversation_id, table.c.payload.is_not(None), or_(false(), *shown)
    )
    rows = await connection.execute(statement.order_by(table.c.seq, table.c.id))
    return tuple(Line(row.id, Author(row.author), words(ring, row.id, row.payload), row.at, row.locale) for row in rows)


def _within(scope: Scope) -> Select[Any]:
    return select(_case).where(_case.c.contact_point.in_(scope.points))


def _held_by(scope: Scope) -> Select[Any]:
    return _within(scope).where(_case.c.state == State.ASSIGNED, _case.c.operator_id == scope.staff_id)


async def _cards(connection: AsyncConnection, ring: KeyRing, statement: Select[Any]) -> tuple[QueueCard, ...]:
    cases = [to_case(row) for row in await connection.execute(statement)]
    with_cards = [(read_card(ring, case), case) for case in cases]
    with_cards.sort(key=lambda pair: (pair[0].rank, pair[1].opened_at, pair[1].id))
    return tuple(
        QueueCard(
            case_id=case.id,
            contact_point=case.contact_point,
            state=State(case.state),
            locale=case.locale,
            country=card.country,
            city=card.city,
            topic=case.topic,
            urgency=card.urgency,
            minor=card.minor,
            since=case.opened_at,
            danger_at=case.danger_at,
            last_word=case.last_word,
            last_word_at=case.last_word_at,
        )
        for card, case in with_cards
    )
