"""An utterance prepared once for everything that looks for values in it."""

import re
from dataclasses import dataclass, field
from typing import Self

from nlu.normalise import fold_respelt, respell
from nlu.phrases import is_han

_STOP = re.compile(r"[.!?;,:]+(?=\s|$|[\u3400-\u9fff])|\n|[،؛؟۔।።፣፤。，；！？]")
# What grows onto the next word: Arabic articles, Amharic and Tigrinya prepositions.
_GROWN = re.compile("^(?:[وف]?(?:[بك]?ال|لل)|እንደ|ስለ|ናይ|[በየለከብንዝስ])(?=..)")
_CAN_GROW = re.compile("[\u0600-\u06ff\u1200-\u137f]")


@dataclass(frozen=True, slots=True)
class Utterance:
    """The text with folded letters, its folded words, and where a new sentence or clause begins among them.

    `bare` holds the words without what grew onto them, or None where no word has any; `compact` is, where
    the text holds Chinese, its clauses without spaces inside, one space apart.
    """

    spelt: str = field(repr=False)
    words: list[str] = field(repr=False)
    bare: list[str] | None = field(repr=False)
    breaks: frozenset[int]
    compact: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Prepare the text; never raises."""
        spelt = respell(text)
        words: list[str] = []
        breaks: set[int] = set()
        clauses = [fold_respelt(clause).split() for clause in _STOP.split(spelt)]
        for clause in clauses:
            breaks.add(len(words))
            words += clause
        compact = " ".join("".join(clause) for clause in clauses if clause) if is_han(spelt) else ""
        return cls(spelt, words, without_grown(words) if _CAN_GROW.search(spelt) else None, frozenset(breaks), compact)


def without_grown(words: list[str]) -> list[str] | None:
    """Return the words without article and preposition, or None if that changes nothing."""
    bare = [_GROWN.sub("", word) for word in words]
    return bare if bare != words else None
