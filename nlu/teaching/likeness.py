"""Compares sentences by meaning. The vectors of a language's wordings are made in the background when first asked for.

Those that a training keeps do not serve here: they are of the encoder as it was tuned to the intents, and the service has
only the untuned one to put a new sentence beside them.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from bot.encoder import Encoder, Vectors
from bot.vectors import VectorFile
from nlu.teaching.content import Content
from nlu.teaching.meanings import Doubt, Meanings, Near

_log = logging.getLogger(__name__)

_BATCH = 64  # wordings encoded together: after each, another language may come first
_FEW = 64  # wordings that are encoded here sooner than a process of its own has started


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
        self._task: asyncio.Task[None] | None = None
        self._wanted: dict[str, list[str]] = {}  # what is missing, by language; the one asked for last stands last
        self._meanings: dict[str, tuple[tuple[str, ...], Meanings]] = {}

    @property
    def available(self) -> bool:
        """Whether sentences can be compared by meaning on this machine."""
        return self._encoder.available

    def progress(self, content: Content, locale: str) -> Progress:
        """Tell how far the wordings of a language are, and go on with what is missing, before any other language."""
        texts = [text for text, _ in _of(content, locale)]
        missing = self._missing(texts)
        if missing and self.available:
            self._wanted.pop(locale, None)
            self._wanted[locale] = sorted(missing, key=len)  # those of like length are encoded fastest together
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._work())
        return Progress(len(texts) - len(missing), len(texts))

    async def wait(self) -> None:
        """Wait until nothing is missing that was asked for."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Stop what runs in the background; what was made is kept."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

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

    async def _work(self) -> None:
        try:
            while self._wanted and self.available:
                await self._encode()
        except OSError as error:
            self._wanted.clear()
            _log.error("wordings_not_encoded error=%s", type(error).__name__)

    async def _encode(self) -> None:
        """Encode what is wanted. One process does it for all languages, since it takes long to start; few go without it."""
        file = self._vectors()
        try:
            if len(self._missing(chain.from_iterable(self._wanted.values()))) <= _FEW:
                batch = next(self._batches(), [])
                if batch and (vectors := await self._few(batch)) is not None:
                    file.put(batch, vectors)
            else:
                async for texts, made in self._encoder.batches(self._batches()):
                    file.put(texts, made)
        finally:
            file.finish()

    def _batches(self) -> Iterator[list[str]]:
        """Yield some of what is missing in the language that was asked for last, until nothing is missing in any."""
        while self._wanted:
            locale = next(reversed(self._wanted))
            if left := self._missing(self._wanted[locale]):
                yield left[:_BATCH]
            else:
                del self._wanted[locale]

    def _missing(self, texts: Iterable[str]) -> list[str]:
        file = self._vectors()
        return [text for text in dict.fromkeys(texts) if text not in file]

    def _vectors(self) -> VectorFile:
        if self._file is None:
            self._file = VectorFile(self._folder)
        return self._file


def _of(content: Content, locale: str) -> list[tuple[str, str]]:
    """Return the wordings of a language with their question, without those of retired ones."""
    living: Mapping[str, object] = {one.id: one for one in content.all() if not one.retired}
    return [(text, intent) for intent in living for text in content.wordings(intent, locale)]
