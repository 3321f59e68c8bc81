"""What people changed over the files: wordings, intents, titles, sentences, offices. A file stays the base of each change.

An edit remembers the hash of what the file said when it was made. Where the file has changed since, both are there and
neither is overwritten: that is a conflict, which a person settles.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.errors import GuichetError
from bot.model.ids import new_id


class Outdated(GuichetError):
    """Somebody else saved since this was read; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One saving. `body` None: what the file holds is taken away."""

    id: UUID
    kind: str
    key: str
    body: Any = field(repr=False)
    base_hash: str
    author: UUID | None
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be saved. `expected` is the edit that its author saw, None where there was none."""

    kind: str
    key: str
    body: Any = field(repr=False)
    base_hash: str = ""
    expected: UUID | None = None
    note: str = ""


class Edits:
    """The table `edit`. Takes the open connection and never commits."""

    async def current(self, connection: AsyncConnection, *kinds: str) -> list[Edit]:
        """Return the current edits of these kinds, by kind and key."""
        c = t.edit.c
        query = select(t.edit).where(c.kind.in_(kinds), c.current).order_by(c.kind, c.key)
        return [_edit(row) for row in await connection.execute(query)]

    async def one(self, connection: AsyncConnection, kind: str, key: str) -> Edit | None:
        """Return the current edit of a key."""
        c = t.edit.c
        query = select(t.edit).where(c.kind == kind, c.key == key, c.current)
        row = (await connection.execute(query)).one_or_none()
        return _edit(row) if row is not None else None

    async def history(self, connection: AsyncConnection, kind: str, key: str) -> list[Edit]:
        """Return all savings of a key, the newest first."""
        return await self.histories(connection, [kind], [key])

    async def histories(self, connection: AsyncConnection, kinds: Collection[str], keys: Collection[str]) -> list[Edit]:
        """Return all savings of these keys in these kinds, the newest first."""
        c = t.edit.c
        query = select(t.edit).where(c.kind.in_(kinds), c.key.in_(keys)).order_by(c.created_at.desc(), c.id.desc())
        return [_edit(row) for row in await connection.execute(query)]

    async def save(self, connection: AsyncConnection, change: Change, author: UUID | None, now: datetime) -> Edit:
        """Make this the current edit of its key. Raises Outdated when it is not what its author saw any more."""
        await self._put_aside(connection, change.kind, change.key, change.expected)
        values = {
            "id": new_id(), "kind": change.kind, "key": change.key, "body": change.body, "base_hash": change.base_hash,
            "author": author, "note": change.note, "created_at": now, "current": True,
        }  # fmt: skip
        try:
            async with connection.begin_nested():
                await connection.execute(insert(t.edit).values(**values))
        except IntegrityError:
            raise Outdated(f"{change.kind} {change.key} was saved by somebody else") from None
        return Edit(values["id"], change.kind, change.key, change.body, change.base_hash, author, change.note, now)

    async def drop(self, connection: AsyncConnection, kind: str, key: str, expected: UUID) -> None:
        """Go back to what the file says; the history stays. Raises Outdated."""
        await self._put_aside(connection, kind, key, expected)

    async def _put_aside(self, connection: AsyncConnection, kind: str, key: str, expected: UUID | None) -> None:
        c = t.edit.c
        if expected is None:
            return  # the unique index refuses a second current one
        mine = (c.id == expected) & (c.kind == kind) & (c.key == key) & c.current
        if (await connection.execute(update(t.edit).where(mine).values(current=False))).rowcount != 1:
            raise Outdated(f"{kind} {key} was saved by somebody else")


def content_hash(body: Any) -> str:
    """Return the hash of what a file says for one key; an empty text where it has nothing."""
    if body is None:
        return ""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def conflicts(edits: Iterable[Edit], files: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield the edits whose file says something else than when they were made, and not the same as they do."""
    for edit in edits:
        said = content_hash(files.get(edit.key))
        if said not in {edit.base_hash, content_hash(edit.body)}:
            yield edit


def laid_over(edits: Iterable[Edit], files: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content by key: what the files say, and over it what people changed."""
    content = dict(files)
    for edit in edits:
        if edit.body is None:
            content.pop(edit.key, None)
        else:
            content[edit.key] = edit.body
    return content


def _edit(row: Row[Any]) -> Edit:
    return Edit(row.id, row.kind, row.key, row.body, row.base_hash, row.author, row.note, row.created_at)
