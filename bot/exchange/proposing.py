"""Texts of articles that come by a page: they arrive as drafts and wait for a second person, like everything that is typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.exchange.held import Held
from bot.exchange.items import ARTICLE, DRAFT, Item
from bot.exchange.plan import Entry
from knowledge.article import EU, MARK
from knowledge.editing import Draft, Editing, Editor, Key, Stage
from knowledge.editing.bodies import text_of
from knowledge.files import HEAD


@dataclass(frozen=True)
class Proposing:
    """Brings entries in as drafts of one editor. Raises Locked, NotYours or Outdated, and then nothing is taken."""

    connection: AsyncConnection = field(repr=False)
    editing: Editing
    editor: Editor
    held: Held = field(repr=False)

    async def take(self, entries: Sequence[Entry]) -> None:
        """Write the drafts, and withdraw the texts whose file was taken away."""
        theirs = {entry.item: entry.theirs for entry in entries}
        for entry in entries:
            key = entry.item.key
            if entry.item.kind == DRAFT:
                await self._write(key, entry.theirs["body"], bool(entry.theirs.get("minor")), entry.theirs["stage"])
            elif entry.theirs is None:
                if not Key.of(key).is_head:
                    await self.editing.withdraw(self.connection, key, self.editor, "")
            elif not Key.of(key).is_head:
                head = theirs.get(Item(ARTICLE, f"{Key.of(key).intent}/{HEAD}"))
                await self._write(key, self._draft_of(key, entry.theirs, head), False, Stage.IN_REVIEW)
            elif not _follows(entry.theirs, entry.mine):
                await self._write(key, entry.theirs, False, Stage.IN_REVIEW)

    async def _write(self, key: str, body: Mapping[str, Any], minor: bool, stage: str) -> Draft:
        draft = await self.editing.open(self.connection, key, self.editor)
        draft = await self.editing.save(self.connection, key, self.editor, body, draft.version, minor)
        if stage == Stage.IN_REVIEW and not draft.faults:  # one with faults waits for its author
            draft = await self.editing.submit(self.connection, key, self.editor, draft.version)
        await self.editing.release(self.connection, key, self.editor)
        return draft

    def _draft_of(self, key: str, document: Mapping[str, Any], head: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return a text with the new sources that it marks, read on the days that the files say."""
        body = text_of(document)
        mine = self.held.content.get(Item(ARTICLE, f"{Key.of(key).intent}/{HEAD}")) or {"sources": {}, "variants": {}}
        brought = (head or mine)["sources"]
        marked = {mark for text in document["sections"].values() for mark in MARK.findall(text) if mark in brought}
        body["sources"] = {mark: brought[mark] for mark in sorted(marked) if mine["sources"].get(mark) != brought[mark]}
        body["read"] = {mark: brought[mark]["checked_on"] for mark in sorted(marked)}
        if head is not None and Key.of(key).jurisdiction == EU and EU not in mine["variants"]:
            body["applies_in"] = head["variants"].get(EU, {}).get("applies_in", [])
        return body


def _follows(head: Mapping[str, Any], mine: Mapping[str, Any] | None) -> bool:
    """Tell whether a head only differs in what comes with its texts: sources and the variants of countries."""
    ours = ("place", "deadline", "related")
    old = (mine or {}).get("variants", {})
    kept = all(head["variants"].get(name) == variant for name, variant in old.items())
    return mine is not None and kept and all(head[name] == mine[name] for name in ours)


def drafted(entries: Iterable[Entry], held: Held) -> frozenset[Item]:
    """Return the texts for which a draft is there already, or comes with the same files: nobody's words are written over."""
    coming = {entry.item.key for entry in entries if entry.item.kind == DRAFT}
    there = {item.key for item in held.content if item.kind == DRAFT}
    return frozenset(entry.item for entry in entries if entry.item.kind == ARTICLE and entry.item.key in coming | there)
