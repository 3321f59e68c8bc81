"""Words that an office, or the network, keeps ready for its advisers: a title to find them by, a text for each language."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Change, Edit, Edits
from bot.model.errors import GuichetError
from bot.model.ids import new_id
from bot.model.turning import turns

KIND = "ready"
NETWORK = "*"  # instead of an office: all of them have these words
PLACEHOLDERS = ("office", "adviser")

_LONGEST_TITLE = 60
_LONGEST_TEXT = 1500
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class BadWords(GuichetError):
    """Ready words cannot be saved so. `faults` are pairs of a word of the pages and a locale (empty: of the title)."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__(", ".join(word for word, _ in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class ReadyWords:
    """One entry. `office` is an id or NETWORK, `seen` the saving that was read."""

    office: str
    slug: str
    title: str
    texts: Mapping[str, str] = field(repr=False)
    seen: UUID | None = None

    @property
    def key(self) -> str:
        """The key of its edit."""
        return f"{self.office}/{self.slug}"

    def text(self, *locales: str) -> tuple[str, str]:
        """Return the first of these locales in which there is a text, and the text; two empty texts if there is none."""
        return next(((locale, self.texts[locale]) for locale in locales if self.texts.get(locale)), ("", ""))

    def holds(self, word: str) -> bool:
        """Tell whether title or texts hold a word."""
        return any(word.casefold() in text.casefold() for text in (self.title, *self.texts.values()))


class ReadyBook:
    """All ready words of the network."""

    def __init__(self, edits: Edits, clock: Callable[[], datetime]) -> None:
        self._edits = edits
        self._clock = clock

    async def of(self, connection: AsyncConnection, *offices: str) -> list[ReadyWords]:
        """Return the words of these offices by title, those of an office before the network's."""
        found = [_words(edit) for edit in await self._edits.current(connection, KIND) if edit.body is not None]
        mine = [one for one in found if one.office in offices]
        return sorted(mine, key=lambda one: (one.office == NETWORK, one.title.casefold()))

    async def one(self, connection: AsyncConnection, key: str) -> ReadyWords | None:
        """Return one entry."""
        edit = await self._edits.one(connection, KIND, key)
        return _words(edit) if edit is not None and edit.body is not None else None

    async def save(self, connection: AsyncConnection, words: ReadyWords, author: UUID) -> ReadyWords:
        """Keep an entry; a new one has no slug yet. Raises BadWords and Outdated."""
        if faults := tuple(_faults(words)):
            raise BadWords(faults)
        kept = ReadyWords(words.office, words.slug or new_id().hex, words.title, words.texts, words.seen)
        body = {"title": kept.title, "texts": {locale: text for locale, text in kept.texts.items() if text}}
        edit = await self._edits.save(
            connection, Change(KIND, kept.key, body, expected=kept.seen), author, self._clock()
        )
        return _words(edit)

    async def take_away(self, connection: AsyncConnection, key: str, seen: UUID) -> None:
        """Take an entry away; its history stays. Raises Outdated."""
        await self._edits.drop(connection, KIND, key, seen)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put the office's name and the adviser's word into a text."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _words(edit: Edit) -> ReadyWords:
    office, _, slug = edit.key.partition("/")
    return ReadyWords(office, slug, edit.body["title"], edit.body["texts"], edit.id)


def _faults(words: ReadyWords) -> Iterator[tuple[str, str]]:
    if not words.title or len(words.title) > _LONGEST_TITLE:
        yield "title", ""
    if turns(words.title):
        yield "turns", ""
    if not any(words.texts.values()):
        yield "empty", ""
    for locale, text in words.texts.items():
        if len(text) > _LONGEST_TEXT:
            yield "long", locale
        if turns(text):
            yield "turns", locale
        if set(_PLACEHOLDER.findall(text)) - set(PLACEHOLDERS) or re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            yield "placeholders", locale
