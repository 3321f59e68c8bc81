"""Whether a ranking is worth showing: somebody who types letters at random, or asks for the weather, gets no articles."""

from knowledge.search.index import Mode, Ranking

# docs/knowledge.md has the measurement: messages out of scope against questions that have an article.
_MOST_WORDS = 12.0
_ENOUGH = 0.40
_ENOUGH_WORDS, _ENOUGH_COVERAGE = 6.0, 0.4


def is_enough(ranking: Ranking) -> bool:
    """Say whether words and meaning together point to something; without vectors the words alone must do."""
    if not ranking.hits:
        return False
    words = max(hit.words for hit in ranking.hits)
    if ranking.mode is Mode.BM25F:
        return words >= _ENOUGH_WORDS and ranking.coverage >= _ENOUGH_COVERAGE
    return evidence(ranking) >= _ENOUGH


def evidence(ranking: Ranking) -> float:
    """Return how much speaks for the best documents: nearness, BM25F up to a limit, and the share of words found."""
    words = max(hit.words for hit in ranking.hits)
    meaning = max(hit.meaning for hit in ranking.hits)
    return meaning + min(words, _MOST_WORDS) / 100 + ranking.coverage / 10
