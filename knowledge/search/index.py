"""The index: documents in, a ranking for each question out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log

import numpy as np

from knowledge.glossary import Glossary
from knowledge.search.bm25f import Lexicon, Scores, Weights, read_lexicons
from knowledge.search.documents import Document
from knowledge.search.fusion import fused
from knowledge.search.meanings import FAR, Matrix, Meanings
from knowledge.search.query import Wanted, read_query
from knowledge.search.synonyms import Synonyms


class Mode(StrEnum):
    """What ranks: both, words alone, or meaning alone."""

    HYBRID = "hybrid"
    BM25F = "bm25f"
    E5 = "e5"


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `score` ranks; `words` is BM25F's, `meaning` how near its passages are."""

    id: str
    score: float
    words: float
    meaning: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents found, best first. `mode` is what ranked them: words alone while there are no vectors.

    `coverage` is the share of the question's words, weighed by how rare they are, that the best document by words has;
    `strength` what it has by words, in words of which each stands in one document only.
    """

    hits: tuple[Hit, ...]
    mode: Mode
    coverage: float = 0.0
    strength: float = 0.0


class Index:
    """Finds documents. The vectors may come later (`with_meanings`)."""

    def __init__(
        self, documents: Sequence[Document], glossary: Glossary | None = None, weights: Weights | None = None
    ) -> None:
        self._ids = [document.id for document in documents]
        self._passages = [document.passages for document in documents]
        self._lexicons: Mapping[str, Lexicon] = read_lexicons(documents, weights)
        self._synonyms = Synonyms(glossary, self._lexicons) if glossary else None
        self._meanings: Meanings | None = None

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def passages(self) -> list[str]:
        """All passages, the documents' in order; their vectors are what `with_meanings` takes."""
        return [passage for passages in self._passages for passage in passages]

    @property
    def has_meanings(self) -> bool:
        """Say whether the vectors are there."""
        return self._meanings is not None

    def with_meanings(self, vectors: Matrix) -> None:
        """Take the vectors of all passages."""
        self._meanings = Meanings(vectors, [len(passages) for passages in self._passages])

    def rank(
        self, text: str, locale: str = "", vector: Matrix | None = None, limit: int = 10, mode: Mode = Mode.HYBRID
    ) -> Ranking:
        """Return the best documents; `vector` is the question's own, without it words alone rank."""
        if not self._ids or not text.strip():
            return Ranking((), mode)
        words, coverage = self._words(read_query(text, locale, self._lexicons))
        if self._synonyms is not None:
            words = words + self._synonyms.scores(text, locale, len(self._ids))
        meaning = self._meanings.scores(vector) if self._meanings and vector is not None else None
        if meaning is None or mode is Mode.BM25F:
            mode, scores = Mode.BM25F, words
        else:
            scores = meaning if mode is Mode.E5 else fused(words, meaning, limit)
        best = _best(scores, limit) if mode is not Mode.BM25F else [at for at in _best(scores, limit) if words[at] > 0]
        near = meaning if meaning is not None else np.full(len(words), FAR, dtype=np.float32)
        hits = tuple(Hit(self._ids[at], float(scores[at]), float(words[at]), float(near[at])) for at in best)
        return Ranking(hits, mode, coverage, float(words.max()) / _rarity(len(words), 1))

    def _words(self, wanted: Sequence[Wanted]) -> tuple[Scores, float]:
        """BM25F of each document: of each word the best of its meanings. And the coverage of the best document."""
        total, matched = np.zeros(len(self._ids), dtype=np.float32), np.zeros(len(self._ids), dtype=np.float32)
        rarest = _rarity(len(self._ids), 0)
        whole = 0.0
        for word in wanted:
            best, idf = np.zeros(len(self._ids), dtype=np.float32), 0.0
            for (locale, stem), worth in word.stems.items():
                posting = self._lexicons[locale].postings[stem]
                at = posting.documents
                best[at] = np.maximum(best[at], worth * posting.scores)
                idf = max(idf, worth * posting.idf)
            total += best
            matched += np.where(best > 0, idf, 0.0)
            whole += idf or rarest
        return total, float(matched[total.argmax()]) / whole if whole else 0.0


def _best(scores: Scores, limit: int) -> list[int]:
    """The numbers of the best documents; of equal ones the first."""
    return [int(at) for at in np.argsort(-scores, kind="stable")[:limit]]


def _rarity(documents: int, having: int) -> float:
    """What a word is worth that so many of the documents have."""
    return log(1.0 + (documents - having + 0.5) / (having + 0.5))
