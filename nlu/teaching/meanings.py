"""Where the questions stand among each other in the room of meanings: which one a sentence is nearest to, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from bot.encoder import Vectors

LEAST = 3  # wordings of a question in a language before a sentence is compared with them
# How much nearer to another question a sentence must be. On the Italian wordings (96 questions, ten parts, each judged
# by the nine others) 7 % of those in their right place are doubted then, and 82 % of those put at random elsewhere.
MARGIN = 0.2
_SMOOTH = 3.0  # how much the spread within questions is evened out; from 0.1 to 3 was tried


@dataclass(frozen=True, slots=True)
class Near:
    """A wording, the question it belongs to, and how near it is (1 is the same)."""

    intent: str
    text: str = field(repr=False)
    nearness: float = 0.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence that is nearer to another question than to its own, with that one's two nearest wordings."""

    intent: str
    nearest: tuple[Near, ...] = ()


@dataclass(frozen=True)
class Meanings:
    """The wordings of one language. Directions in which wordings of one question differ anyway count little.

    That is Fisher's linear discriminant: vectors are divided by their spread within the questions, so that a sentence
    and the middle of a question can be compared by the angle between them.
    """

    texts: Sequence[str] = field(repr=False)
    intents: Sequence[str]
    names: Sequence[str]
    middle: Vectors = field(repr=False)
    spread: Vectors = field(repr=False)
    placed: Vectors = field(repr=False)  # the wordings, of length 1
    sums: Vectors = field(repr=False)  # of each question: its wordings before they got length 1
    sizes: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str], intents: Sequence[str], vectors: Vectors) -> Self:
        """Arrange the wordings; `intents` names the question of each."""
        names = sorted(set(intents))
        number = {name: at for at, name in enumerate(names)}
        labels = np.array([number[intent] for intent in intents])
        sizes = np.bincount(labels, minlength=len(names))
        centres = np.zeros((len(names), vectors.shape[1]), np.float32)
        np.add.at(centres, labels, vectors)
        centres /= sizes[:, None]
        within = vectors - centres[labels]
        covariance = within.T @ within / len(vectors)
        width = covariance.shape[0]
        covariance += _SMOOTH * max(float(np.trace(covariance)) / width, 1e-6) * np.eye(width, dtype=np.float32)
        spread = np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
        middle = vectors.mean(axis=0)
        moved: Vectors = (vectors - middle) @ spread
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, moved)
        return cls(texts, intents, names, middle, spread, _unit(moved), sums, sizes.tolist())

    def nearest(self, vector: Vectors, count: int, intent: str = "") -> list[Near]:
        """Return the nearest wordings, of one question or of all."""
        angles = self.placed @ _unit(self._move(vector))
        order = (int(at) for at in np.argsort(-angles, kind="stable"))
        found = (at for at in order if not intent or self.intents[at] == intent)
        return [
            Near(self.intents[at], self.texts[at], float(angles[at]))
            for at, _ in zip(found, range(count), strict=False)
        ]

    def doubt(self, vector: Vectors, intent: str, beside: Vectors | None = None) -> Doubt | None:
        """Tell whether a sentence is clearly nearer to another question than to this one.

        `beside`: vectors of other sentences that are new to the question, too. Where there is still too little to compare
        with, nothing is said.
        """
        moved = self._move(vector)
        known = intent in self.names
        own: Vectors = self.sums[self.names.index(intent)] if known else np.zeros(moved.shape, np.float32)
        size = self.sizes[self.names.index(intent)] if known else 0
        if beside is not None and len(beside):
            own = (own + self._move(beside).sum(axis=0)).astype(np.float32)
            size += len(beside)
        if size < LEAST:
            return None
        others = [at for at, name in enumerate(self.names) if name != intent and self.sizes[at] >= LEAST]
        if not others:
            return None
        angles = _unit(self.sums[others]) @ _unit(moved)
        best = int(np.argmax(angles))
        if float(angles[best]) < float(_unit(own) @ _unit(moved)) + MARGIN:
            return None
        name = self.names[others[best]]
        return Doubt(name, tuple(self.nearest(vector, 2, name)))

    def _move(self, vectors: Vectors) -> Vectors:
        return np.asarray((vectors - self.middle) @ self.spread, dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    whole: Vectors = vectors / np.maximum(lengths, 1e-9)
    return whole
