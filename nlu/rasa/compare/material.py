"""What is compared on: the training wordings and the test cases, read without the service's libraries."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DATA = Path("nlu", "data")
CASES = Path("tests", "nlu_cases")
OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A wording or a case; the intent bears its bare name, as Rasa gives it."""

    locale: str
    topic: str
    intent: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Material:
    """What every pipeline is trained on, and what it is asked."""

    wordings: Sequence[Utterance]
    cases: Sequence[Utterance]

    @property
    def locales(self) -> list[str]:
        """The locales that have cases."""
        return sorted({case.locale for case in self.cases})

    @property
    def topics(self) -> dict[str, str]:
        """The topic of each intent."""
        return {one.intent: one.topic for one in self.wordings}

    def told(self) -> dict[str, Any]:
        """Return how much it is and its digest: figures may stand side by side only if this is the same."""
        whole = hashlib.sha256()
        for one in (*self.wordings, *self.cases):
            whole.update(f"{one.locale}\t{one.intent}\t{one.text}\n".encode())
        of_each = Counter((one.locale, one.intent) for one in self.wordings)
        return {
            "locales": self.locales,
            "wordings": len(self.wordings),
            "at_most": max(of_each.values(), default=0),
            "cases": len(self.cases),
            "digest": whole.hexdigest()[:16],
        }


def read(root: Path, locales: Collection[str] = (), limit: int | None = None) -> Material:
    """Read the project's data, of these locales or of all; `limit` keeps so many of each intent and locale."""
    cases = (one for path in sorted((root / CASES).glob("??.yml")) for one in _cases(path))
    return Material(*([*_limited(some, locales, limit)] for some in (read_wordings(root), cases)))


def read_wordings(root: Path) -> Iterator[Utterance]:
    """Yield all training wordings, file by file; no test case is opened."""
    for path in sorted((root / DATA).glob("*/*.yml")):
        yield from _wordings(path)


def _limited(some: Iterable[Utterance], locales: Collection[str], limit: int | None) -> Iterator[Utterance]:
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in some:
        taken[one.locale, one.intent] += 1
        if (not locales or one.locale in locales) and (limit is None or taken[one.locale, one.intent] <= limit):
            yield one


def _wordings(path: Path) -> Iterator[Utterance]:
    for block in _strings(path)["nlu"]:
        lines = (line.strip().removeprefix("-").strip() for line in block["examples"].splitlines())
        yield from (Utterance(path.parent.name, path.stem, block["intent"], line) for line in lines if line)


def _cases(path: Path) -> Iterator[Utterance]:
    content = _strings(path)
    for name, texts in content["intents"].items():
        topic, _, intent = name.partition("/")
        yield from (Utterance(path.stem, topic, intent, text) for text in texts)
    yield from (Utterance(path.stem, "service", OUT_OF_SCOPE, text) for text in content[OUT_OF_SCOPE])


def _strings(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - every scalar is a string
