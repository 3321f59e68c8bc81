"""Danger told in any order of words: concepts of a locale that stand near each other.

A phrase has one order, a person many: "my boss has my passport", "the passport, he keeps it, the boss". The
rules in `danger.yml` name concepts and hold for every language; the words for a concept are the locale's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nlu.files import read_strings
from nlu.phrases import Match

CONCEPT = "concept/"
RULES = Path(__file__).with_name("danger.yml")
_PAST = "past"
_ALWAYS_NOW = "safety/suicide_self_harm"
_ONLY_NOW = frozenset({"safety/emergency", "safety/police_detention", "safety/urgent_needs"})

Concepts = Mapping[str, Sequence[Match]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a danger: for each label, lists of concepts of which each names its alternatives."""

    rules: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]

    @classmethod
    def load(cls, path: Path = RULES) -> Self:
        """Read the rules."""
        return cls(
            tuple(
                (label, tuple(tuple(part.split("|")) for part in rule.split()))
                for label, rules in read_strings(path).items()
                for rule in rules
            )
        )

    @property
    def concepts(self) -> frozenset[str]:
        """The names that a locale may give words for."""
        return frozenset({_PAST}.union(*(names for _, rule in self.rules for names in rule)))

    def find(self, matches: Sequence[Match], reach: int) -> list[Match]:
        """Return the dangers among the matches: phrases, and concepts no further than `reach` from a rule's first."""
        by_locale: defaultdict[str, defaultdict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
        for match in matches:
            if match.label.startswith(CONCEPT):
                by_locale[match.locale][match.label.removeprefix(CONCEPT)].append(match)
        past = any(_PAST in concepts for concepts in by_locale.values())
        phrases = (match for match in matches if match.label.startswith("safety/"))
        return [
            *(match for match in phrases if not (past and match.label in _ONLY_NOW)),
            *(match for match in self._together(by_locale, reach) if not past or match.label == _ALWAYS_NOW),
        ]

    def _together(self, by_locale: Mapping[str, Concepts], reach: int) -> Iterator[Match]:
        for locale, concepts in by_locale.items():
            if len(concepts) < 2:
                continue
            for label, rule in self.rules:
                span = _together(rule, concepts, reach)
                if span:
                    yield Match(label, locale, *span)


def _together(rule: Sequence[Sequence[str]], concepts: Concepts, reach: int) -> tuple[int, int] | None:
    """Return from where to where the rule's concepts stand, each its own words; None if they do not."""
    if any(concepts.keys().isdisjoint(names) for names in rule):
        return None
    found = [[match for name in names for match in concepts.get(name, ())] for names in rule]
    for first in found[0]:
        chosen = [first]
        for others in found[1:]:
            chosen += [other for other in others if _beside(other, chosen) and abs(other.start - first.start) <= reach][
                :1
            ]
        if len(chosen) == len(rule):
            return min(match.start for match in chosen), max(match.end for match in chosen)
    return None


def _beside(match: Match, chosen: Sequence[Match]) -> bool:
    return all(match.end <= other.start or other.end <= match.start for other in chosen)
