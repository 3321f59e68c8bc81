"""Conflicts between what people changed here and what a new version's files say: shown with both sides, settled by one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.edits import Change, Edit, Edits, Outdated, conflicts, content_hash
from bot.exchange.items import ARTICLE, EDITS, Item, fingerprint
from bot.exchange.shipped import Shipped
from knowledge.store import Deed, Revisions

Take = Literal["mine", "file"]


@dataclass(frozen=True, slots=True)
class TwoSides:
    """One item that was changed here and in the files. None: it is not there on that side."""

    item: Item
    mine: Any = field(repr=False)
    file: Any = field(repr=False)

    @property
    def stamp(self) -> str:
        """Another text whenever one of the sides is another."""
        return fingerprint([self.mine, self.file])


@dataclass(frozen=True)
class Conflicts:
    """Finds and settles them. Takes the open connection and never commits."""

    shipped: Callable[[], Shipped] = field(repr=False)
    clock: Callable[[], datetime]

    async def all(self, connection: AsyncConnection) -> list[TwoSides]:
        """Return all conflicts, by kind and key."""
        shipped, revisions = self.shipped(), Revisions()
        found = [
            TwoSides(Item(edit.kind, edit.key), edit.body, _said(shipped, edit))
            for edit in await _moved(connection, shipped)
        ]
        for conflict in await revisions.conflicts(connection, list(shipped.articles.values())):
            current, file = await revisions.current(connection, conflict.key), shipped.articles.get(conflict.key)
            item = Item(ARTICLE, conflict.key)
            found.append(TwoSides(item, current.body if current else None, file.document if file else None))
        return sorted(found, key=lambda one: one.item)

    async def settle(self, connection: AsyncConnection, item: Item, take: Take, author: UUID | None, seen: str) -> None:
        """End a conflict for one side. `seen` is the stamp of what was looked at. Raises Outdated; nothing is lost."""
        await Revisions().hold(connection)
        there = next((one for one in await self.all(connection) if one.item == item), None)
        if there is None or there.stamp != seen:
            raise Outdated(f"{item.kind} {item.key} is not in conflict any more, or was changed")
        now = self.clock()
        if item.kind == ARTICLE:
            file = self.shipped().articles.get(item.key)
            await Revisions().settle(connection, item.key, file, take, Deed(author, now, f"conflict {take}"))
        else:
            await self._settle_edit(connection, item, take, author, now)
        actor = f"staff:{author}" if author else "system"
        await audit.note(connection, actor, "conflict_settled", f"{item.kind}:{item.key}"[:80], "", now)

    async def _settle_edit(
        self, connection: AsyncConnection, item: Item, take: Take, author: UUID | None, now: datetime
    ) -> None:
        edits = Edits()
        edit = await edits.one(connection, *item)
        if edit is None:
            raise Outdated(f"{item.kind} {item.key} was changed")
        if take == "file":
            await edits.drop(connection, *item, edit.id)
        else:
            base = content_hash(_said(self.shipped(), edit))
            await edits.save(connection, Change(*item, edit.body, base, edit.id, "conflict mine"), author, now)


async def _moved(connection: AsyncConnection, shipped: Shipped) -> list[Edit]:
    found: list[Edit] = []
    for kind in EDITS:
        found += conflicts(await Edits().current(connection, kind), shipped.bodies(kind))
    return found


def _said(shipped: Shipped, edit: Edit) -> Any:
    return shipped.content.get(Item(edit.kind, edit.key))
