"""Whether a ranking is worth showing: somebody who types letters at random, or asks for the weather, gets no articles."""

from knowledge.search.index import Mode, Ranking

# docs/knowledge.md has the measurement: messages out of scope against questions that have an article.
_MOST_STRENGTH = 3.0
_ENOUGH = 0.43
_ENOUGH_STRENGTH, _ENOUGH_COVERAGE = 1.5, 0.5


def is_enough(ranking: Ranking) -> bool:
    """Say whether words and meaning together point to something; without vectors the words alone must do."""
    if not ranking.hits:
        return False
    if ranking.mode is Mode.BM25F:
        return ranking.strength >= _ENOUGH_STRENGTH and ranking.coverage >= _ENOUGH_COVERAGE
    return evidence(ranking) >= _ENOUGH


def evidence(ranking: Ranking) -> float:
    """Return how much speaks for the best documents: nearness, strength up to a limit, and the share of words found."""
    nearness = max(hit.meaning for hit in ranking.hits)
    return nearness + min(ranking.strength, _MOST_STRENGTH) / 25 + ranking.coverage / 10
