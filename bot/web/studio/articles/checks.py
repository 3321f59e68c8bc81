"""How long a text that is being written is, and how hard to read; and what the checks say, sorted to its fields."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.article import PAPERS, SECTIONS, Translation
from knowledge.coverage import hardness
from knowledge.editing.judge import surroundings
from knowledge.findings import Finding
from knowledge.text_checks import PART_LIMIT, SUMMARY_LIMIT
from knowledge.words import WORDS

WHOLE = ""  # the key of what concerns no part of its own

_BOXES = {
    "read": "sources", "sources": "sources", "url": "sources", "checked_on": "sources", "review_by": "dates",
    "valid_from": "dates", "valid_until": "dates",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """How long a part is as people see it, and how long it may be."""

    chars: int
    most: int

    @property
    def too_long(self) -> bool:
        """Tell whether it must be shortened."""
        return self.chars > self.most


@dataclass(frozen=True, slots=True)
class Measured:
    """Lengths by part, and how hard the text is to read (`hardest` 0: this language has no limit)."""

    lengths: Mapping[str, Length]
    hardness: int
    hardest: int

    @property
    def too_hard(self) -> bool:
        """Tell whether sentences or words must become shorter."""
        return 0 < self.hardest < self.hardness


async def ready() -> None:
    """Read what the checks need to know, which takes a second the first time, while others go on."""
    await asyncio.to_thread(surroundings)


def measured(text: Translation) -> Measured:
    """Measure a text as `python -m knowledge check` does."""
    words = WORDS.get(text.locale)
    papers = surroundings().papers_sentence(text.locale)
    lengths = {name: _length(name, text.text(name).replace(PAPERS, papers)) for name in SECTIONS}
    return Measured(lengths, round(hardness(text)), round(words.hardest) if words else 0)


def _length(name: str, words: str) -> Length:
    return Length(len(words), SUMMARY_LIMIT if name == "summary" else PART_LIMIT)


def by_part(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Sort findings to the parts of the text, or the boxes of the form, that they are about."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        place = finding.place.rpartition(" ")[2]
        found[place if place in SECTIONS else _BOXES.get(place, WHOLE)].append(finding)
    return dict(found)
