"""BM25F: how well the words of a question fit the words of documents, title and body weighed apart.

Each language of the documents has its own counts, so that a word which is common in Slovene is not taken for a rare
one because few texts are in Slovene.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log

import numpy as np
from numpy.typing import NDArray

from knowledge.search.documents import Document
from knowledge.search.tokens import tokens_of

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """How BM25F weighs: `k1` how soon repeating a word stops to count, `b` how much a long field is held against it."""

    title: float = 3.0
    k1: float = 1.6
    b_title: float = 0.3
    b_body: float = 0.75


@dataclass(frozen=True, slots=True)
class Posting:
    """Where a stem occurs (numbers of documents, rising), what it adds to each, and how rare it is."""

    documents: NDArray[np.int32] = field(repr=False)
    scores: Scores = field(repr=False)
    idf: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of one language: postings by stem, stems by the words that were written."""

    postings: Mapping[str, Posting] = field(repr=False)
    stems: Mapping[str, str] = field(repr=False)


_Rows = list[tuple[int, list[tuple[str, str]]]]  # the number of a document, and its texts: title and body

_LAST: dict[str, tuple[bytes, Lexicon]] = {}
"""Of each language what was read last. Counting takes seconds, and a publication changes one language or a few."""


def read_lexicons(documents: Sequence[Document], weights: Weights | None = None) -> dict[str, Lexicon]:
    """Count the words of all documents, each language for itself; one whose texts are as they were is not read again."""
    found: dict[str, _Rows] = defaultdict(list)
    for number, document in enumerate(documents):
        texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for text in document.texts:
            texts[text.locale].append((text.title, text.body))
        for locale, parts in texts.items():
            found[locale].append((number, parts))
    return {locale: _lexicon(locale, rows, weights or Weights()) for locale, rows in found.items()}


def _lexicon(locale: str, rows: _Rows, weights: Weights) -> Lexicon:
    stamp = blake2b(repr((weights, rows)).encode()).digest()
    last = _LAST.get(locale)
    if last is not None and last[0] == stamp:
        return last[1]
    count = _Count()
    for number, parts in rows:
        count.add(number, locale, parts)
    made = count.lexicon(weights)
    _LAST[locale] = stamp, made
    return made


class _Count:
    """Term frequencies of one language while documents are read."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[array[int], array[int], array[int]]] = {}
        self._stems: dict[str, str] = {}
        self._numbers = array("l")
        self._lengths: tuple[array[int], array[int]] = (array("l"), array("l"))

    def add(self, number: int, locale: str, parts: Iterable[tuple[str, str]]) -> None:
        """Count one document's texts in this language, title and body apart."""
        title: Counter[str] = Counter()
        body: Counter[str] = Counter()
        for head, rest in parts:
            self._count(title, head, locale)
            self._count(body, rest, locale)
        at = len(self._numbers)
        self._numbers.append(number)
        self._lengths[0].append(title.total())
        self._lengths[1].append(body.total())
        for stem in sorted(title.keys() | body.keys()):
            rows, in_title, in_body = self._found.setdefault(stem, (array("l"), array("l"), array("l")))
            rows.append(at)
            in_title.append(title[stem])
            in_body.append(body[stem])

    def _count(self, counter: Counter[str], text: str, locale: str) -> None:
        for token in tokens_of(text, locale):
            self._stems.setdefault(token.word, token.stem)
            counter[token.stem] += 1

    def lexicon(self, weights: Weights) -> Lexicon:
        """Weigh what was counted."""
        numbers = np.array(self._numbers, dtype=np.int32)
        title = weights.title / _against_length(self._lengths[0], weights.b_title)
        body = 1.0 / _against_length(self._lengths[1], weights.b_body)
        postings = {
            stem: _posting(
                numbers, np.array(rows), np.array(heads) * title[rows] + np.array(bodies) * body[rows], weights
            )
            for stem, (rows, heads, bodies) in self._found.items()
        }
        return Lexicon(postings, self._stems)


def _against_length(lengths: array[int], b: float) -> NDArray[np.float64]:
    found = np.array(lengths, dtype=np.float64)
    average = found.mean() or 1.0
    return np.asarray(1.0 - b + b * found / average)


def _posting(
    numbers: NDArray[np.int32], rows: NDArray[np.int64], frequency: NDArray[np.float64], weights: Weights
) -> Posting:
    idf = log(1.0 + (len(numbers) - len(rows) + 0.5) / (len(rows) + 0.5))
    scores = idf * frequency * (weights.k1 + 1.0) / (weights.k1 + frequency)
    return Posting(numbers[rows], scores.astype(np.float32), idf)
