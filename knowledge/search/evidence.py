"""Whether a ranking is worth showing: somebody who types letters at random, or asks for the weather, gets no articles."""

from knowledge.search.index import Mode, Ranking

# docs/knowledge.md has the measurement: messages out of scope against questions that have an article.
_ENOUGH = 0.34
_ENOUGH_STRENGTH, _ENOUGH_COVERAGE = 1.5, 0.65


def is_enough(ranking: Ranking) -> bool:
    """Say whether words and meaning together point to something; without vectors the words alone must do."""
    if not ranking.hits:
        return False
    if ranking.mode is Mode.BM25F:
        return ranking.strength >= _ENOUGH_STRENGTH and ranking.coverage >= _ENOUGH_COVERAGE
    return evidence(ranking) >= _ENOUGH


def evidence(ranking: Ranking) -> float:
    """Return how much speaks for the best documents: nearness in meaning, and a little the share of words found.

    How rare these words are says nothing beside it: with texts in 16 languages every word is found somewhere.
    """
    return max(hit.meaning for hit in ranking.hits) + ranking.coverage / 15
