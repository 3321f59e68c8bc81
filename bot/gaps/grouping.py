"""Groups questions by meaning, whatever their language: average linkage over centred vectors, in numpy.

Raw vectors of this encoder lie close together (cosine .83 to .93 between any two sentences) and beside each other by
language. Taking away the mean of each language leaves what a sentence is about. A few hundred questions need no
library for this: the chain of nearest neighbours finds the whole tree in a square of steps.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.encoder import Vectors

APART = (
    0.74  # mean distance (1 - cosine of centred vectors) from which two groups stay two: docs/gaps.md has the figures
)
_APART_RAW = 0.11
_FEW = 12  # so few questions have no mean worth taking away
_SHRINK = 6.0  # a language with so many questions counts its own mean and the common one alike


def centred(vectors: Vectors, locales: Sequence[str]) -> Vectors:
    """Return unit vectors without what they share: the mean of their language, drawn to the common one where it is rare."""
    common = vectors.mean(axis=0)
    names = np.array(locales)
    moved = np.empty_like(vectors)
    for locale in dict.fromkeys(locales):
        mine = names == locale
        count = mine.sum()
        mean = (vectors[mine].sum(axis=0) + _SHRINK * common) / (count + _SHRINK)
        moved[mine] = vectors[mine] - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Vectors = moved / np.maximum(lengths, 1e-9)
    return unit


def grouped(vectors: Vectors, locales: Sequence[str]) -> list[list[int]]:
    """Return which rows ask the same thing."""
    return group(vectors, _APART_RAW) if len(vectors) < _FEW else group(centred(vectors, locales))


def group(points: Vectors, apart: float = APART) -> list[list[int]]:
    """Return the groups as lists of rows, the largest first; in a group and among equals the earliest row leads."""
    count = len(points)
    owner = np.arange(count)
    for one, other, height in _tree(points):
        if height < apart:
            owner[owner == owner[other]] = owner[one]
    members: dict[int, list[int]] = {}
    for row in range(count):
        members.setdefault(int(owner[row]), []).append(row)
    return sorted(members.values(), key=lambda rows: (-len(rows), rows[0]))


def _tree(points: Vectors) -> list[tuple[int, int, float]]:
    """Return the merges of average linkage, each by one row of either side and its height, the lowest first."""
    count = len(points)
    far = (1.0 - points @ points.T).astype(np.float32)
    np.fill_diagonal(far, np.inf)
    sizes = np.ones(count)
    merges: list[tuple[int, int, float]] = []
    chain: list[int] = []
    left = count
    while left > 1:
        if not chain:
            chain.append(int(np.argmax(sizes > 0)))
        near = int(np.argmin(far[chain[-1]]))
        if len(chain) > 1 and far[chain[-1], chain[-2]] <= far[chain[-1], near]:
            one, other = sorted((chain.pop(), chain.pop()))
            merges.append((one, other, float(far[one, other])))
            _join(far, sizes, one, other)
            left -= 1
        else:
            chain.append(near)
    return sorted(merges, key=lambda merge: merge[2])


def _join(far: NDArray[np.float32], sizes: NDArray[np.float64], one: int, other: int) -> None:
    """Let `one` stand for both: its distances become the mean over all members."""
    total = sizes[one] + sizes[other]
    mean = (far[one] * sizes[one] + far[other] * sizes[other]) / total
    far[one], far[:, one] = mean, mean
    far[one, one] = np.inf
    far[other], far[:, other] = np.inf, np.inf
    sizes[one], sizes[other] = total, 0


def medoid(points: Vectors, rows: Sequence[int]) -> int:
    """Return the row that is nearest to all others of its group; the earliest of equals."""
    mine = points[list(rows)]
    return rows[int(np.argmax((mine @ mine.T).sum(axis=1).round(5)))]


def purity(groups: Sequence[Sequence[int]], labels: Sequence[str]) -> float:
    """Return the share of questions that are of the commonest kind in their group."""
    right = 0
    for rows in groups:
        named = [labels[row] for row in rows]
        right += max(named.count(label) for label in set(named))
    return right / max(1, sum(len(rows) for rows in groups))
