"""Vectors of passages: how near the meaning of a question is to each document's nearest passages."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_NEAREST = 3  # passages of a document that count beside the nearest: an article says a thing more than once
_CENTRED = 0.7  # how much of what all passages have in common is taken away; docs/knowledge.md has the measurement
FAR = -1.0  # of a document without passages


class Meanings:
    """The vectors of all passages; `counts` says how many each document has, in order."""

    def __init__(self, vectors: Matrix, counts: Sequence[int]) -> None:
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._count = len(counts)
        every = np.asarray(counts, dtype=np.int64)
        self._having = np.flatnonzero(every)
        self._starts = np.concatenate([[0], np.cumsum(every[self._having])[:-1]]).astype(np.int64)
        self._sizes = every[self._having]
        self._middle = _CENTRED * self._vectors.mean(axis=0) if len(self._vectors) else np.zeros(1, np.float32)

    def scores(self, query: Matrix) -> Matrix:
        """Return for each document how near it is: its nearest passage and its three nearest, half each."""
        found = np.full(self._count, FAR, dtype=np.float32)
        if len(self._having):
            near = self._vectors @ (query - self._middle)
            found[self._having] = self._joined(near)
        return found

    def _joined(self, near: Matrix) -> Matrix:
        """Join what each document's passages have; of those that are equally near one stands for all."""
        nearest = np.maximum.reduceat(near, self._starts)
        total, best = nearest.copy(), nearest
        for taken in range(1, _NEAREST):
            near = np.where(near == np.repeat(best, self._sizes), -np.inf, near)
            best = np.maximum.reduceat(near, self._starts)
            total += np.where(np.isfinite(best), best, total / taken)  # with fewer passages their mean
        return np.asarray((nearest + total / _NEAREST) / 2, dtype=np.float32)
