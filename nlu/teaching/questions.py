"""The store of questions: adds and retires them, and keeps their wordings and test sentences. Files stay the base."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Change, Edit, Edits, Outdated, content_hash
from bot.model.errors import GuichetError
from bot.model.locales import LOCALES
from nlu.teaching.content import Content, Key, Question, Sentences, missing_titles
from nlu.teaching.lines import MOST, Refusal, case_refusal, clean, judged
from nlu.teaching.shipped import Shipped, read_shipped

INTENT, WORDINGS, CASES, TITLE = "intent", "wordings", "cases", "title"
_KINDS = (INTENT, WORDINGS, CASES, TITLE)
_TRIES = 3


class CannotTeach(GuichetError):
    """A sentence or a question cannot be taken. `reason` is a key of the texts, `where` the question that has it.

    `locale` and `text` are the sentence's, if it is about one; the message holds no sentence.
    """

    def __init__(self, reason: str, where: str = "", locale: str = "", text: str = "") -> None:
        super().__init__(reason)
        self.reason, self.where, self.locale, self.text = reason, where, locale, text


class Questions:
    """What files hold, and over it what people changed. Takes the open connection and never commits.

    `all`, `wordings`, `titles` and `export` tell what `reload` read last; `topics` is changed in place then, so that the
    ranking of a running service follows.
    """

    def __init__(
        self, shipped: Shipped | None = None, edits: Edits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._shipped = shipped or read_shipped()
        self._edits = edits or Edits()
        self._clock = clock
        self._read: tuple[tuple[UUID, ...], Content] = ((), _laid_over(self._shipped, ()))
        self.content = self._read[1]
        self.topics: dict[str, str] = _topics(self.content)

    async def read(self, connection: AsyncConnection) -> Content:
        """Return everything as the store has it now."""
        edits = await self._edits.current(connection, *_KINDS)
        ids = tuple(edit.id for edit in edits)
        if ids != self._read[0]:
            self._read = (ids, _laid_over(self._shipped, edits))
        return self._read[1]

    async def reload(self, connection: AsyncConnection) -> None:
        """Let the service go by what the store has now."""
        self.content = await self.read(connection)
        known = _topics(self.content)
        self.topics.update(known)
        for name in self.topics.keys() - known:
            del self.topics[name]

    def all(self) -> list[Question]:
        """Return all questions, retired ones too."""
        return self.content.all()

    def wordings(self, intent: str, locale: str) -> tuple[str, ...]:
        """Return the wordings of a question in a language."""
        return self.content.wordings(intent, locale)

    def export(self, folder: Path) -> None:
        """Write the data and the domain that a model is trained from."""
        self.content.export(folder)

    async def export_now(self, connection: AsyncConnection, folder: Path) -> None:
        """Write what the store has now, as `export` does."""
        content = await self.read(connection)
        await asyncio.to_thread(content.export, folder)

    @property
    def retired(self) -> frozenset[str]:
        """The questions that are offered no more."""
        return frozenset(question.id for question in self.all() if question.retired)

    def titles(self, locales: Sequence[str] = LOCALES) -> dict[str, dict[str, str]]:
        """Return, by locale, the titles of new questions that have one in each of these locales."""
        whole = [one for one in self.all() if not one.shipped and not one.retired and not missing_titles(one, locales)]
        return {locale: {one.id: one.titles[locale] for one in whole} for locale in locales}

    def menu(self) -> dict[str, list[str]]:
        """Return the questions that people added to a row of the picture menu, by row."""
        rows: dict[str, list[str]] = {}
        for question in self.all():
            if question.menu and not question.retired:
                rows.setdefault(question.menu, []).append(question.id)
        return rows

    async def add_wording(
        self, connection: AsyncConnection, intent: str, locale: str, text: str, author: UUID | None, note: str = ""
    ) -> bool:
        """Add one wording; False where it stands already. Raises CannotTeach, or Outdated after several tries."""
        return bool(await self.add_wordings(connection, intent, locale, [text], author, note))

    async def add_wordings(
        self, connection: AsyncConnection, intent: str, locale: str, texts: Iterable[str], author: UUID | None,
        note: str = "",
    ) -> int:  # fmt: skip
        """Add wordings to what is there now; return how many were new. Raises CannotTeach, or Outdated after several tries."""
        given = list(texts)
        for tries in range(_TRIES):
            content = await self.read(connection)
            had = content.wordings(intent, locale)
            expected = content.edits.get((WORDINGS, f"{intent}/{locale}"))
            try:
                kept = self.merged(content, intent, locale, [*had, *given])
                if len(kept) > len(had):
                    await self._keep(connection, WORDINGS, (intent, locale), kept, expected, author, note)
                return len(kept) - len(had)
            except Outdated:
                if tries + 1 == _TRIES:
                    raise
        return 0

    def merged(self, content: Content, intent: str, locale: str, texts: Iterable[str]) -> list[str]:
        """Return these as wordings of a question: what was there as it was, new ones clean. Raises CannotTeach."""
        _known(content, intent)
        had, given = set(content.wordings(intent, locale)), list(texts)
        unknown = list(dict.fromkeys(text for text in given if text not in had))
        if len(unknown) > MOST:  # before each is looked at
            raise CannotTeach("many")
        new = dict(zip(unknown, judged(unknown, content, intent, locale), strict=True))
        for line in new.values():
            if line.refusal not in {None, Refusal.KNOWN}:
                raise CannotTeach(str(line.refusal), line.where, locale, line.text)
        kept = (text if text in had else new[text].text for text in given if text in had or not new[text].refusal)
        return list(dict.fromkeys(kept))

    async def set_wordings(
        self, connection: AsyncConnection, intent: str, locale: str, texts: Iterable[str], expected: UUID | None,
        author: UUID | None, note: str = "",
    ) -> Edit:  # fmt: skip
        """Keep these as all wordings of a question in a language. Raises CannotTeach, or Outdated."""
        kept = self.merged(await self.read(connection), intent, locale, texts)
        return await self._keep(connection, WORDINGS, (intent, locale), kept, expected, author, note)

    async def set_cases(
        self, connection: AsyncConnection, intent: str, locale: str, texts: Iterable[str], expected: UUID | None,
        author: UUID | None, note: str = "",
    ) -> Edit:  # fmt: skip
        """Keep these as all test sentences of a question in a language. Raises CannotTeach, or Outdated."""
        content = await self.read(connection)
        _known(content, intent)
        had = set(content.cases(intent, locale))
        cleaned = list(dict.fromkeys(text if text in had else clean(text) for text in texts))
        for text in cleaned:
            refusal = None if text in had else case_refusal(text, content, intent, locale)
            if refusal not in {None, Refusal.KNOWN}:
                raise CannotTeach(str(refusal), locale=locale, text=text)
        return await self._keep(connection, CASES, (intent, locale), cleaned, expected, author, note)

    async def save(
        self,
        connection: AsyncConnection,
        question: Question,
        expected: UUID | None,
        author: UUID | None,
        note: str = "",
    ) -> Edit:
        """Keep what a question is about, its titles, its state. Raises CannotTeach, or Outdated."""
        if question.retired and question.is_fixed:
            raise CannotTeach("fixed")
        change = Change(INTENT, question.id, question.body(), "", expected, note)
        return await self._edits.save(connection, change, author, self._clock())

    async def move(
        self, connection: AsyncConnection, intent: str, to: str, author: UUID | None, locales: Iterable[str] = LOCALES
    ) -> int:
        """Give all wordings and test sentences of a question to another one; return how many wordings moved."""
        content = await self.read(connection)
        _known(content, to)
        if content.questions[to].takes_no_other:
            raise CannotTeach("unknown")
        moved = 0
        for locale in locales:
            for kind, of in ((WORDINGS, content.wordings), (CASES, content.cases)):
                if not (leaving := of(intent, locale)):
                    continue
                moved += len(leaving) if kind == WORDINGS else 0
                there = dict.fromkeys((*of(to, locale), *leaving))
                await self._keep_over(connection, content, kind, (intent, locale), (), author, f"moved to {to}")
                await self._keep_over(connection, content, kind, (to, locale), there, author, f"moved from {intent}")
        return moved

    async def _keep_over(
        self, connection: AsyncConnection, content: Content, kind: str, key: Key, texts: Iterable[str],
        author: UUID | None, note: str,
    ) -> None:  # fmt: skip
        expected = content.edits.get((kind, "/".join(key)))
        await self._keep(connection, kind, key, list(texts), expected, author, note)

    async def _keep(
        self, connection: AsyncConnection, kind: str, key: Key, texts: list[str], expected: UUID | None,
        author: UUID | None, note: str,
    ) -> Edit:  # fmt: skip
        if len(texts) > MOST:
            raise CannotTeach("many")
        files = self._shipped.wordings if kind == WORDINGS else self._shipped.cases
        said = content_hash({"examples": list(files[key])}) if key in files else ""
        change = Change(kind, "/".join(key), {"examples": texts}, said, expected, note)
        return await self._edits.save(connection, change, author, self._clock())


def _known(content: Content, intent: str) -> None:
    if intent not in content.questions:
        raise CannotTeach("unknown")


def _topics(content: Content) -> dict[str, str]:
    return {question.name: question.topic for question in content.all()}


def _laid_over(shipped: Shipped, edits: Sequence[Edit]) -> Content:
    by_kind: dict[str, dict[str, Edit]] = {kind: {} for kind in _KINDS}
    for edit in edits:
        by_kind[edit.kind][edit.key] = edit
    titles = {key: edit.body["text"] for key, edit in by_kind[TITLE].items() if edit.body}
    questions = dict(shipped.questions)
    for key, edit in by_kind[INTENT].items():
        if edit.body is not None:
            questions[key] = _question(key, edit.body, titles, key in shipped.questions)
    order = {name: number for number, name in enumerate(dict.fromkeys(one.topic for one in questions.values()))}
    return Content(
        questions=dict(sorted(questions.items(), key=lambda item: order[item[1].topic])),
        sentences=_sentences(shipped.wordings, by_kind[WORDINGS]),
        tests=_sentences(shipped.cases, by_kind[CASES]),
        edits={(edit.kind, edit.key): edit.id for edit in edits},
        exam=shipped.exam,
        seen=lambda: shipped.seen,
    )


def _question(intent: str, body: Mapping[str, object], titles: Mapping[str, str], shipped: bool) -> Question:
    given = body.get("titles")
    own = {str(locale): str(title) for locale, title in given.items()} if isinstance(given, Mapping) else {}
    own |= {locale: text for locale in LOCALES if (text := titles.get(f"{locale}/{intent}")) and not shipped}
    return Question(
        intent, str(body.get("about", "")), str(body.get("not", "")), bool(body.get("deadline")),
        bool(body.get("retired")), own, str(body.get("menu", "")), shipped,
    )  # fmt: skip


def _sentences(files: Sentences, edits: Mapping[str, Edit]) -> Sentences:
    laid = dict(files)
    for key, edit in edits.items():
        intent, _, locale = key.rpartition("/")
        laid[intent, locale] = tuple(edit.body["examples"]) if edit.body else ()
    return laid
