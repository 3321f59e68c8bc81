"""Takes what a plan says into the store, in the caller's one transaction: all of it or nothing."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.edits import Change, Edits, content_hash
from bot.exchange.held import Held
from bot.exchange.items import ARTICLE, DRAFT, Item
from bot.exchange.plan import Entry
from bot.exchange.shipped import Shipped
from bot.model.ids import new_id
from knowledge.documents import read_head, read_translation
from knowledge.fields import ContentError, Fields
from knowledge.files import HEAD

NOTE = "files"
_AT_ONCE = 500


@dataclass(frozen=True)
class Taking:
    """One import: into what, by whom and when. Nothing is deleted: what was there stays as history."""

    connection: AsyncConnection = field(repr=False)
    held: Held = field(repr=False)
    shipped: Shipped = field(repr=False)
    author: UUID | None
    now: datetime

    async def take(self, entries: Sequence[Entry]) -> None:
        """Bring the store to what the entries say. Raises ContentError if the articles would not fit together."""
        articles = {entry.item.key: entry.theirs for entry in entries if entry.item.kind == ARTICLE}
        documents = fitted(articles, self.held)
        await asyncio.to_thread(_prove, documents, self.held)
        await self.write_articles(documents)
        for entry in entries:
            if entry.item.kind == DRAFT:
                await self._draft(entry.item.key, entry.theirs)
            elif entry.item.kind != ARTICLE:
                await self._edit(entry.item, entry.theirs)

    async def write_articles(self, documents: Mapping[str, Any]) -> None:
        """Make these the current revisions. One that is as it ships counts as the file's again."""
        before = [self.held.revisions[key] for key in documents if key in self.held.revisions]
        r = t.revision.c
        for at in range(0, len(before), _AT_ONCE):
            put_aside = update(t.revision).where(r.id.in_(before[at : at + _AT_ONCE])).values(current=False)
            await self.connection.execute(put_aside)
        rows = [self._revision(key, document) for key, document in documents.items()]
        if rows:
            await self.connection.execute(insert(t.revision), rows)

    def _revision(self, key: str, document: Any) -> dict[str, Any]:
        file = self.shipped.articles.get(key)
        ships = file is not None and file.document == document
        return {
            "id": new_id(), "kind": ARTICLE, "key": key, "origin_hash": file.hash if ships and file else "",
            "body": document, "created_at": self.now, "current": True, "author": self.author, "note": NOTE,
        }  # fmt: skip

    async def _edit(self, item: Item, body: Any) -> None:
        edit, file = self.held.edits.get(item), self.shipped.content.get(item)
        if body != file:
            change = Change(item.kind, item.key, body, content_hash(file), edit.id if edit else None, NOTE)
            await Edits().save(self.connection, change, self.author, self.now)
        elif edit is not None:
            await Edits().drop(self.connection, item.kind, item.key, edit.id)

    async def _draft(self, key: str, draft: Any) -> None:
        d = t.draft.c
        version = (await self.connection.execute(select(d.version).where(d.key == key))).scalar_one_or_none()
        await self.connection.execute(delete(t.draft).where(d.key == key))
        values = {
            "id": new_id(), "key": key, "base": self.held.revisions.get(key), "body": draft["body"],
            "stage": draft["stage"], "minor": bool(draft.get("minor")), "author": UUID(str(draft["author"])),
            "version": (version or 0) + 1, "created_at": self.now, "updated_at": self.now,
            "submitted_at": self.now if draft["stage"] == "in_review" else None,
        }  # fmt: skip
        await self.connection.execute(insert(t.draft).values(**values))


def fitted(documents: Mapping[str, Any], held: Held) -> dict[str, Any]:
    """Make the articles fit together: a text whose file is gone is withdrawn, and heads name just the variants there are."""
    mine = {item.key: body for item, body in held.content.items() if item.kind == ARTICLE}
    taken: dict[str, Any] = {}
    for key, document in documents.items():
        if document is not None:
            taken[key] = document
        elif key.rpartition("/")[2] != HEAD:
            taken[key] = {**mine[key], "meta": {**mine[key]["meta"], "status": "withdrawn"}}
    texts = _jurisdictions({*mine, *taken})
    for key in list(taken):
        intent, _, name = key.rpartition("/")
        if name == HEAD:
            taken[key] = _fitted_head(taken[key], mine.get(key), texts[intent])
    return taken


def _prove(documents: Mapping[str, Any], held: Held) -> None:
    """Read the articles as they will be. Raises ContentError for a text without a variant, or a mark without a source."""
    intents = {key.rpartition("/")[0] for key in documents}
    mine = {item.key: body for item, body in held.content.items() if item.kind == ARTICLE}
    after = {key: body for key, body in {**mine, **documents}.items() if key.rpartition("/")[0] in intents}
    problems: list[str] = []
    heads = {
        intent: read_head(Fields.of(after.get(f"{intent}/{HEAD}"), f"{intent}/{HEAD}", problems), intent)
        for intent in sorted(intents)
    }
    for key, body in after.items():
        intent, _, name = key.rpartition("/")
        if name == HEAD:
            continue
        jurisdiction, _, locale = name.partition(".")
        text = read_translation(Fields.of(body.get("meta"), key, problems), body.get("sections") or {}, locale)
        if jurisdiction not in heads[intent].applies_in:
            problems.append(f"{key}: {intent}/article.yml does not say where {jurisdiction} is true")
        missing = [source for source in text.all_sources if source not in heads[intent].sources]
        problems += [f"{key}: the mark [^{source}] names no source" for source in missing]
    if problems:
        raise ContentError(problems)


def _jurisdictions(keys: Iterable[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        intent, _, name = key.rpartition("/")
        if name != HEAD:
            found[intent].add(name.partition(".")[0])
    return found


def _fitted_head(head: Any, mine: Any, texts: set[str]) -> Any:
    """Keep variants and sources of texts that stay, and leave out those of texts that were left out."""
    before = mine or {"variants": {}, "sources": {}}
    variants = {name: one for name, one in {**before["variants"], **head["variants"]}.items() if name in texts}
    order = [*(name for name in head["variants"] if name in variants), *variants]
    kept = {name: before["sources"][name] for name in before["sources"] if set(texts) - set(head["variants"])}
    return {
        **head,
        "variants": {name: variants[name] for name in dict.fromkeys(order)},
        "sources": {**kept, **head["sources"]},
    }
