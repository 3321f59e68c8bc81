"""What the checks need to know from files outside the articles. They are read as files: rooms do not import each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.glossary import Glossary, read_glossary
from knowledge.helplines import load_helplines
from knowledge.plan import Plan, read_plan

ROOT = Path(__file__).parents[1]
EMERGENCY = "112"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The sentence before the part for people without papers, the numbers that may be shown, the titled intents."""

    papers: Mapping[str, str]
    phones: frozenset[str]
    titled: frozenset[str]
    plan: Plan = field(default_factory=Plan)
    glossary: Glossary = field(default_factory=lambda: Glossary(()))

    def papers_sentence(self, locale: str) -> str:
        """Return the phrase of this locale; the longest one where a locale has none yet, to be on the safe side."""
        return self.papers.get(locale) or max(self.papers.values(), key=len, default="")

    def may_show(self, number: str) -> bool:
        """Say whether this telephone number is one of ours, however it is written."""
        digits = bare_number(number)
        return any(_same(digits, known) for known in self.phones)


def bare_number(number: str) -> str:
    """Return the digits alone, without leading zeros."""
    return re.sub(r"\D", "", number).lstrip("0")


def _same(one: str, other: str) -> bool:
    """Equal, or one has its country's prefix."""
    longer, shorter = max(one, other, key=len), min(one, other, key=len)
    return one == other or (len(shorter) >= 7 and longer.endswith(shorter) and len(longer) - len(shorter) <= 3)


def read_surroundings(root: Path = ROOT) -> Surroundings:
    """Read phrases, titles, contact points, help lines and the plan below the project's root."""
    phones = {EMERGENCY, *load_helplines(root / "knowledge" / "helplines.yml").numbers, *_points_phones(root)}
    titles = _mapping(root / "dialogues" / "titles" / "en.yml").get("titles") or {}
    return Surroundings(
        papers=_papers(root / "dialogues" / "phrases"),
        phones=frozenset(bare_number(number) for number in phones),
        titled=frozenset(titles),
        plan=read_plan(root / "knowledge" / "plan.yml"),
        glossary=read_glossary(root / "knowledge" / "glossary.yml"),
    )


def _papers(folder: Path) -> dict[str, str]:
    phrases = {path.stem: _mapping(path).get("phrases") or {} for path in sorted(folder.glob("*.yml"))}
    return {locale: said["papers_first"] for locale, said in phrases.items() if said.get("papers_first")}


def _points_phones(root: Path) -> set[str]:
    files = (root / "handoff" / "points").glob("*.yml")
    points = (point for path in files for point in _mapping(path).get("points") or ())
    return {str(point["phone"]) for point in points if isinstance(point, Mapping) and point.get("phone")}


def _mapping(path: Path) -> Mapping[str, Any]:
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if path.is_file() else None
    return document if isinstance(document, Mapping) else {}
