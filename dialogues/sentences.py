"""The bot's sentences and the titles of questions as people changed them: over the files, and in force at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Change, Edit, Edits, content_hash
from bot.model.errors import GuichetError
from dialogues import sentence_rules as rules
from dialogues.phrases import PLACEHOLDER, Phrases

PHRASE, TITLE = "phrase", "title"
PROPOSED = "proposed"  # the words of a sentence that waits for a second person
SOURCE, MACHINE, READ = "source", "machine", "read"

Titles = Mapping[str, Mapping[str, str]]  # by locale and intent


class BadSentence(GuichetError):
    """A sentence cannot be saved so. `faults` are words of the pages."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


class SamePerson(GuichetError):
    """Who proposed a sentence cannot be the one who agrees to it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or title in one language. `source` is what English says, `file` what the file says (empty: none has it).

    `differs`: the file has changed since the edit. `dropped`: the edit does not fit the code any more and is not said.
    """

    kind: str
    locale: str
    id: str
    text: str
    source: str
    file: str
    state: str
    edit: Edit | None = field(default=None, repr=False)
    proposal: Edit | None = field(default=None, repr=False)
    differs: bool = False
    dropped: bool = False

    @property
    def room(self) -> str:
        """The part of the conversation it belongs to."""
        return rules.TITLES if self.kind == TITLE else rules.room_of(self.id)

    @property
    def limit(self) -> int:
        """How many characters it may have."""
        return rules.TITLE if self.kind == TITLE else rules.limit_of(self.id)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What it must hold, in the order of the English sentence."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.source))) if self.kind == PHRASE else ()

    @property
    def needs_two(self) -> bool:
        """Tell whether a second person must agree to a change."""
        return self.kind == PHRASE and rules.needs_two(self.id)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a sentence to be. `seen` is the edit that they saw; `read`: they speak the language."""

    kind: str
    locale: str
    id: str
    text: str
    author: UUID
    seen: UUID | None = None
    read: bool = False

    @property
    def key(self) -> str:
        """The key of its edit."""
        return f"{self.locale}/{self.id}"


class Sentences:
    """What people made of the sentences.

    `files` are the phrases of the files, `said` the service's own copy, which follows. `titles` are those of new questions.
    """

    def __init__(
        self, files: Phrases, said: Phrases, edits: Edits, clock: Callable[[], datetime],
        titles: Callable[[], Titles] = dict,
    ) -> None:  # fmt: skip
        self._files = files
        self._said = said
        self._edits = edits
        self._clock = clock
        self._titles = titles

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages that are spoken here."""
        return tuple(self._files.texts)

    async def reload(self, connection: AsyncConnection) -> None:
        """Say what people wrote over the files. An edit whose placeholders do not fit any more is not said."""
        edits = _by_key(await self._edits.current(connection, PHRASE, TITLE))
        texts: dict[str, Mapping[str, str]] = {}
        titles: dict[str, Mapping[str, str]] = {}
        states: dict[str, str] = {}
        for locale in self.locales:
            phrases = list(self._phrases(locale, edits, {}))
            texts[locale] = {one.id: one.text for one in phrases}
            titles[locale] = {one.id: one.text for one in self._titled(locale, edits)}
            wholly = all(one.state != MACHINE for one in phrases)
            states[locale] = READ if wholly and self._files.states[locale] == MACHINE else self._files.states[locale]
        self._said.become(Phrases(texts, titles, states))

    async def all(self, connection: AsyncConnection, locale: str) -> list[Sentence]:
        """Return every sentence and title of a locale, in the order of the files."""
        found = await self._edits.current(connection, PHRASE, TITLE, PROPOSED)
        edits = _by_key(found)
        proposals = {edit.key: edit for edit in found if edit.kind == PROPOSED}
        return [*self._phrases(locale, edits, proposals), *self._titled(locale, edits)]

    async def history(self, connection: AsyncConnection, locale: str, names: Iterable[str]) -> dict[str, list[Edit]]:
        """Return all savings of these sentences and titles by their ids, the newest first."""
        found: dict[str, list[Edit]] = {}
        keys = [f"{locale}/{name}" for name in names]
        for edit in await self._edits.histories(connection, (PHRASE, TITLE), keys):
            found.setdefault(edit.key.partition("/")[2], []).append(edit)
        return found

    async def save(self, connection: AsyncConnection, wish: Wish, *, four_eyes: bool) -> str:
        """Save a sentence: `saved`, or `proposed` where a second person must agree. Raises BadSentence and Outdated."""
        if faults := [*self._faults(wish), *self._twice(wish)]:
            raise BadSentence(faults)
        if four_eyes and wish.kind == PHRASE and rules.needs_two(wish.id):
            proposed = await self._edits.one(connection, PROPOSED, wish.key)
            await self._put(connection, PROPOSED, wish, proposed.id if proposed else None)
            return PROPOSED
        await self._put(connection, wish.kind, wish, wish.seen)
        return "saved"

    async def agree(self, connection: AsyncConnection, locale: str, phrase: str, proposal: UUID, member: UUID) -> None:
        """Say what was proposed: a second person agrees. Raises SamePerson, Outdated and BadSentence."""
        key = f"{locale}/{phrase}"
        waiting = await self._edits.one(connection, PROPOSED, key)
        if waiting is not None and waiting.author == member:
            raise SamePerson(f"{key} was proposed by the same person")
        await self._edits.drop(connection, PROPOSED, key, proposal)
        if waiting is None:
            return
        now = await self._edits.one(connection, PHRASE, key)
        body, author = waiting.body, waiting.author or member
        wish = Wish(
            PHRASE, locale, phrase, body["text"], author, now.id if now else None, read=body["state"] != MACHINE
        )
        if faults := self._faults(wish):
            raise BadSentence(faults)
        await self._put(connection, PHRASE, wish, wish.seen, "agreed")

    async def refuse(self, connection: AsyncConnection, locale: str, phrase: str, proposal: UUID) -> None:
        """Put a proposal aside; its words stay in the history. Raises Outdated."""
        await self._edits.drop(connection, PROPOSED, f"{locale}/{phrase}", proposal)

    async def mark_read(self, connection: AsyncConnection, locale: str, phrases: Sequence[str], author: UUID) -> int:
        """Note that a speaker has read these sentences as they are said now; return how many were new to it."""
        count = 0
        for one in await self.all(connection, locale):
            if one.kind == PHRASE and one.id in phrases and one.state == MACHINE:
                seen = one.edit.id if one.edit else None
                wish = Wish(PHRASE, locale, one.id, one.text, author, seen, read=True)
                await self._put(connection, PHRASE, wish, seen)
                count += 1
        return count

    async def as_in_file(self, connection: AsyncConnection, kind: str, locale: str, name: str, seen: UUID) -> None:
        """Go back to what the file says. Raises Outdated."""
        await self._edits.drop(connection, kind, f"{locale}/{name}", seen)

    async def _put(self, connection: AsyncConnection, kind: str, wish: Wish, seen: UUID | None, note: str = "") -> Edit:
        body: dict[str, Any] = {"text": wish.text}
        if kind != TITLE:
            body["state"] = READ if wish.read or wish.locale == "en" else MACHINE
        base = content_hash(self._in_file(wish.kind, wish.locale, wish.id))
        return await self._edits.save(
            connection, Change(kind, wish.key, body, base, seen, note), wish.author, self._clock()
        )

    def _in_file(self, kind: str, locale: str, name: str) -> Any:
        """What the file says, as an edit has it; None where no file has it."""
        text = (self._files.texts if kind == PHRASE else self._files.titles)[locale].get(name)
        if text is None:
            return None
        return {"text": text, "state": self._files.states[locale]} if kind == PHRASE else {"text": text}

    def _phrases(
        self, locale: str, edits: Mapping[tuple[str, str], Edit], proposals: Mapping[str, Edit]
    ) -> Iterator[Sentence]:
        state = self._files.states[locale]
        for name, in_file in self._files.texts[locale].items():
            key, english = f"{locale}/{name}", self._files.texts["en"][name]
            edit, source = edits.get((PHRASE, key)), edits.get((PHRASE, f"en/{name}"))
            good = edit is not None and rules.fits(english, edit.body["text"])
            there = source is not None and rules.fits(english, source.body["text"])
            yield Sentence(
                PHRASE, locale, name,
                edit.body["text"] if edit and good else in_file,
                source.body["text"] if source and there else english,
                in_file,
                _state(edit.body["state"], locale) if edit and good else state,
                edit, proposals.get(key), self._differs(PHRASE, locale, name, edit), edit is not None and not good,
            )  # fmt: skip

    def _titled(self, locale: str, edits: Mapping[tuple[str, str], Edit]) -> Iterator[Sentence]:
        files, new = self._files.titles, self._titles()
        own = {name: text for name, text in new.get(locale, {}).items() if name not in files[locale]}
        english = {**new.get("en", {}), **files["en"]}
        for name in {**files[locale], **own}:
            edit, source = edits.get((TITLE, f"{locale}/{name}")), edits.get((TITLE, f"en/{name}"))
            in_file = files[locale].get(name, "")
            text = edit.body["text"] if edit else in_file or own[name]
            said = source.body["text"] if source else english.get(name, "")
            differs = self._differs(TITLE, locale, name, edit)
            yield Sentence(TITLE, locale, name, text, said, in_file, self._files.states[locale], edit, None, differs)

    def _differs(self, kind: str, locale: str, name: str, edit: Edit | None) -> bool:
        if edit is None:
            return False
        said = content_hash(self._in_file(kind, locale, name))
        return said not in {edit.base_hash, content_hash(edit.body)}

    def _faults(self, wish: Wish) -> tuple[str, ...]:
        if wish.kind == TITLE:
            return rules.title_faults(wish.text)
        return rules.phrase_faults(wish.id, self._files.texts["en"][wish.id], wish.text)

    def _twice(self, wish: Wish) -> Iterator[str]:
        """Two choices of one name cannot be told apart, and WhatsApp refuses them."""
        if wish.kind == TITLE:
            others = self._said.titles[wish.locale]
        elif wish.id.startswith("choice_"):
            others = {one: text for one, text in self._said.texts[wish.locale].items() if one.startswith("choice_")}
        else:
            return
        if wish.text in {text for name, text in others.items() if name != wish.id}:
            yield "twice"


def _by_key(edits: Sequence[Edit]) -> dict[tuple[str, str], Edit]:
    return {(edit.kind, edit.key): edit for edit in edits if edit.body}


def _state(state: str, locale: str) -> str:
    return SOURCE if locale == "en" else state
