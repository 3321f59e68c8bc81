"""Words and meaning joined to one score. docs/knowledge.md has the measurement of this way and of others."""

import numpy as np
from numpy.typing import NDArray

from knowledge.search.bm25f import Scores

WORDS = 0.35  # the share of words; meaning has the rest
_CANDIDATES = 30  # of the best by words, and of the best by meaning
_BEHIND = 100.0  # how far below the candidates all others stay


def fused(words: Scores, meaning: Scores, most: int = 0, share: float = WORDS) -> Scores:
    """Return one score per document: for the candidates the sum of both in standard deviations among them.

    Taken over all documents the deviations would grow with their number, since most hold no word of a question. What
    is no candidate (there are at least `most` of them) comes after, by meaning.
    """
    count = max(_CANDIDATES, most)
    chosen = np.union1d(_best(words, count), _best(meaning, count))
    found = meaning - _BEHIND
    found[chosen] = share * standardised(words[chosen]) + (1.0 - share) * standardised(meaning[chosen])
    return found


def standardised(scores: Scores) -> Scores:
    """Return the scores in standard deviations from their mean; all the same becomes nought."""
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 0 else scores * 0


def _best(scores: Scores, count: int) -> NDArray[np.int64]:
    return np.argsort(-scores, kind="stable")[:count]
