"""How alike wordings are: copies of one another, and one frame filled again and again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process

from nlu.normalise import fold
from nlu.phrases import is_han

ALIKE = 92  # of 100 letters
SHORTEST = 4  # words; a greeting has few other ways to be said
LONGEST = 12  # words; a longer sentence hardly has a twin by frame only
RUN, HOLDERS = 4, 6  # words in a row, and wordings of a locale that may share them


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words; of Chinese, pairs of characters stand for words."""
    folded = fold(text)
    if not is_han(folded):
        return tuple(folded.split())
    signs = folded.replace(" ", "")
    return tuple(signs[at : at + 2] for at in range(0, len(signs), 2))


def near_duplicates(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of longer wordings that differ by a few letters or only by the order of their words."""
    longer = [(text, " ".join(sorted(said))) for text in texts if len(said := words(text)) >= SHORTEST]
    spelt = [key for _, key in longer]
    scores = process.cdist(spelt, spelt, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=-1)
    return [(longer[one][0], longer[other][0]) for one, other in np.argwhere(np.triu(scores >= ALIKE, 1))]


def refilled(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the groups of wordings that are one sentence with one or two of its words exchanged."""
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for text in texts:
        for frame in _frames(words(text)):
            holders[frame].append(text)
    groups = {tuple(sorted(set(group))) for group in holders.values()}
    return sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), group))


def _frames(said: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Half of a short sentence may not be exchanged: one word of four or five, two of six and more."""
    if SHORTEST <= len(said) <= LONGEST:
        for gaps in combinations(range(len(said)), 2 if len(said) > SHORTEST + 1 else 1):
            yield tuple("" if at in gaps else word for at, word in enumerate(said))


def worn_runs(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Return the runs of four words that more than a few wordings share, with how many; the most worn first."""
    counts = Counter(run for text in texts for run in _runs(words(text)))
    return [(" ".join(run), count) for run, count in counts.most_common() if count > HOLDERS]


def holders_of_worn_runs(texts: Sequence[str]) -> list[str]:
    """Return the wordings that hold one of the runs."""
    worn = {tuple(run.split()) for run, _ in worn_runs(texts)}
    return [text for text in texts if _runs(words(text)) & worn]


def _runs(said: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1)}
