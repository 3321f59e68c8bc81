"""Drafts: begin, write on, leave, give up, go back. Whatever somebody saved stays to be found."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Outdated
from knowledge.editing import drafts, heads
from knowledge.editing.bodies import Vouched, document_of, new_head, new_text, same_words, text_of
from knowledge.editing.judge import Around, findings
from knowledge.editing.model import (
    Approval,
    Draft,
    Edition,
    Editor,
    Key,
    Locked,
    NotReady,
    NotYours,
    Rules,
    Stage,
    Verdict,
)
from knowledge.findings import Code, Finding, error
from knowledge.store import Deed, Revision, Revisions

DISCARDED = "discarded"
_OF_A_TEXT = ("meta", "sections", "sources", "read", "applies_in")


class Writing:
    """What a writer does. Every function takes the open connection and never commits; whoever calls notes the audit."""

    def __init__(self, revisions: Revisions, rules: Rules, clock: Callable[[], datetime]) -> None:
        self._revisions = revisions
        self.rules = rules
        self._clock = clock

    @property
    def _today(self) -> date:
        return self._clock().date()

    async def open(self, connection: AsyncConnection, key: str, editor: Editor) -> Draft:
        """Begin or continue the draft of a text, locked for ten minutes. Raises Locked or NotYours."""
        now = self._clock()
        around = await self._around(connection, key)
        draft = await drafts.read(connection, key, now)
        if draft is None:
            body, base = self._beginning(key, around)
            self._prove(editor, key, around, body)
            await drafts.begin(connection, key, body, base, editor, now)
        else:
            self._prove(editor, key, around, draft.body)
        await drafts.take_lock(connection, key, editor, now)
        return await self._found(connection, key)

    def _beginning(self, key: str, around: Around) -> tuple[dict[str, Any], UUID | None]:
        place, served = Key.of(key), around.served.get(key)
        if served is not None:
            return (deepcopy(served.body) if place.is_head else text_of(served.body)), served.id
        if place.is_head:
            return new_head(place.intent), None
        reference = around.reference(place)
        return new_text(self._today, reference.version if reference else None), None

    async def read(self, connection: AsyncConnection, key: str) -> Draft | None:
        """Return a draft with what the checks say of it and what it still needs."""
        draft = await drafts.read(connection, key, self._clock())
        return await self._whole(connection, draft) if draft is not None else None

    async def drafts(self, connection: AsyncConnection) -> list[Draft]:
        """Return all drafts for lists: without problems, approvals and needs."""
        return await drafts.every(connection, self._clock())

    async def look(
        self, connection: AsyncConnection, key: str, body: Mapping[str, Any], *, minor: bool = False
    ) -> tuple[Finding, ...]:
        """Return what the checks say of a body that is not saved."""
        return findings(Key.of(key), body, await self._around(connection, key), self._today, minor=minor)

    async def save(
        self, connection: AsyncConnection, key: str, editor: Editor, body: Mapping[str, Any], version: int, minor: bool
    ) -> Draft:
        """Keep what was typed, whatever its faults, and go on holding the lock; a review begins anew.

        Raises Locked or Outdated, and then nothing was changed: the page still has the words.
        """
        now = self._clock()
        draft = await drafts.read(connection, key, now)
        if draft is None:
            raise Outdated(f"there is no draft of {key} any more")
        around = await self._around(connection, key)
        kept = await self._kept(connection, draft, body, around)
        self._prove(editor, key, around, kept)
        values = {"body": kept, "minor": minor, "stage": Stage.WRITING, "submitted_at": None}
        await drafts.change(connection, key, editor, version, values, now)
        await drafts.wrote(connection, draft, editor.id, now)
        return await self._found(connection, key)

    async def _kept(
        self, connection: AsyncConnection, draft: Draft, body: Mapping[str, Any], around: Around
    ) -> dict[str, Any]:
        """What a page may change of a draft: sources come with the texts; that a machine translated it stays said."""
        if Key.of(draft.key).is_head:
            head = around.head(Key.of(draft.key))
            return {**body, "sources": head["sources"]} if head is not None else dict(body)
        kept = {name: body[name] for name in _OF_A_TEXT if name in body}
        if await self._by_machine(connection, draft, around):
            kept["meta"] = {**kept.get("meta", {}), "machine_translated": True}
        return kept

    async def release(self, connection: AsyncConnection, key: str, editor: Editor) -> None:
        """Let others write."""
        await drafts.release(connection, key, editor)

    async def discard(self, connection: AsyncConnection, key: str, editor: Editor) -> None:
        """Give a draft up; its words stay in the history. Raises Locked, Outdated or NotYours."""
        draft, around = await self._held(connection, key, editor)
        self._prove(editor, key, around, draft.body)
        served = around.served.get(key)
        words = self._words(draft)
        empty = served is None and not any(words.get(name) for name in ("sections", "variants", "sources"))
        if not empty and (served is None or words.get("sources") or not same_words(words, _like(served, words))):
            deed = Deed(draft.author, self._clock(), DISCARDED)
            await self._revisions.add(connection, key, words, deed, current=False, kind=DISCARDED)
        await drafts.remove(connection, draft)

    def _words(self, draft: Draft) -> dict[str, Any]:
        if Key.of(draft.key).is_head:
            return dict(draft.body)
        brought = {name: draft.body[name] for name in ("sources", "read", "applies_in") if draft.body.get(name)}
        return {**document_of(draft.body, Vouched(""), 1), **brought}

    async def take_base(self, connection: AsyncConnection, key: str, editor: Editor, version: int) -> Draft:
        """Say that one has seen what is served by now, and wants the draft in its place. Raises Locked or Outdated."""
        around = await self._around(connection, key)
        draft = await self._found(connection, key)
        self._prove(editor, key, around, draft.body)
        served = around.served.get(key)
        values: dict[str, Any] = {"base": served.id if served else None, "stage": Stage.WRITING}
        if served is not None and Key.of(key).is_head:  # what texts brought meanwhile is not taken back by it
            variants = {**served.body["variants"], **draft.body.get("variants", {})}
            values["body"] = {**draft.body, "variants": variants, "sources": served.body["sources"]}
        await drafts.change(connection, key, editor, version, values, self._clock())
        return await self._found(connection, key)

    async def restore(self, connection: AsyncConnection, key: str, editor: Editor, revision: UUID) -> Draft:
        """Put the words of an earlier edition into a draft. Raises NotReady where a draft holds words already."""
        edition = next((one for one in await self.history(connection, key) if one.id == revision), None)
        if edition is None:
            raise Outdated(f"{key} has no such edition")
        if Key.of(key).is_head:
            draft = await self._begun(connection, key, editor, lambda _: dict(edition.body))
        else:
            draft = await self._begun(connection, key, editor, lambda body: _restored(body, edition.body))
        if edition.author is not None:
            await drafts.wrote(connection, draft, edition.author, self._clock())
        return await self._found(connection, key)

    async def machine_draft(
        self, connection: AsyncConnection, key: str, editor: Editor, words: Mapping[str, Any]
    ) -> Draft:
        """Begin a draft with a machine's translation (`title`, `sections`), which somebody else must read.

        Raises NotReady where a draft holds words already.
        """
        place = Key.of(key)
        reference = (await self._around(connection, key)).reference(place)

        def translated(body: dict[str, Any]) -> dict[str, Any]:
            follows = {"source_version": reference.version} if reference else {}
            meta = {**body["meta"], "title": words["title"], "machine_translated": True, **follows}
            return {**body, "meta": meta, "sections": dict(words["sections"])}

        draft = await self._begun(connection, key, editor, translated)
        await drafts.say(connection, key, editor, Verdict.MACHINE, self._clock(), draft=draft)
        return await self._found(connection, key)

    async def _begun(
        self, connection: AsyncConnection, key: str, editor: Editor, words: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> Draft:
        draft = await self.open(connection, key, editor)
        begun, _ = self._beginning(key, await self._around(connection, key))
        if draft.body != begun:
            raise NotReady((error("", Code.DRAFT_HOLDS_WORDS),))
        return await self.save(connection, key, editor, words(begun), draft.version, draft.minor)

    async def history(self, connection: AsyncConnection, key: str) -> list[Edition]:
        """Return all editions of a text and the drafts that were given up, the newest first."""
        found = await self._revisions.history(connection, key, "article", DISCARDED)
        return [
            Edition(one.id, key, one.body, one.author, one.note, one.at, one.current, one.note == DISCARDED and not one.current)
            for one in found
        ]  # fmt: skip

    async def _around(self, connection: AsyncConnection, key: str) -> Around:
        return Around(await self._revisions.of_article(connection, Key.of(key).intent))

    async def _found(self, connection: AsyncConnection, key: str) -> Draft:
        draft = await self.read(connection, key)
        if draft is None:
            raise Outdated(f"there is no draft of {key} any more")
        return draft

    async def _held(self, connection: AsyncConnection, key: str, editor: Editor) -> tuple[Draft, Around]:
        """Return the whole draft with its row locked. Raises Locked while somebody else writes, Outdated without one."""
        await self._revisions.hold(connection)  # before the draft's row, in the order of an import
        draft = await drafts.read(connection, key, self._clock(), lock=True)
        if draft is None:
            raise Outdated(f"there is no draft of {key} any more")
        if draft.holder not in {None, editor.id} and draft.until is not None:
            raise Locked(draft.holder or draft.author, draft.until)
        return await self._whole(connection, draft), await self._around(connection, key)

    async def _whole(self, connection: AsyncConnection, draft: Draft) -> Draft:
        around = await self._around(connection, draft.key)
        machine = await self._by_machine(connection, draft, around)
        yeses = await drafts.approvals(connection, draft)
        eu = around.is_for_eu(Key.of(draft.key), draft.body)
        return replace(
            draft, problems=findings(Key.of(draft.key), draft.body, around, self._today, minor=draft.minor),
            approvals=yeses, by_machine=machine, for_eu=eu, writers=await drafts.writers(connection, draft),
            needs=self._needs(yeses, eu=eu) if self.rules.four_eyes or machine else 0,
            base_moved=await self._base_moved(connection, draft, around),
        )  # fmt: skip

    async def _by_machine(self, connection: AsyncConnection, draft: Draft, around: Around) -> bool:
        """Tell whether a machine's words are in it that nobody read yet, by whatever road they came into the draft."""
        served = around.served.get(draft.key)
        known = served is not None and _says_machine(served.body)
        return await drafts.by_machine(connection, draft) or (_says_machine(draft.body) and not known)

    def _needs(self, yeses: tuple[Approval, ...], *, eu: bool) -> int:
        """How many more must agree: a second person, or for the whole EU people of different countries."""
        countries = {one.country for one in yeses if one.country}
        missing = self.rules.eu_countries - len(countries) if eu else 0
        return max(0, missing, 1 - len(yeses))

    async def _base_moved(self, connection: AsyncConnection, draft: Draft, around: Around) -> bool:
        """Tell whether people are served other words than those the draft was begun from."""
        served = around.served.get(draft.key)
        if served is None or served.id == draft.base:
            return served is None and draft.base is not None
        base = next((one for one in await self.history(connection, draft.key) if one.id == draft.base), None)
        return base is None or not same_words(base.body, served.body)

    def _prove(
        self, editor: Editor, key: str, around: Around, body: Mapping[str, Any], *, judging: bool = False
    ) -> None:
        place = Key.of(key)
        if place.is_head:
            served = around.head(place)
            allowed = heads.may_change(editor, served, body, judging=judging)
        else:
            allowed = editor.may_judge(place) if judging else editor.may_change(place)
        if not allowed:
            raise NotYours("no right to this text")


def _says_machine(body: Mapping[str, Any]) -> bool:
    return (body.get("meta") or {}).get("machine_translated") in {True, "true"}


def _like(served: Revision, words: Mapping[str, Any]) -> Mapping[str, Any]:
    """The served text in the clothes of a draft's words, so that only the words are compared."""
    if "meta" not in words:
        return served.body
    status = words["meta"]["status"]
    return {**served.body, "meta": {**served.body["meta"], "status": status}}


def _restored(body: dict[str, Any], edition: Mapping[str, Any]) -> dict[str, Any]:
    """The words of an edition, with the sources that a draft which was given up had brought."""
    machine = _says_machine(edition)
    meta = {**body["meta"], "title": edition["meta"]["title"], "machine_translated": machine}
    if edition["meta"].get("source_version"):
        meta["source_version"] = edition["meta"]["source_version"]
    brought = {name: edition[name] for name in ("sources", "read", "applies_in") if edition.get(name)}
    return {**body, "meta": meta, "sections": dict(edition["sections"]), **brought}
