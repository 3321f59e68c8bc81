"""What the store holds, over what the files say."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.edits import Edit, Edits
from bot.exchange.articles import normal
from bot.exchange.items import ARTICLE, DRAFT, EDITS, Content, Item
from bot.exchange.points import plain_point
from bot.exchange.shipped import Shipped

_AT_ONCE = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class Held:
    """All content of an installation. `touched` are the items that somebody changed here, even if they took it back."""

    content: Content = field(repr=False)
    edits: dict[Item, Edit] = field(default_factory=dict, repr=False)
    revisions: dict[str, UUID] = field(default_factory=dict, repr=False)  # the current ones by key
    touched: frozenset[Item] = frozenset()

    def is_own(self, item: Item, shipped: Shipped) -> bool:
        """Tell whether the store says something else than the files."""
        return self.content.get(item) != shipped.content.get(item)


async def read_held(connection: AsyncConnection, shipped: Shipped) -> Held:
    """Read everything in the open transaction."""
    content = {item: body for item, body in shipped.content.items() if item.kind != ARTICLE}
    edits = {Item(edit.kind, edit.key): edit for edit in await Edits().current(connection, *EDITS)}
    for item, edit in edits.items():
        if edit.body is None:
            content.pop(item, None)
        else:
            content[item] = (plain_point(item.key, edit.body) or edit.body) if item.kind == "point" else edit.body
    revisions = await _articles(connection, shipped, content)
    await _drafts(connection, content)
    return Held(content, edits, revisions, await _touched(connection))


async def _articles(connection: AsyncConnection, shipped: Shipped, content: Content) -> dict[str, UUID]:
    r = t.revision.c
    found = select(r.id, r.key, r.origin_hash).where(r.kind == ARTICLE, r.current).order_by(r.key)
    current = (await connection.execute(found)).all()
    unread: dict[UUID, str] = {}
    for row in current:
        file = shipped.articles.get(row.key)
        if file is not None and file.hash == row.origin_hash:
            content[Item(ARTICLE, row.key)] = file.document
        else:
            unread[row.id] = row.key
    ids = list(unread)
    for at in range(0, len(ids), _AT_ONCE):
        bodies = await connection.execute(select(r.id, r.body).where(r.id.in_(ids[at : at + _AT_ONCE])))
        content |= await asyncio.to_thread(_read, {unread[row.id]: row.body for row in bodies})
    return {row.key: row.id for row in current}


def _read(bodies: Mapping[str, Any]) -> Content:
    return {Item(ARTICLE, key): normal(key, body) for key, body in bodies.items()}


async def _drafts(connection: AsyncConnection, content: Content) -> None:
    d = t.draft.c
    for row in await connection.execute(select(d.key, d.stage, d.minor, d.author, d.body).order_by(d.key)):
        body: dict[str, Any] = {"stage": row.stage, "minor": row.minor, "author": str(row.author), "body": row.body}
        content[Item(DRAFT, row.key)] = body


async def _touched(connection: AsyncConnection) -> frozenset[Item]:
    e, r, v = t.edit.c, t.revision.c, t.review.c
    edited = await connection.execute(select(e.kind, e.key).distinct())
    written = (
        await connection.execute(select(r.key).where(r.kind == ARTICLE, r.origin_hash == "").distinct())
    ).scalars()
    discussed = (await connection.execute(select(v.key).distinct())).scalars().all()
    own = list(written)
    return frozenset(
        {*(Item(row.kind, row.key) for row in edited), *(Item(ARTICLE, key) for key in own)}
        | {Item(DRAFT, key) for key in (*own, *discussed)}
    )
