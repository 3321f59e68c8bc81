"""Words and meaning joined to one score: the sum of both in standard deviations. docs/knowledge.md has the measurement."""

from knowledge.search.bm25f import Scores

WORDS = 0.4  # the share of words; meaning has the rest


def standardised(scores: Scores) -> Scores:
    """Return the scores in standard deviations from their mean; all the same becomes nought."""
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 0 else scores * 0


def fused(words: Scores, meaning: Scores, share: float = WORDS) -> Scores:
    """Return one score per document; `share` is what words weigh, the rest meaning."""
    return share * standardised(words) + (1.0 - share) * standardised(meaning)
