"""Finds articles for a question that no intent covers: up to three choices with their jurisdiction, never an answer."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from bot.encoder import Encoder
from bot.model.knowing import Found
from bot.vectors import VectorFile
from knowledge.catalogue import Catalogue
from knowledge.glossary import Glossary, read_glossary
from knowledge.search.articles import Titles, documents_of
from knowledge.search.evidence import is_enough
from knowledge.search.index import Hit, Index

_log = logging.getLogger(__name__)

_CHOICES = 3
_LOOKED_AT = 6  # of the best documents some have no text for the person's country


class Finder:
    """The search over the catalogue. Its index follows the catalogue; vectors come when `encode` has made them."""

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, vectors: Path, titles: Titles, glossary: Glossary | None = None
    ) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._folder = vectors
        self._titles = titles
        self._glossary = glossary or read_glossary()
        self._vectors: VectorFile | None = None
        self._index = Index(())
        self._edition: object = None
        self._failed: object = None  # the edition that could not be encoded; nobody tries it again
        self._lock = Lock()

    def find(self, text: str, locale: str, country: str) -> tuple[Found, ...]:
        """Return the articles that the text may be about, those with a text for the country first; may be none.

        Takes some hundredths of a second and may be called by any thread.
        """
        index = self._current()
        vector = self._encoder.query(text) if index.has_meanings else None
        ranking = index.rank(text, locale, vector, _LOOKED_AT)
        if not is_enough(ranking):
            return ()
        found = [one for hit in ranking.hits for one in self._served(hit, locale, country)]
        return tuple(sorted(found, key=lambda one: not one.covered)[:_CHOICES])

    async def encode(self) -> int:
        """Make the vectors that are missing and use them from now on; return how many were made.

        Where that fails the search goes on with words alone.
        """
        index = await asyncio.to_thread(self._current)
        vectors = self._vector_file()
        edition, made = self._edition, 0
        try:
            made = await vectors.fill(self._encoder, index.passages)
            await asyncio.to_thread(vectors.forget_others, index.passages)
        except (OSError, RuntimeError) as error:
            self._failed = edition
            _log.warning("search_not_encoded error=%s", type(error).__name__)
        if made:
            _log.info("search_encoded passages=%d", made)
        self._give_meanings(index)
        return made

    @property
    def is_stale(self) -> bool:
        """Say whether other texts may be served than the index holds, or vectors are missing that could be made."""
        if self._edition != self._catalogue.edition:
            return True
        can_be_encoded = self._encoder.available and self._failed != self._edition
        return can_be_encoded and len(self._index) > 0 and not self._index.has_meanings

    def _current(self) -> Index:
        """Return the index of what is served; the older one while another thread makes the new one."""
        if not self._lock.acquire(blocking=len(self._index) == 0):
            return self._index
        try:
            if self._edition != self._catalogue.edition:
                edition = self._catalogue.edition
                index = Index(documents_of(self._catalogue, self._titles), self._glossary)
                self._give_meanings(index)
                self._index, self._edition = index, edition
            return self._index
        finally:
            self._lock.release()

    def _give_meanings(self, index: Index) -> None:
        rows = self._vector_file().rows(index.passages)
        if rows is not None:
            index.with_meanings(rows)

    def _vector_file(self) -> VectorFile:
        if self._vectors is None:
            self._vectors = VectorFile(self._folder)
        return self._vectors

    def _served(self, hit: Hit, locale: str, country: str) -> Iterator[Found]:
        """What the person would be shown; else the jurisdiction that has a text, so that it can be said."""
        shown = self._catalogue.pick(hit.id, country, locale)
        if shown is not None:
            yield Found(hit.id, shown.jurisdiction, shown.title)
            return
        facts = self._catalogue.facts(hit.id)
        for place in facts.countries[:1] if facts else ():
            other = self._catalogue.pick(hit.id, place, locale)
            if other is not None:
                yield Found(hit.id, other.jurisdiction, other.title, covered=False)
