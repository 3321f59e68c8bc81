"""Which threshold each locale should have, chosen without looking at its own test cases."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model.locales import LOCALES
from bot.model.understanding import Verdict
from nlu.evaluation.cases import OUT_OF_SCOPE, Kind
from nlu.evaluation.outcomes import SMALL_TALK, Outcome
from nlu.fallback import Thresholds, judge

RIGHT = 0.95  # of the answers given without asking
GRID = [step / 100 for step in range(30, 96)]


def choose(outcomes: Sequence[Outcome], thresholds: Thresholds) -> dict[str, float]:
    """Return for each locale the lowest `accept` with which 95 % of the answers to the *other* locales' cases are right.

    Messages out of scope count: an answer to one of them is wrong. The other thresholds stay as given.
    """
    asked = [one for one in outcomes if one.case.kind in {Kind.INTENT, Kind.OUT_OF_SCOPE}]
    tables = {accept: _by_locale(asked, replace(thresholds, accept=accept)) for accept in GRID}
    return {locale: _lowest(tables, locale) for locale in LOCALES}


def _by_locale(outcomes: Sequence[Outcome], thresholds: Thresholds) -> dict[str, tuple[int, int]]:
    """Return how many of each locale's cases are answered, and how many of these rightly."""
    counts = dict.fromkeys(LOCALES, (0, 0))
    for outcome in outcomes:
        verdict = judge(outcome.meant.ranking, outcome.hits, thresholds)
        if verdict not in {Verdict.ACCEPT, Verdict.EMERGENCY} or _is_harmless(outcome):
            continue
        answered, right = counts[outcome.case.locale]
        counts[outcome.case.locale] = (answered + 1, right + outcome.is_right)
    return counts


def _is_harmless(outcome: Outcome) -> bool:
    """An out-of-scope message that is declined or met with small talk says nothing about answers."""
    return outcome.case.expected == OUT_OF_SCOPE and outcome.best in {OUT_OF_SCOPE, *SMALL_TALK}


def _lowest(tables: dict[float, dict[str, tuple[int, int]]], locale: str) -> float:
    for accept, counts in tables.items():
        others = [count for other, count in counts.items() if other != locale]
        answered, right = (sum(column) for column in zip(*others, strict=True))
        if answered and right / answered >= RIGHT:
            return accept
    return max(GRID)
