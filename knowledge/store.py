"""The store's revisions of articles: loaded from files, never over what a person changed in the store.

A revision that came from a file bears that file's hash in `origin_hash`; one that a person wrote bears an empty one.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.ids import new_id
from knowledge.article import Article, Translation
from knowledge.documents import Head, read_head, read_translation
from knowledge.fields import ContentError, Fields
from knowledge.files import HEAD, ContentFile

_log = logging.getLogger(__name__)
_KIND = "article"
_AT_ONCE = 500  # ids in one query
_LOCK = 0x67756963  # one loader at a time on PostgreSQL; SQLite has one writer anyway

Reason = Literal["edited", "gone"]


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
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        known = await self._known(connection)
        conflicts: list[Conflict] = []
        changed: list[ContentFile] = []
        for file in files:
            current = known.get(file.key)
            if current is not None and current.last_loaded == file.hash:
                continue
            if current is not None and current.is_edited:
                conflicts.append(_conflict(file.key, "edited"))
                continue
            changed.append(file)
        await self._replace(connection, known, changed, now)
        retired, lost = await self._retire(connection, known, {file.key for file in files})
        return Loaded(tuple(file.key for file in changed), tuple(retired), (*conflicts, *lost))

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

    async def _retire(
        self, connection: AsyncConnection, known: dict[str, _Known], there: set[str]
    ) -> tuple[list[str], list[Conflict]]:
        retired: list[str] = []
        conflicts: list[Conflict] = []
        for key in sorted(set(known) - there):
            if not known[key].is_edited:
                await self._put_aside(connection, known[key].id)
                retired.append(key)
            elif known[key].last_loaded:  # what was written in the store alone never had a file
                conflicts.append(_conflict(key, "gone"))
        return retired, conflicts

    async def _put_aside(self, connection: AsyncConnection, revision: UUID) -> None:
        await connection.execute(update(t.revision).where(t.revision.c.id == revision).values(current=False))

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
        parsed = [(row.key, read[row.id] or _parsed(row.key, bodies[row.id], problems)) for row in rows]
        if problems:
            raise ContentError(problems)
        self._of_files = {
            (row.key, row.origin_hash): one for row, (_, one) in zip(rows, parsed, strict=True) if row.origin_hash
        }
        return _articles(parsed)

    async def _bodies(self, connection: AsyncConnection, revisions: list[UUID]) -> dict[UUID, dict[str, Any]]:
        columns = (t.revision.c.id, t.revision.c.body)
        found: dict[UUID, dict[str, Any]] = {}
        for at in range(0, len(revisions), _AT_ONCE):
            query = select(*columns).where(t.revision.c.id.in_(revisions[at : at + _AT_ONCE]))
            found |= {row.id: row.body for row in await connection.execute(query)}
        return found


def _conflict(key: str, reason: Reason) -> Conflict:
    _log.warning("revision_conflict key=%s reason=%s", key, reason)
    return Conflict(key, reason)


def _parsed(key: str, body: dict[str, Any], problems: list[str]) -> Head | Translation:
    intent, _, name = key.rpartition("/")
    where = f"revision {key}"
    if name == HEAD:
        return read_head(Fields.of(body, where, problems), intent)
    meta = Fields.of(body.get("meta"), where, problems)
    return read_translation(meta, body.get("sections") or {}, name.partition(".")[2])


def _articles(parsed: Iterable[tuple[str, Head | Translation]]) -> list[Article]:
    heads: dict[str, Head] = {}
    texts: dict[str, dict[str, list[Translation]]] = defaultdict(lambda: defaultdict(list))
    for key, one in parsed:
        intent, _, name = key.rpartition("/")
        if isinstance(one, Translation):
            texts[intent][name.partition(".")[0]].append(one)
        else:
            heads[intent] = one
    for intent, jurisdictions in texts.items():
        for jurisdiction in jurisdictions:
            if intent not in heads or jurisdiction not in heads[intent].applies_in:
                _log.error("revision_without_variant intent=%s jurisdiction=%s", intent, jurisdiction)
    return [head.article(texts[intent]) for intent, head in heads.items()]
