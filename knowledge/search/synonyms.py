"""The glossary as the search uses it: a question that names a term also looks for the term's other names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from knowledge.glossary import Glossary, Term
from knowledge.search.bm25f import Lexicon, Scores
from knowledge.search.tokens import UNKNOWN, stems_of

_WORTH = 0.4  # of another name, beside the words that were written

_Name = tuple[str, tuple[str, ...]]  # a locale and the stems of a name in it


class Synonyms:
    """Knows each term by the stems of its names."""

    def __init__(self, glossary: Glossary, lexicons: Mapping[str, Lexicon]) -> None:
        self._lexicons = lexicons
        names = [list(dict.fromkeys(_names(term))) for term in glossary.terms]
        self._spoken: dict[str, dict[str, list[tuple[frozenset[str], int]]]] = defaultdict(lambda: defaultdict(list))
        for number, term in enumerate(names):
            for locale, stems in term:
                self._spoken[locale][stems[0]].append((frozenset(stems), number))
        self._written = [[name for name in term if self._can_be_found(name)] for term in names]

    def _can_be_found(self, name: _Name) -> bool:
        locale, stems = name
        return locale in self._lexicons and all(stem in self._lexicons[locale].postings for stem in stems)

    def scores(self, text: str, locale: str, count: int) -> Scores:
        """Return what other names of the question's terms add to each of `count` documents."""
        total = np.zeros(count, dtype=np.float32)
        for number, used in self._terms_in(text, locale).items():
            others = [name for name in self._written[number] if (name[0], frozenset(name[1])) not in used]
            total += self._best(others, count)
        return _WORTH * total

    def _terms_in(self, text: str, locale: str) -> dict[int, set[tuple[str, frozenset[str]]]]:
        """The terms that a question names, with the names that it uses."""
        found: dict[int, set[tuple[str, frozenset[str]]]] = defaultdict(set)
        for spoken in tuple(self._spoken) if locale == UNKNOWN else (locale,):
            terms = self._spoken.get(spoken, {})
            have = frozenset(stems_of(text, spoken))
            for first in have & terms.keys():
                for needed, number in terms[first]:
                    if needed <= have:
                        found[number].add((spoken, needed))
        return found

    def _best(self, names: Sequence[_Name], count: int) -> Scores:
        """For each document the best of the names; a name counts where all its words are."""
        best = np.zeros(count, dtype=np.float32)
        for locale, stems in names:
            postings = [self._lexicons[locale].postings[stem] for stem in stems]
            where = postings[0].documents
            for posting in postings[1:]:
                where = np.intersect1d(where, posting.documents, assume_unique=True)
            added = sum(posting.scores[np.searchsorted(posting.documents, where)] for posting in postings)
            best[where] = np.maximum(best[where], added)
        return best


def _names(term: Term) -> Iterator[_Name]:
    for locale, names in term.names.items():
        for name in names:
            stems = stems_of(name, locale)
            if stems:
                yield locale, stems
