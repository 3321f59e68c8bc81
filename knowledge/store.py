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
    """Articles in the table `revision`. Takes the open connection and never commits."""

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
        query = select(t.revision.c.key, t.revision.c.body).where(t.revision.c.kind == _KIND, t.revision.c.current)
        rows = (await connection.execute(query.order_by(t.revision.c.key))).all()
        problems: list[str] = []
        articles = _articles([(row.key, row.body) for row in rows], problems)
        if problems:
            raise ContentError(problems)
        return articles


def _conflict(key: str, reason: Reason) -> Conflict:
    _log.warning("revision_conflict key=%s reason=%s", key, reason)
    return Conflict(key, reason)


def _articles(rows: Iterable[tuple[str, dict[str, Any]]], problems: list[str]) -> list[Article]:
    heads: dict[str, Head] = {}
    texts: dict[str, dict[str, list[Translation]]] = defaultdict(lambda: defaultdict(list))
    for key, body in rows:
        intent, _, name = key.rpartition("/")
        where = f"revision {key}"
        if name == HEAD:
            heads[intent] = read_head(Fields.of(body, where, problems), intent)
        else:
            jurisdiction, _, locale = name.partition(".")
            meta = Fields.of(body.get("meta"), where, problems)
            texts[intent][jurisdiction].append(read_translation(meta, body.get("sections") or {}, locale))
    for intent, jurisdictions in texts.items():
        for jurisdiction in jurisdictions:
            if intent not in heads or jurisdiction not in heads[intent].applies_in:
                _log.error("revision_without_variant intent=%s jurisdiction=%s", intent, jurisdiction)
    return [head.article(texts[intent]) for intent, head in heads.items()]
