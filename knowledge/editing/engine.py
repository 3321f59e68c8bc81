"""What happens to a text after it is written: submitted, judged by somebody else, published, withdrawn, vouched for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Outdated
from knowledge.article import EU, Status
from knowledge.editing import drafts
from knowledge.editing.bodies import Vouched, as_stored, document_of, head_with
from knowledge.editing.judge import Around
from knowledge.editing.model import (
    Approval,
    Comment,
    Draft,
    Editor,
    Key,
    NotReady,
    NotYours,
    Published,
    Stage,
    Verdict,
    Waiting,
)
from knowledge.editing.vouching import still_true
from knowledge.editing.writing import Writing
from knowledge.files import HEAD
from knowledge.findings import Code, error
from knowledge.store import Deed, Revision

_READABLE = {Status.SOURCE_CHECKED, Status.DRAFT, Status.REVIEWED}


class Editing(Writing):
    """The road of an article's text from the first word to people, and back. Never commits."""

    async def submit(self, connection: AsyncConnection, key: str, editor: Editor, version: int) -> Draft:
        """Give a draft to others to read. Raises NotReady, NotYours, Locked or Outdated."""
        draft, around = await self._held(connection, key, editor)
        self._prove(editor, key, around, draft.body)
        self._ready(draft, version)
        values = {"stage": Stage.IN_REVIEW, "submitted_at": self._clock(), "lock_holder": None, "lock_until": None}
        await drafts.mark(connection, draft, values)
        return await self._found(connection, key)

    async def approve(
        self, connection: AsyncConnection, key: str, editor: Editor, version: int, comment: str = ""
    ) -> Published | Waiting:
        """Say yes to the version that was on the screen; the last yes that is needed publishes it as reviewed.

        Raises NotYours for one's own words, Outdated for another version, NotReady when the checks stop it.
        """
        draft, around = await self._held(connection, key, editor)
        self._prove(editor, key, around, draft.body, judging=True)
        if editor.id in draft.writers:
            raise NotYours("nobody approves their own words")
        if draft.stage is not Stage.IN_REVIEW:
            raise Outdated(f"the draft of {key} is being written again")
        self._prove_sources(editor, draft, around)
        self._ready(draft, version)
        await drafts.say(connection, key, editor, Verdict.APPROVE, self._clock(), draft=draft, comment=comment)
        yeses = await drafts.approvals(connection, draft)
        if needs := self._needs(yeses, eu=draft.for_eu):
            return Waiting(key, needs)
        return await self._publish(connection, draft, around, editor, _names(yeses, editor))

    async def refuse(self, connection: AsyncConnection, key: str, editor: Editor, comment: str) -> None:
        """Give a draft back to its writer and say why. Raises NotReady without a reason."""
        draft, around = await self._held(connection, key, editor)
        self._prove(editor, key, around, draft.body, judging=True)
        if not comment.strip():
            raise NotReady((error("comment", Code.NO_REASON),))
        await drafts.say(connection, key, editor, Verdict.REFUSE, self._clock(), draft=draft, comment=comment)
        await drafts.mark(connection, draft, {"stage": Stage.WRITING, "submitted_at": None})

    async def publish(self, connection: AsyncConnection, key: str, editor: Editor, version: int) -> Published:
        """Publish one's own words as source-checked, where the settings ask for no second person.

        Raises NotYours where they do, where somebody else wrote it, or where a machine translated it.
        """
        draft, around = await self._held(connection, key, editor)
        self._prove(editor, key, around, draft.body)
        if self.rules.four_eyes or draft.by_machine or editor.id not in draft.writers:
            raise NotYours("somebody else must read it first")
        self._prove_sources(editor, draft, around)
        self._ready(draft, version)
        return await self._publish(connection, draft, around, editor, ())

    def _prove_sources(self, editor: Editor, draft: Draft, around: Around) -> None:
        """A source that changes under texts of other places is judged by somebody who answers for them, too."""
        for source, others in around.touched(Key.of(draft.key), draft.body).items():
            places = {one.jurisdiction for one in others}
            if not all(any(editor.may_judge(one) for one in others if one.jurisdiction == place) for place in places):
                raise NotYours(f"{source} stands under texts of others")

    def _ready(self, draft: Draft, version: int) -> None:
        if draft.version != version or draft.base_moved:
            raise Outdated(f"{draft.key} is not what you saw any more")
        if draft.faults:
            raise NotReady(draft.faults)

    async def _publish(
        self, connection: AsyncConnection, draft: Draft, around: Around, editor: Editor, reviewers: tuple[str, ...]
    ) -> Published:
        key, served = Key.of(draft.key), around.served.get(draft.key)
        deed = Deed(draft.author, self._clock(), "minor" if draft.minor else "")
        document, version = dict(draft.body), 0
        if not key.is_head:
            await self._bring(connection, key, draft.body, around, deed)
            version = _version(served) + (0 if draft.minor and served else 1)
            authors = await drafts.names(connection, draft.writers)
            document = document_of(draft.body, Vouched(", ".join(authors), reviewers), version)
        document = as_stored(key, document)
        revision = await self._revisions.write(connection, draft.key, document, served.id if served else None, deed)
        await drafts.remove(connection, draft)
        await drafts.answered(connection, draft.key, self._clock())
        return Published(draft.key, revision, version, _status(document))

    async def _bring(
        self, connection: AsyncConnection, key: Key, body: Mapping[str, Any], around: Around, deed: Deed
    ) -> None:
        """Write what a text brings for its article's head, if anything."""
        served = around.served[f"{key.intent}/{HEAD}"]
        head = as_stored(Key(key.intent, HEAD), head_with(served.body, key, body))
        if head != served.body:
            await self._revisions.write(connection, served.key, head, served.id, replace(deed, note=key.name))

    async def withdraw(self, connection: AsyncConnection, key: str, editor: Editor, comment: str = "") -> Published:
        """Stop serving a text at once, and return the version that people had. Raises NotYours or Outdated."""
        await self._revisions.hold(connection)
        around = await self._around(connection, key)
        self._prove(editor, key, around, {}, judging=True)
        return await self._withdrawn(connection, around, key, editor, comment)

    async def withdraw_all(
        self, connection: AsyncConnection, intent: str, jurisdiction: str, editor: Editor, comment: str = ""
    ) -> list[Published]:
        """Stop serving all languages of a place at once: what is wrong in one of them is hardly ever right in another.

        Whoever may take one of them back may take all. Raises NotYours, or Outdated where none is served.
        """
        await self._revisions.hold(connection)
        around = await self._around(connection, f"{intent}/{jurisdiction}.en")
        keys = [key for key, text in around.variant(jurisdiction).items() if text.status is not Status.WITHDRAWN]
        if not keys:
            raise Outdated(f"{intent} is not served for {jurisdiction} any more")
        if not any(editor.may_judge(Key.of(key)) for key in keys):
            raise NotYours("no right to these texts")
        return [await self._withdrawn(connection, around, key, editor, comment) for key in keys]

    async def _withdrawn(
        self, connection: AsyncConnection, around: Around, key: str, editor: Editor, comment: str
    ) -> Published:
        served = around.served.get(key)
        if served is None or _status(served.body) in {"", Status.WITHDRAWN}:
            raise Outdated(f"{key} is not served any more")
        return await self._vouch(connection, served, editor, Verdict.WITHDRAW, {"status": "withdrawn"}, comment)

    async def reviewed(
        self, connection: AsyncConnection, key: str, editor: Editor, revision: UUID, comment: str = ""
    ) -> Published | Waiting:
        """Say of a served text, as it was on the screen, that it is right; with enough people it counts as reviewed.

        Raises NotYours for one's own words, Outdated when something else is served by now.
        """
        await self._revisions.hold(connection)
        around = await self._around(connection, key)
        served = around.served.get(key)
        if served is None or served.id != revision or _status(served.body) not in _READABLE:
            raise Outdated(f"{key} is not what you saw any more")
        self._prove(editor, key, around, served.body, judging=True)
        if editor.name in served.body["meta"]["author"].split(", "):
            raise NotYours("nobody approves their own words")
        yeses = await drafts.vouched(connection, revision)
        mine = Approval(editor.id, editor.name, editor.answers_for, self._clock())
        yeses = (*(one for one in yeses if one.staff_id != editor.id), mine)
        if needs := self._needs(yeses, eu=Key.of(key).jurisdiction == EU):
            await drafts.say(
                connection, key, editor, Verdict.REVIEWED, self._clock(), revision=revision, comment=comment
            )
            return Waiting(key, needs)
        changes = {"status": "reviewed", "reviewer": ", ".join(_names(yeses, editor))}
        return await self._vouch(connection, served, editor, Verdict.REVIEWED, changes, comment)

    async def _vouch(
        self, connection: AsyncConnection, served: Revision, editor: Editor, verdict: Verdict,
        changes: Mapping[str, Any], comment: str = "",
    ) -> Published:  # fmt: skip
        """Serve the same words with another status or date; the history says who did so."""
        document = {**served.body, "meta": {**served.body["meta"], **changes}}
        deed = Deed(editor.id, self._clock(), verdict)
        row = await self._revisions.write(connection, served.key, document, served.id, deed)
        await drafts.say(connection, served.key, editor, verdict, self._clock(), revision=served.id, comment=comment)
        return Published(served.key, row, _version(served), _status(document))

    async def still_correct(
        self, connection: AsyncConnection, intent: str, jurisdiction: str, editor: Editor, review_by: date,
        checked_on: date | None = None,
    ) -> int:  # fmt: skip
        """Say that a variant is still right: a new day of review for all its texts that say what the reference says.

        `checked_on`: the sources were read again on that day. Returns how many texts it was said of; NotYours, NotReady.
        """
        await self._revisions.hold(connection)
        around = await self._around(connection, f"{intent}/{jurisdiction}.en")
        found = still_true(around, jurisdiction, self._today)
        if not any(editor.may(jurisdiction, text.locale) for text in found.values()):
            raise NotYours("no right to these texts")
        if review_by <= self._today or (checked_on is not None and checked_on > self._today):
            raise NotReady((error("review_by", Code.REVIEW_PAST),))
        for key in found:
            changes = {"review_by": review_by.isoformat()}
            await self._vouch(connection, around.served[key], editor, Verdict.STILL_CORRECT, changes)
        if checked_on is not None:
            used = {source for text in found.values() for source in text.all_sources}
            brought = {"read": dict.fromkeys(used, checked_on.isoformat())}
            place = Key.of(next(iter(found)))
            await self._bring(connection, place, brought, around, Deed(editor.id, self._clock(), Verdict.STILL_CORRECT))
        return len(found)

    async def comment(self, connection: AsyncConnection, key: str, editor: Editor, text: str) -> UUID:
        """Say something about a text, served or draft. Raises NotYours, or NotReady without words."""
        around = await self._around(connection, key)
        served = around.served.get(key)
        self._prove(editor, key, around, served.body if served else {}, judging=True)
        if not text.strip():
            raise NotReady((error("comment", Code.NO_COMMENT),))
        draft = await drafts.read(connection, key, self._clock())
        about = served.id if served else None
        return await drafts.say(
            connection, key, editor, Verdict.COMMENT, self._clock(), draft=draft, revision=about, comment=text
        )

    async def comments(self, connection: AsyncConnection, key: str) -> list[Comment]:
        """Return what was said of a text, the newest first."""
        return await drafts.comments(connection, key)

    async def open_comments(self, connection: AsyncConnection) -> list[Comment]:
        """Return what was said of any text and nobody has dealt with, the newest first."""
        return await drafts.comments(connection)

    async def settle_comment(self, connection: AsyncConnection, key: str, editor: Editor, comment: UUID) -> None:
        """Note that a comment on a text was dealt with. Raises NotYours or Outdated."""
        if comment not in {one.id for one in await drafts.comments(connection, key)}:
            raise Outdated(f"{key} has no such comment")
        around = await self._around(connection, key)
        served = around.served.get(key)
        self._prove(editor, key, around, served.body if served else {})
        await drafts.settle(connection, comment, self._clock())


def _version(served: Revision | None) -> int:
    return int(served.body["meta"]["version"]) if served else 0


def _status(document: Mapping[str, Any]) -> str:
    return str(document.get("meta", {}).get("status", ""))


def _names(yeses: Iterable[Approval], editor: Editor) -> tuple[str, ...]:
    """The reviewers as people see them; who is speaking now is known by name even without an account."""
    names = (editor.name if one.staff_id == editor.id else one.name for one in yeses)
    return tuple(name for name in names if name)
