"""Precision and recall of the entities, by kind, on cases whose values are known.

A case file is YAML: a list of `{text, locale, on: 2026-11-22, entities: {kind: [values]}}`. Kinds and codes are
listed in `nlu/entity_codes.yml`; `status` is a kind here like any other. A kind that is left out must not be found.
Run `python -m nlu.entity_report FILE` for a table and the cases that went wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.model.errors import SettingsError
from nlu.entities import extract
from nlu.files import read_strings
from nlu.terms import codes

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """An utterance, the day it was written, and the values that are in it."""

    text: str = field(repr=False)
    locale: str
    on: date
    expected: Values


@dataclass(frozen=True, slots=True)
class Score:
    """Values found rightly, found wrongly, and missed, of one kind."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of right ones among those found; 1 where none was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of found ones among those that are there; 1 where there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def read_cases(path: Path) -> list[Case]:
    """Read a case file; SettingsError names the case that has an unknown kind or no day."""
    cases = []
    for number, row in enumerate(read_strings(path) or (), 1):
        entities = row.get("entities") or {}
        unknown = set(entities) - set(codes()["kinds"])
        if unknown:
            raise SettingsError(f"{path}: case {number} has the unknown kinds {', '.join(sorted(unknown))}")
        try:
            on = date.fromisoformat(row["on"])
        except (KeyError, ValueError):
            raise SettingsError(f"{path}: case {number} needs the day it was written, as on: 2026-11-22") from None
        expected = {
            kind: frozenset([values] if isinstance(values, str) else values) for kind, values in entities.items()
        }
        cases.append(Case(row["text"], row.get("locale", ""), on, expected))
    return cases


def found_in(case: Case) -> Values:
    """Return what `extract` finds in the utterance of a case."""
    extracted = extract(case.text, case.locale, case.on)
    found: dict[str, set[str]] = {}
    for entity in extracted.entities:
        found.setdefault(entity.kind, set()).add(entity.value)
    if extracted.statuses:
        found["status"] = {str(status.value) for status in extracted.statuses}
    return {kind: frozenset(values) for kind, values in found.items()}


def score(cases: Iterable[Case]) -> dict[str, Score]:
    """Return the figures of every kind that was expected or found."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        found = found_in(case)
        for kind in found.keys() | case.expected.keys():
            ours, theirs = found.get(kind, frozenset()), case.expected.get(kind, frozenset())
            right[kind] += len(ours & theirs)
            wrong[kind] += len(ours - theirs)
            missed[kind] += len(theirs - ours)
    kinds = sorted(right.keys() | wrong.keys() | missed.keys())
    return {kind: Score(right[kind], wrong[kind], missed[kind]) for kind in kinds}


def lines(cases: list[Case]) -> Iterator[str]:
    """Yield a table of the figures, then each difference with its case."""
    for kind, one in score(cases).items():
        counts = f"{one.right:5} right {one.wrong:4} wrong {one.missed:4} missed"
        yield f"{kind:18} precision {one.precision:.3f} recall {one.recall:.3f} {counts}"
    for case in cases:
        found = found_in(case)
        for kind in sorted(found.keys() | case.expected.keys()):
            ours, theirs = found.get(kind, frozenset()), case.expected.get(kind, frozenset())
            if ours != theirs:
                yield f"{case.locale} {kind}: found {sorted(ours)}, expected {sorted(theirs)} in {case.text!r}"


if __name__ == "__main__":
    print("\n".join(lines(read_cases(Path(sys.argv[1])))))
