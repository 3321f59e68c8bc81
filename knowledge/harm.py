"""Which texts to read first: how often something is asked, times how harmful a wrong answer is (`harm.yml`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.fields import ContentError, Fields, read_yaml
from knowledge.plan import Plan

FILE = Path(__file__).with_name("harm.yml")
UNKNOWN = "unknown"
SAFETY = "safety/"  # how often these are asked is not counted for each: they are taken for often asked
_EXPECTED = 10.0  # as if the first of the most asked had been asked so often, before there are figures
_SELDOM = 0.5


@dataclass(frozen=True, slots=True)
class Harm:
    """How grave each reason is, and what would happen with a wrong answer to each question, the gravest first."""

    reasons: Mapping[str, int] = field(default_factory=dict)
    intents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, intent: str) -> tuple[str, ...]:
        """Return the reasons of a question; of one that nobody weighed that it is unknown."""
        return self.intents.get(intent) or (UNKNOWN,)

    def weight(self, intent: str) -> int:
        """Return how grave the gravest is."""
        return max(self.reasons[reason] for reason in self.of(intent))


def urgency(intent: str, asked: int, harm: Harm, plan: Plan) -> float:
    """Return how much it presses to read this text. The plan's order speaks until the figures are large."""
    return (asked + _expected(intent, plan)) * harm.weight(intent)


def _expected(intent: str, plan: Plan) -> float:
    if intent.startswith(SAFETY):
        return _EXPECTED
    if intent not in plan.most_asked:
        return _SELDOM
    return _EXPECTED * (1 - plan.most_asked.index(intent) / len(plan.most_asked))


@cache
def load_harm(path: Path = FILE) -> Harm:
    """Read the file. Raises ContentError."""
    problems: list[str] = []
    raw = path.read_text(encoding="utf-8")
    fields = Fields.of(read_yaml(raw, path.name, problems), path.name, problems, raw)
    fields.only("reasons", "intents")
    graves = Fields.of(fields.values.get("reasons"), f"{path.name}: reasons", problems, raw)
    reasons = {name: graves.number(name) for name in graves.values}
    weighed = Fields.of(fields.values.get("intents"), f"{path.name}: intents", problems, raw)
    intents = {name: weighed.words(name) for name in weighed.values}
    strange = {reason for named in intents.values() for reason in named} - set(reasons)
    if strange or UNKNOWN not in reasons:
        problems.append(f"{path.name}: reasons must hold {', '.join(sorted(strange | {UNKNOWN}))}")
    if problems:
        raise ContentError(problems)
    return Harm(reasons, {name: _gravest_first(named, reasons) for name, named in intents.items()})


def _gravest_first(named: tuple[str, ...], reasons: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(named, key=lambda reason: -reasons[reason]))
