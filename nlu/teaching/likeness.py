"""Compares sentences by meaning. The vectors of a language's wordings are made in the background when first asked for."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.encoder import Encoder, Vectors
from bot.vectors import VectorFile
from nlu.teaching.content import Content
from nlu.teaching.meanings import Doubt, Meanings, Near

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many wordings of a language are encoded, of how many."""

    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.total


class Likeness:
    """Knows the wordings' vectors by their text, in a file below `folder`; without an encoder it knows nothing."""

    def __init__(self, folder: Path, encoder: Encoder | None = None) -> None:
        self._folder = folder / "wordings"
        self._encoder = encoder or Encoder()
        self._file: VectorFile | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._queue = asyncio.Lock()
        self._meanings: dict[str, tuple[tuple[str, ...], Meanings]] = {}
        self._told: dict[str, tuple[int, int]] = {}

    @property
    def available(self) -> bool:
        """Whether sentences can be compared by meaning on this machine."""
        return self._encoder.available

    def progress(self, content: Content, locale: str) -> Progress:
        """Tell how far the wordings of a language are, and begin with what is missing."""
        texts = [text for text, _ in _of(content, locale)]
        file = self._vectors()
        missing = [text for text in texts if text not in file]
        if missing and self.available and (locale not in self._tasks or self._tasks[locale].done()):
            self._told[locale] = (0, len(missing))
            self._tasks[locale] = asyncio.create_task(self._fill(locale, missing))
        done = self._told.get(locale, (0, 0))[0] if missing else 0
        return Progress(min(len(texts) - len(missing) + done, len(texts)) if missing else len(texts), len(texts))

    async def wait(self, locale: str) -> None:
        """Wait until the vectors of a language are there, if they are being made."""
        if task := self._tasks.get(locale):
            await task

    async def close(self) -> None:
        """Stop what runs in the background; what was made is kept."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def doubts(self, content: Content, locale: str, intent: str, texts: Sequence[str]) -> dict[str, Doubt]:
        """Return which of these sentences are nearer to another question; empty while the vectors are not there."""
        found: dict[str, Doubt] = {}
        meanings, vectors = await self._meanings_of(content, locale), await self._few(texts)
        if meanings is None or vectors is None:
            return found
        for at, text in enumerate(texts):
            beside: Vectors = np.delete(vectors, at, axis=0)
            if doubt := meanings.doubt(vectors[at], intent, beside):
                found[text] = doubt
        return found

    async def nearest(self, content: Content, locale: str, text: str, count: int = 5) -> list[Near]:
        """Return the wordings that mean nearly the same; empty while the vectors are not there."""
        meanings, vectors = await self._meanings_of(content, locale), await self._few([text])
        return [] if meanings is None or vectors is None else meanings.nearest(vectors[0], count)

    async def _few(self, texts: Sequence[str]) -> Vectors | None:
        return await asyncio.to_thread(self._encoder.few, texts)

    async def _meanings_of(self, content: Content, locale: str) -> Meanings | None:
        wordings = _of(content, locale)
        key = tuple(f"{intent} {text}" for text, intent in wordings)
        known = self._meanings.get(locale)
        if known and known[0] == key:
            return known[1]
        texts, intents = [text for text, _ in wordings], [intent for _, intent in wordings]
        vectors = self._vectors().rows(texts)
        if vectors is None:
            return None
        made = await asyncio.to_thread(Meanings.of, texts, intents, vectors)
        self._meanings[locale] = key, made
        return made

    async def _fill(self, locale: str, texts: Sequence[str]) -> None:
        """One language after the other: they share the processor with the people who wait for an answer."""
        async with self._queue:
            try:
                await self._vectors().fill(
                    self._encoder, texts, lambda done, total: self._told.update({locale: (done, total)})
                )
            except OSError as error:
                _log.error("wordings_not_encoded locale=%s error=%s", locale, type(error).__name__)

    def _vectors(self) -> VectorFile:
        if self._file is None:
            self._file = VectorFile(self._folder)
        return self._file


def _of(content: Content, locale: str) -> list[tuple[str, str]]:
    """Return the wordings of a language with their question, without those of retired ones."""
    living: Mapping[str, object] = {one.id: one for one in content.all() if not one.retired}
    return [(text, intent) for intent in living for text in content.wordings(intent, locale)]
