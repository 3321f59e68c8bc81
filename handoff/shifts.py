"""Who works at an office: which offices are staffed, who is there now, and which languages the network's people speak."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint

STAFFED_FOR = timedelta(days=14)  # who signed in longer ago staffs nothing
SEEN_WITHIN = timedelta(minutes=10)

ANSWERING = ("operator", "lead")  # the roles that answer people; a lead is an operator, too
_INTERPRETER = "interpreter"
_AT_WORK = ("waiting", "assigned", "held")


@dataclass(frozen=True, slots=True)
class Manning:
    """Who may be reckoned with, among those who signed in within 14 days.

    `on_shift` counts an office's operators who are there at this moment; `spoken` are languages that an office's own people
    speak beside those of its file; `interpreters` the locales of the network's interpreters.
    """

    staffed: frozenset[str]
    on_shift: Mapping[str, int]
    spoken: Mapping[str, frozenset[str]]
    interpreters: frozenset[str]

    def speaking(self, points: Iterable[ContactPoint]) -> tuple[ContactPoint, ...]:
        """Return the offices with the languages that their people speak today."""
        return tuple(self._speaking(point) for point in points)

    def reads_now(self, point: ContactPoint, now: datetime) -> bool:
        """Tell whether the office is open and an operator of it is there."""
        return bool(hours.is_open(point, now)) and self.on_shift.get(point.id, 0) > 0

    def _speaking(self, point: ContactPoint) -> ContactPoint:
        more = sorted(self.spoken.get(point.id, frozenset()) - set(point.languages))
        return replace(point, languages=(*point.languages, *more)) if more else point


async def manning(connection: AsyncConnection, now: datetime) -> Manning:
    """Read once who may be reckoned with."""
    table = tables.staff
    recent = table.c.signed_in_at >= now - STAFFED_FOR
    columns = (
        table.c.role, table.c.contact_points, table.c.languages, table.c.signed_in_at, table.c.seen_at, table.c.away,
        table.c.shift_until,
    )  # fmt: skip
    rows = (await connection.execute(select(*columns).where(recent, or_(_answers(), _interprets())))).all()
    operators = [row for row in rows if row.role != _INTERPRETER]
    on_shift = Counter(point for row in operators if _there(row, now) for point in row.contact_points)
    spoken: dict[str, set[str]] = {point: set() for row in operators for point in row.contact_points}
    for row in operators:
        for point in row.contact_points:
            spoken[point].update(row.languages)
    return Manning(
        staffed=frozenset(spoken),
        on_shift=on_shift,
        spoken={point: frozenset(tags) for point, tags in spoken.items()},
        interpreters=frozenset(tag for row in rows if row.role == _INTERPRETER for tag in row.languages),
    )


async def staffed_points(connection: AsyncConnection, now: datetime) -> frozenset[str]:
    """Return the offices where an enabled operator accepted the terms and signed in within 14 days."""
    return (await manning(connection, now)).staffed


async def on_shift(connection: AsyncConnection, now: datetime) -> Mapping[str, int]:
    """Count for each office the operators who are there: seen within 10 minutes, not away, their shift not over."""
    return (await manning(connection, now)).on_shift


async def someone_on_shift(connection: AsyncConnection, point: ContactPoint, now: datetime) -> bool:
    """Tell whether the office is open and an operator of it is there. A danger's one true sentence depends on it."""
    return (await manning(connection, now)).reads_now(point, now)


async def interpreters(connection: AsyncConnection, now: datetime) -> frozenset[str]:
    """Return the languages of those who accepted to interpret, are enabled and signed in within 14 days."""
    return (await manning(connection, now)).interpreters


async def interprets(connection: AsyncConnection, staff_id: UUID) -> frozenset[str]:
    """Return the languages of somebody who accepted to interpret for the network; none if they did not."""
    statement = select(tables.staff.c.languages).where(tables.staff.c.id == staff_id, _interprets())
    return frozenset((await connection.execute(statement)).scalar() or ())


async def loads(connection: AsyncConnection, there: Manning) -> Mapping[str, float]:
    """Return how many cases wait or are held at each office for each of its operators on shift."""
    table = tables.case
    counted = select(table.c.contact_point, func.count()).where(table.c.state.in_(_AT_WORK))
    rows = await connection.execute(counted.group_by(table.c.contact_point))
    return {point: count / max(1, there.on_shift.get(point, 0)) for point, count in rows}


async def lapsed_points(connection: AsyncConnection, now: datetime) -> frozenset[str]:
    """Return the offices that were staffed, and where nobody has signed in for 14 days."""
    table = tables.staff
    rows = await connection.execute(select(table.c.contact_points).where(_answers(), table.c.signed_in_at.is_not(None)))
    once = frozenset(point for row in rows for point in row.contact_points)
    return once - await staffed_points(connection, now)


async def set_staff_away(connection: AsyncConnection, staff_id: UUID, away: bool) -> None:
    """Note that an operator is away or back."""
    table = tables.staff
    await connection.execute(update(table).where(table.c.id == staff_id).values(away=away))


async def set_shift(connection: AsyncConnection, staff_id: UUID, until: datetime | None) -> None:
    """Note until when an operator is there; None: until they go."""
    table = tables.staff
    await connection.execute(update(table).where(table.c.id == staff_id).values(shift_until=until))


def seen_lately(row: Any, now: datetime) -> bool:
    """Tell whether somebody was seen within 10 minutes."""
    return row.seen_at is not None and bool(row.seen_at >= now - SEEN_WITHIN)


def shift_end(row: Any) -> datetime | None:
    """Return the end that somebody named for their shift; one before they signed in was another day's."""
    until: datetime | None = row.shift_until
    return until if until is not None and row.signed_in_at is not None and row.signed_in_at <= until else None


def shift_over(row: Any, now: datetime) -> bool:
    """Tell whether the end that somebody named for their shift has passed."""
    until = shift_end(row)
    return until is not None and until <= now


def _answers() -> ColumnElement[bool]:
    table = tables.staff
    return and_(table.c.role.in_(ANSWERING), table.c.disabled_at.is_(None), table.c.terms_at.is_not(None))


def _interprets() -> ColumnElement[bool]:
    table = tables.staff
    return and_(table.c.role == _INTERPRETER, table.c.disabled_at.is_(None), table.c.interprets_at.is_not(None))


def _there(row: Any, now: datetime) -> bool:
    return seen_lately(row, now) and not row.away and not shift_over(row, now)
