"""The contact points as people of the network changed them: over the files, with a history, and in force at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.edits import Change, Edit, Edits, conflicts, content_hash
from bot.model.conversation import OPEN
from bot.model.errors import GuichetError
from handoff.offices.contact_point import ContactPoint, Duty
from handoff.offices.directory import POINT_SCHEMA, parent_faults
from handoff.offices.records import read_record

KIND = "point"

Faults = Mapping[str, str]
Points = Mapping[str, ContactPoint]


class BadOffice(GuichetError):
    """An office cannot be saved so. `faults` says why, by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = faults


class StillNeeded(GuichetError):
    """An office cannot be taken away: `cases` people are there, and it comes next after the offices `below`."""

    def __init__(self, cases: int, below: tuple[str, ...]) -> None:
        super().__init__(f"{cases} open cases, {len(below)} offices below")
        self.cases = cases
        self.below = below


@dataclass(frozen=True, slots=True)
class Office:
    """One office: what counts, what the file says, and the change over it. `differs`: the file has changed since."""

    point: ContactPoint | None
    file: ContactPoint | None
    edit: Edit | None = field(repr=False)
    differs: bool = False


class Offices:
    """The offices that the service works with. `points` is theirs alone to change; whoever holds it follows.

    `files` is what the files say, `base` the part of it that this installation serves (demonstrations with their hours).
    """

    def __init__(self, files: Points, base: Points, edits: Edits, clock: Callable[[], datetime]) -> None:
        self.files = files
        self.points: dict[str, ContactPoint] = dict(base)
        self._base = dict(base)
        self._edits = edits
        self._clock = clock

    async def reload(self, connection: AsyncConnection) -> None:
        """Lay what people changed over the files. A change that no longer reads leaves what the file says."""
        points = dict(self._base)
        for edit in await self._edits.current(connection, KIND):
            if edit.body is None:
                points.pop(edit.key, None)
            elif (point := _record(edit.body)) is not None:
                points[edit.key] = point
        self.points.clear()
        self.points.update(points)

    async def read(self, connection: AsyncConnection, point_id: str) -> Office:
        """Return what is known of an office; all of it is None where there never was one."""
        edit = await self._edits.one(connection, KIND, point_id)
        differs = edit is not None and bool(list(conflicts([edit], self._plain([point_id]))))
        return Office(self.points.get(point_id), self.files.get(point_id), edit, differs)

    async def differing(self, connection: AsyncConnection) -> frozenset[str]:
        """Return the ids of the offices whose file has changed since somebody changed them here."""
        edits = await self._edits.current(connection, KIND)
        return frozenset(edit.key for edit in conflicts(edits, self._plain(edit.key for edit in edits)))

    async def history(self, connection: AsyncConnection, point_id: str) -> list[Edit]:
        """Return all savings of an office, the newest first."""
        return await self._edits.history(connection, KIND, point_id)

    async def last(self, connection: AsyncConnection, point_id: str) -> ContactPoint | None:
        """Return an office as it was last known, also one that was taken away."""
        if (point := self.points.get(point_id) or self.files.get(point_id)) is not None:
            return point
        bodies = (edit.body for edit in await self.history(connection, point_id) if edit.body is not None)
        return next((point for body in bodies if (point := _record(body)) is not None), None)

    def check(self, raw: Mapping[str, Any]) -> ContactPoint:
        """Read an office from plain values as if it were in a file. Raises BadOffice with every fault by field."""
        row = read_record(POINT_SCHEMA, "", raw)
        if row.record is None:
            raise BadOffice(_by_field(row.faults))
        point, beside = row.record, dict(self.points)
        before = set(parent_faults(beside))
        beside[point.id] = point
        new = [one for one in parent_faults(beside) if one not in before or one[0] == point.id]
        if new:  # its own chain is wrong, or it moved away from those that lead to it
            own = [fault for one, fault in new if one == point.id]
            raise BadOffice({"parent": own[0]} if own else {"country": new[0][1]})
        return point

    async def save(
        self, connection: AsyncConnection, point: ContactPoint, author: UUID, seen: UUID | None, note: str = ""
    ) -> Edit:
        """Keep a checked office. Raises Outdated when somebody else saved since `seen`, the change that its author saw."""
        return await self._put(connection, point.id, POINT_SCHEMA.plain(point), author, seen, note)

    async def take_away(
        self, connection: AsyncConnection, point_id: str, author: UUID, seen: UUID | None, note: str = ""
    ) -> Edit:
        """Take an office out of the network. Raises StillNeeded while people are there or other offices lead to it."""
        below = tuple(sorted(one.id for one in self.points.values() if one.parent == point_id))
        cases = await open_cases(connection, point_id)
        if cases or below:
            raise StillNeeded(cases, below)
        return await self._put(connection, point_id, None, author, seen, note)

    async def as_in_file(self, connection: AsyncConnection, point_id: str, seen: UUID) -> None:
        """Go back to what the file says. Raises Outdated, and StillNeeded where no file has the office and it is in use."""
        if point_id not in self.files:
            cases = await open_cases(connection, point_id)
            below = tuple(sorted(one.id for one in self.points.values() if one.parent == point_id))
            if cases or below:
                raise StillNeeded(cases, below)
        await self._edits.drop(connection, KIND, point_id, seen)

    async def _put(
        self, connection: AsyncConnection, point_id: str, body: Any, author: UUID, seen: UUID | None, note: str
    ) -> Edit:
        base = content_hash(self._plain([point_id]).get(point_id))
        return await self._edits.save(connection, Change(KIND, point_id, body, base, seen, note), author, self._clock())

    def _plain(self, ids: Iterable[str]) -> dict[str, Any]:
        return {one: POINT_SCHEMA.plain(self.files[one]) for one in ids if one in self.files}


def may_declare(before: ContactPoint | None, after: ContactPoint, *, speaks_for_it: bool) -> bool:
    """Tell whether somebody may save this about the duty to report.

    That there is none is a promise to people without papers: only who speaks for the office gives or dates it. Anybody who
    edits the office may take it back.
    """
    if speaks_for_it or after.duty_to_report is not Duty.NONE:
        return True
    return before is not None and before.trusted and before.declared_on == after.declared_on


async def open_cases(connection: AsyncConnection, point_id: str) -> int:
    """Count the people whom this office has, or to whom it is offered."""
    c = t.case.c
    query = select(func.count()).select_from(t.case).where(c.contact_point == point_id, c.state.in_(OPEN))
    return int((await connection.execute(query)).scalar_one())


def _record(body: Mapping[str, Any]) -> ContactPoint | None:
    return read_record(POINT_SCHEMA, "", body).record


def _by_field(faults: Iterable[str]) -> dict[str, str]:
    """`: hours: …` is a fault of the field `hours`; the place before it is empty."""
    found: dict[str, str] = {}
    for fault in faults:
        name, _, said = fault.removeprefix(": ").partition(": ")
        found.setdefault(name, said)
    return found
