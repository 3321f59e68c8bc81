"""Shares with their intervals, and calibration: the arithmetic of the report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
BINS = 15


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    @classmethod
    def count(cls, answers: Iterable[bool]) -> "Share":
        """Count the true ones."""
        counted = Counter(map(bool, answers))
        return cls(counted[True], counted.total())

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson: where the true share lies, given so few cases."""
        if not self.of:
            return 0.0, 1.0
        share, spread = self.right / self.of, Z * Z / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = Z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions whose confidence lies from `low` up to `high`: their mean, and how many were right."""

    low: float
    high: float
    confidence: float
    right: Share


def reliability(predictions: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Return 15 bins of equal width; each prediction is its confidence and whether it was right."""
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in predictions:
        filled[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [
        Bin(
            number / BINS,
            (number + 1) / BINS,
            sum(confidence for confidence, _ in inside) / len(inside) if inside else 0.0,
            Share.count(right for _, right in inside),
        )
        for number, inside in enumerate(filled)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean distance between confidence and accuracy, by predictions."""
    total = sum(one.right.of for one in bins)
    if not total:
        return 0.0
    return sum(abs(one.right.right - one.confidence * one.right.of) for one in bins) / total
