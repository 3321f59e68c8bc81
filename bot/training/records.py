"""The table of trainings: one at a time in the whole database, and signs of life by which a dead one is found."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.ids import new_id
from bot.staff.logins import logins
from bot.training.model import ACTIVE, Busy, Deed, State, Step, Training

DEAD_AFTER = timedelta(minutes=2)  # without a sign of life
DEEDS = ("training_started", "training_cancelled", "model_published", "model_rolled_back", "model_changed_outside")


class Records:
    """Takes the open connection and never commits."""

    async def add(self, connection: AsyncConnection, member: UUID, owner: str, now: datetime) -> UUID:
        """Queue a training. Raises Busy with the one that is under way, anywhere on this database; a dead one is none."""
        if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            await connection.execute(text("LOCK TABLE training IN SHARE ROW EXCLUSIVE MODE"))
        await self.bury(connection, now)
        if active := await self.active(connection):
            raise Busy(active)
        row = {
            "id": new_id(), "state": State.QUEUED, "step": Step.EXPORT, "started_by": member, "owner": owner,
            "seen_at": now, "created_at": now,
        }  # fmt: skip
        await connection.execute(insert(t.training).values(**row))
        return row["id"]  # type: ignore[return-value]

    async def active(self, connection: AsyncConnection) -> Training | None:
        """Return the training that is under way."""
        found = await self._read(connection, select(t.training).where(t.training.c.state.in_(ACTIVE)).limit(1))
        return found[0] if found else None

    async def queued(self, connection: AsyncConnection, owner: str) -> Training | None:
        """Return the training that this process was asked for and has not begun."""
        c = t.training.c
        found = await self._read(
            connection, select(t.training).where(c.state == State.QUEUED, c.owner == owner).limit(1)
        )
        return found[0] if found else None

    async def one(self, connection: AsyncConnection, training: UUID) -> Training | None:
        found = await self._read(connection, select(t.training).where(t.training.c.id == training))
        return found[0] if found else None

    async def latest(self, connection: AsyncConnection, count: int) -> list[Training]:
        """Return the last ones, the newest first."""
        return await self._read(connection, select(t.training).order_by(t.training.c.id.desc()).limit(count))

    async def compared(self, connection: AsyncConnection) -> list[Training]:
        """Return those that wait for somebody to publish them, the newest first."""
        query = select(t.training).where(t.training.c.state == State.COMPARED).order_by(t.training.c.id.desc())
        return await self._read(connection, query)

    async def deeds(self, connection: AsyncConnection, count: int) -> list[Deed]:
        """Return what was done with trainings and models, the newest first."""
        a = t.audit.c
        query = select(a.at, a.actor, a.action).where(a.action.in_(DEEDS)).order_by(a.at.desc(), a.id.desc())
        rows = (await connection.execute(query.limit(count))).all()
        names = await logins(connection, [_staff_of(row.actor) for row in rows])
        return [Deed(row.at, names.get(_staff_of(row.actor), ""), row.action) for row in rows]

    async def change(
        self, connection: AsyncConnection, training: UUID, values: Mapping[str, Any], *, of: Sequence[State]
    ) -> bool:
        """Change a training that is in one of these states; False if it is in another by now."""
        c = t.training.c
        query = update(t.training).where(c.id == training, c.state.in_(of)).values(**values)
        return bool((await connection.execute(query)).rowcount)

    async def bury(self, connection: AsyncConnection, now: datetime, owner: str = "") -> list[UUID]:
        """Declare dead what gave no sign of life for long, or belongs to another process of this owner's node; return which.

        An owner is `<node>:<process>`; a node runs one process, so an earlier one of it is gone.
        """
        c = t.training.c
        silent = or_(c.seen_at < now - DEAD_AFTER, c.seen_at.is_(None))
        mine = and_(_of_node(owner), c.owner != owner) if owner else silent
        query = select(c.id).where(c.state.in_(ACTIVE), or_(silent, mine)).with_for_update()
        dead = list((await connection.execute(query)).scalars())
        values = {"state": State.FAILED, "problem": "killed", "finished_at": now}
        await connection.execute(update(t.training).where(c.id.in_(dead)).values(**values))
        return dead

    async def half_published(self, connection: AsyncConnection, owner: str) -> list[Training]:
        """Return those of this owner's node that somebody decided to publish and that were interrupted."""
        c = t.training.c
        query = select(t.training).where(c.state == State.COMPARED, c.step == Step.PUBLISH)
        return await self._read(connection, query.where(_of_node(owner)))

    async def publisher(self, connection: AsyncConnection, training: UUID) -> UUID | None:
        """Return who decided to publish it."""
        query = select(t.training.c.published_by).where(t.training.c.id == training)
        return (await connection.execute(query)).scalar_one_or_none()

    async def settle(self, connection: AsyncConnection, current: str) -> bool:
        """Let the states say which model is in service; False if they said so already."""
        c = t.training.c
        back = update(t.training).where(c.state == State.REPLACED, c.published_at.is_not(None), c.model_hash == current)
        out = update(t.training).where(c.state == State.PUBLISHED, c.model_hash != current)
        raised = (await connection.execute(back.values(state=State.PUBLISHED))).rowcount
        lowered = (await connection.execute(out.values(state=State.REPLACED))).rowcount
        return bool(raised or lowered)

    async def _read(self, connection: AsyncConnection, query: Select[Any]) -> list[Training]:
        rows = (await connection.execute(query)).all()
        names = await logins(connection, [one for row in rows for one in (row.started_by, row.published_by)])
        return [_training(row, names) for row in rows]


def _of_node(owner: str) -> ColumnElement[bool]:
    node = owner.partition(":")[0]
    return t.training.c.owner.startswith(f"{node}:", autoescape=True)


def _staff_of(actor: str) -> UUID | None:
    """Return whose account acted; None for the system."""
    return UUID(actor.removeprefix("staff:")) if actor.startswith("staff:") else None


def _training(row: Row[Any], names: Mapping[UUID | None, str]) -> Training:
    return Training(
        row.id, State(row.state), row.step, row.done, row.total, row.started_by, names.get(row.started_by, ""),
        row.created_at, row.finished_at, row.published_at, names.get(row.published_by, ""), row.model_hash,
        row.before_hash, row.problem, row.report,
    )  # fmt: skip
