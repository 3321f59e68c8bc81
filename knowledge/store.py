"""The store's revisions of articles: loaded from files, never over what a person changed in the store.

A revision that came from a file bears that file's hash in `origin_hash`; one that a person wrote bears an empty one.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.edits import Outdated
from bot.model.ids import new_id
from knowledge.article import Article, Translation
from knowledge.documents import Head
from knowledge.fields import ContentError
from knowledge.files import ContentFile
from knowledge.stored import assembled, parsed

_log = logging.getLogger(__name__)
_KIND = "article"
_AT_ONCE = 500  # ids in one query
_LOCK = 0x67756963  # one loader or publisher at a time on PostgreSQL; SQLite has one writer anyway
_NO_FILE = "-"  # in place of a file's hash: it is known that the file went, and what the store has stays

Reason = Literal["edited", "gone"]
Take = Literal["mine", "file"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that was not loaded. `edited`: file and store both changed; `gone`: the file went, the store was changed."""

    key: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, by keys."""

    loaded: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store has of one key: the current revision, and the file's hash when it was last loaded."""

    id: UUID
    origin_hash: str
    last_loaded: str

    @property
    def is_edited(self) -> bool:
        return not self.origin_hash


@dataclass(frozen=True, slots=True)
class _Compared:
    """How files stand to the store: what they changed, whose file went, what was changed on both sides."""

    changed: tuple[ContentFile, ...]
    retired: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One edition in the store. `author` None: it came from a file."""

    id: UUID
    key: str
    body: dict[str, Any] = field(repr=False)
    origin_hash: str
    author: UUID | None
    note: str
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changed the store, when, and why."""

    author: UUID | None
    now: datetime
    note: str = ""


class Revisions:
    """Articles in the table `revision`. Takes the open connection and never commits.

    What a file brought never changes, so it is read once: after an edit in the store only the edited text is read.
    """

    def __init__(self) -> None:
        self._of_files: dict[tuple[str, str], Head | Translation] = {}  # by key and hash

    async def load(self, connection: AsyncConnection, files: Sequence[ContentFile], now: datetime) -> Loaded:
        """Bring the store to the files.

        1. A file as it was at its last load: nothing happens, even if the store was edited since.
        2. A changed file whose last load is what the store still has: it becomes the current revision.
        3. A changed file whose text was edited in the store: a conflict, nothing is overwritten.
        4. A file that is gone: its revision retires, unless it was edited in the store, which is a conflict.
        """
        await self.hold(connection)
        known = await self._known(connection)
        compared = _compare(known, files)
        for conflict in compared.conflicts:
            _log.warning("revision_conflict key=%s reason=%s", conflict.key, conflict.reason)
        await self._replace(connection, known, compared.changed, now)
        for key in compared.retired:
            await self._put_aside(connection, known[key].id)
        return Loaded(tuple(file.key for file in compared.changed), compared.retired, compared.conflicts)

    async def _known(self, connection: AsyncConnection) -> dict[str, _Known]:
        columns = (t.revision.c.id, t.revision.c.key, t.revision.c.origin_hash, t.revision.c.current)
        query = select(*columns).where(t.revision.c.kind == _KIND)
        rows = (await connection.execute(query.order_by(t.revision.c.created_at, t.revision.c.id))).all()
        last = {row.key: row.origin_hash for row in rows if row.origin_hash}
        current = [row for row in rows if row.current]
        return {row.key: _Known(row.id, row.origin_hash, row.origin_hash or last.get(row.key, "")) for row in current}

    async def _replace(
        self, connection: AsyncConnection, known: dict[str, _Known], files: Sequence[ContentFile], now: datetime
    ) -> None:
        """Make these the current revisions, all in one statement: a first start has thousands."""
        for file in files:
            if file.key in known:
                await self._put_aside(connection, known[file.key].id)
        rows = [
            {
                "id": new_id(), "kind": _KIND, "key": file.key, "origin_hash": file.hash, "body": file.document,
                "created_at": now, "current": True,
            }
            for file in files
        ]  # fmt: skip
        if rows:
            await connection.execute(insert(t.revision), rows)

    async def _put_aside(self, connection: AsyncConnection, revision: UUID) -> None:
        await connection.execute(update(t.revision).where(t.revision.c.id == revision).values(current=False))

    async def hold(self, connection: AsyncConnection) -> None:
        """Keep everybody else from loading or publishing until this transaction ends."""
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    async def write(
        self, connection: AsyncConnection, key: str, body: dict[str, Any], expected: UUID | None, deed: Deed
    ) -> UUID:
        """Make this what is served under a key. Raises Outdated when that is not `expected` (None: nothing) any more."""
        await self.hold(connection)
        current = await self.current(connection, key)
        if (current.id if current else None) != expected:
            raise Outdated(f"{key} was changed by somebody else")
        if current is not None:
            await self._put_aside(connection, current.id)
        return await self.add(connection, key, body, deed, current=True)

    async def add(
        self, connection: AsyncConnection, key: str, body: dict[str, Any], deed: Deed, *, current: bool,
        kind: str = _KIND, origin_hash: str = "",
    ) -> UUID:  # fmt: skip
        """Add an edition to the history of a key. Whoever adds a current one has put the other aside."""
        row = new_id()
        values = {
            "id": row, "kind": kind, "key": key, "origin_hash": origin_hash, "body": body, "created_at": deed.now,
            "current": current, "author": deed.author, "note": deed.note,
        }  # fmt: skip
        await connection.execute(insert(t.revision).values(**values))
        return row

    async def current(self, connection: AsyncConnection, key: str) -> Revision | None:
        """Return what is served under a key."""
        c = t.revision.c
        row = (
            await connection.execute(select(t.revision).where(c.kind == _KIND, c.key == key, c.current))
        ).one_or_none()
        return _revision(row) if row is not None else None

    async def of_article(self, connection: AsyncConnection, intent: str) -> dict[str, Revision]:
        """Return all that is current of one article, its head and its texts, by key."""
        c = t.revision.c
        query = select(t.revision).where(c.kind == _KIND, c.current, c.key.like(f"{_plain(intent)}/%", escape="\\"))
        return {row.key: _revision(row) for row in await connection.execute(query.order_by(c.key))}

    async def history(self, connection: AsyncConnection, key: str, *kinds: str) -> list[Revision]:
        """Return all editions of a key, the newest first."""
        c = t.revision.c
        query = select(t.revision).where(c.kind.in_(kinds or (_KIND,)), c.key == key)
        return [_revision(row) for row in await connection.execute(query.order_by(c.created_at.desc(), c.id.desc()))]

    async def conflicts(self, connection: AsyncConnection, files: Sequence[ContentFile]) -> list[Conflict]:
        """Return the conflicts that a load of these files would leave; reads only."""
        return list(_compare(await self._known(connection), files).conflicts)

    async def settle(
        self, connection: AsyncConnection, key: str, file: ContentFile | None, take: Take, deed: Deed
    ) -> None:
        """End a conflict: what the store has stays (`mine`), or the file's text, or its absence, replaces it (`file`)."""
        await self.hold(connection)
        current = await self.current(connection, key)
        if take == "file" and current is not None:
            await self._put_aside(connection, current.id)
        seen, body = (file.hash, file.document) if file is not None else (_NO_FILE, current.body if current else {})
        wins = take == "file" and file is not None
        await self.add(connection, key, body, deed, current=wins, origin_hash=seen)

    async def read_all(self, connection: AsyncConnection) -> list[Article]:
        """Return all current articles. Raises ContentError if a revision cannot be read.

        A text whose article or variant is not there (its head is in conflict) is left out and logged.
        """
        columns = (t.revision.c.id, t.revision.c.key, t.revision.c.origin_hash)
        query = select(*columns).where(t.revision.c.kind == _KIND, t.revision.c.current)
        rows = (await connection.execute(query.order_by(t.revision.c.key))).all()
        read = {row.id: self._of_files.get((row.key, row.origin_hash)) for row in rows}
        bodies = await self._bodies(connection, [revision for revision, known in read.items() if known is None])
        problems: list[str] = []
        pairs = [(row.key, read[row.id] or parsed(row.key, bodies[row.id], problems)) for row in rows]
        if problems:
            raise ContentError(problems)
        self._of_files = {
            (row.key, row.origin_hash): one for row, (_, one) in zip(rows, pairs, strict=True) if row.origin_hash
        }
        return assembled(pairs)

    async def _bodies(self, connection: AsyncConnection, revisions: list[UUID]) -> dict[UUID, dict[str, Any]]:
        columns = (t.revision.c.id, t.revision.c.body)
        found: dict[UUID, dict[str, Any]] = {}
        for at in range(0, len(revisions), _AT_ONCE):
            query = select(*columns).where(t.revision.c.id.in_(revisions[at : at + _AT_ONCE]))
            found |= {row.id: row.body for row in await connection.execute(query)}
        return found


def _plain(prefix: str) -> str:
    """In LIKE an underscore stands for any sign."""
    return prefix.replace("_", "\\_")


def _revision(row: Any) -> Revision:
    return Revision(row.id, row.key, row.body, row.origin_hash, row.author, row.note, row.created_at, row.current)


def _compare(known: Mapping[str, _Known], files: Iterable[ContentFile]) -> _Compared:
    changed: list[ContentFile] = []
    conflicts: list[Conflict] = []
    there: set[str] = set()
    for file in files:
        there.add(file.key)
        current = known.get(file.key)
        if current is not None and current.last_loaded == file.hash:
            continue
        if current is not None and current.is_edited:
            conflicts.append(Conflict(file.key, "edited"))
        else:
            changed.append(file)
    gone = sorted(set(known) - there)
    retired = tuple(key for key in gone if not known[key].is_edited)
    # What was written in the store alone never had a file.
    lost = (key for key in gone if known[key].is_edited and known[key].last_loaded not in {"", _NO_FILE})
    return _Compared(tuple(changed), retired, (*conflicts, *(Conflict(key, "gone") for key in lost)))
