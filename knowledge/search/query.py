"""A question taken apart: for each of its words the stems it may mean, in every language of the documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.search.bm25f import Lexicon
from knowledge.search.tokens import UNKNOWN, Token, tokens_of

MOST = 64  # different words; of a longer question both ends are kept
_OTHER_LANGUAGE = 0.7  # a word that stands in a text of another language as it was written
_SLIP = 0.7  # a word that differs by a letter or two
_SHORT, _LONG = 5, 9  # from so many letters on one slip is forgiven, and two
_NEAREST = 2  # words that a misspelt one may mean


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of the question: what each (locale, stem) is worth that would do for it."""

    stems: Mapping[tuple[str, str], float] = field(repr=False)


def read_query(text: str, locale: str, lexicons: Mapping[str, Lexicon]) -> list[Wanted]:
    """Return the different words of a question, each with its meanings; a word that means nothing here has none."""
    tokens = list(dict.fromkeys(tokens_of(text, locale)))
    if len(tokens) > MOST:
        tokens = tokens[: MOST // 2] + tokens[-MOST // 2 :]
    return [Wanted(dict(_meanings(token, locale, lexicons))) for token in tokens]


def _meanings(token: Token, locale: str, lexicons: Mapping[str, Lexicon]) -> Iterator[tuple[tuple[str, str], float]]:
    for other, lexicon in lexicons.items():
        stem = token.stem if other == locale else _stem(token.word, other) if locale == UNKNOWN else ""
        if stem in lexicon.postings:
            yield (other, stem), 1.0
        elif token.word in lexicon.stems:
            yield (other, lexicon.stems[token.word]), 1.0 if UNKNOWN in (locale, other) else _OTHER_LANGUAGE
        elif locale in (other, UNKNOWN):
            yield from (((other, near), _SLIP) for near in _near(token.word, lexicon))


def _stem(word: str, locale: str) -> str:
    return next((token.stem for token in tokens_of(word, locale)), "")


def _near(word: str, lexicon: Lexicon) -> Sequence[str]:
    """The stems of the words that this one may be a misspelling of."""
    if len(word) < _SHORT or word.isdigit():
        return ()
    slips = 1 if len(word) < _LONG else 2
    found = process.extract(word, lexicon.stems.keys(), scorer=OSA.distance, score_cutoff=slips, limit=_NEAREST)
    return [lexicon.stems[near] for near, _, _ in found if near[0] == word[0]]
