"""What a country is to the person: where they work, live, or are now, by the words around its name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu.terms import Term, words_of

ROLES = ("work", "residence", "now")
REACH, REACH_HAN = 6, 9  # words (characters) between a cue and the name it speaks of
CHAIN = 2  # words between two cues that belong together: "live and work in"
_VERB_LAST_SCRIPTS = re.compile("[\u0900-\u09ff\u1200-\u137f\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Span:
    """A place named at words `start` to `end`, in Chinese at characters."""

    country: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Cue:
    role: str
    start: int
    end: int


def verb_last(text: str, locale: str) -> bool:
    """Tell whether the language puts the verb behind the place: its script, else its locale, says so."""
    return locale in words_of("cues")["verb_last"] or _VERB_LAST_SCRIPTS.search(text) is not None


def roles_of(
    spans: Sequence[Span], terms: Mapping[str, Sequence[Term]], breaks: Iterable[int], behind: bool, reach: int = REACH
) -> list[set[str]]:
    """Return the roles of each span. A cue speaks of one place, and never across the end of a clause.

    `behind` tells that cues are first looked for behind the name.
    """
    cues = sorted(
        (_Cue(role, term.start, term.end) for role in ROLES for term in terms.get(role, ())), key=lambda cue: cue.start
    )
    search = _Search(spans, cues, sorted(breaks), reach)
    for side in (behind, not behind):
        for index in range(len(spans)):
            if not search.roles[index]:
                search.look(index, side)
    return search.roles


class _Search:
    def __init__(self, spans: Sequence[Span], cues: list[_Cue], breaks: list[int], reach: int) -> None:
        self._spans, self._free, self._breaks, self._reach = spans, cues, breaks, reach
        self.roles: list[set[str]] = [set() for _ in spans]

    def look(self, index: int, behind: bool) -> None:
        """Take the nearest free cue on one side, and what is chained to it."""
        span = self._spans[index]
        edge = span.end if behind else span.start
        near = sorted(
            (self._gap(cue, edge, behind), cue.start, cue) for cue in self._free if self._fits(cue, edge, behind)
        )
        allowed, at = self._reach, edge
        for _, _, cue in near:
            if self._gap(cue, at, behind) > allowed or (self.roles[index] and cue.role == "now"):
                break
            self.roles[index].add(cue.role)
            self._free.remove(cue)
            allowed, at = CHAIN, cue.end if behind else cue.start

    @staticmethod
    def _gap(cue: _Cue, edge: int, behind: bool) -> int:
        return max(0, cue.start - edge if behind else edge - cue.end)

    def _fits(self, cue: _Cue, edge: int, behind: bool) -> bool:
        if cue.start < edge if behind else cue.end > edge + 1:
            return False
        low, high = (edge, cue.start) if behind else (cue.start, edge)
        if any(low < at <= high for at in self._breaks):
            return False
        return not any(low <= other.start < high and other.start != edge for other in self._spans)
