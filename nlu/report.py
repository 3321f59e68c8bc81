"""What thresholds would do to predictions whose right answer is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model.understanding import Ranked, Verdict
from nlu.fallback import Thresholds, judge
from nlu.keywords import Hits

OFFERED = 3  # choices of a "did you mean"


@dataclass(frozen=True, slots=True)
class Case:
    """An utterance's right intent as `topic/intent`, and the ranking it got."""

    expected: str
    ranking: Sequence[Ranked]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of all cases: answered at all, answered wrongly, asked, asked without the right choice, given up."""

    answered: float
    answered_wrongly: float
    asked: float
    asked_in_vain: float
    given_up: float


def weigh(cases: Iterable[Case], thresholds: Thresholds) -> Figures:
    """Return what these thresholds do without the help of keywords; raises ValueError without a case."""
    counts = dict.fromkeys(("answered", "answered_wrongly", "asked", "asked_in_vain", "given_up"), 0)
    total = 0
    for case in cases:
        total += 1
        verdict = judge(case.ranking, Hits(), thresholds)
        intents = [ranked.intent for ranked in case.ranking]
        if verdict in {Verdict.ACCEPT, Verdict.EMERGENCY}:
            counts["answered"] += 1
            counts["answered_wrongly"] += intents[0] != case.expected
        elif verdict is Verdict.CLARIFY:
            counts["asked"] += 1
            counts["asked_in_vain"] += case.expected not in intents[:OFFERED]
        else:
            counts["given_up"] += 1
    if not total:
        raise ValueError("no cases to weigh")
    return Figures(**{name: count / total for name, count in counts.items()})
