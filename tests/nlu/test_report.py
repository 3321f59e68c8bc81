"""Weighing thresholds."""

import pytest

from bot.model.understanding import Ranked
from nlu.fallback import Thresholds
from nlu.report import Case, Figures, weigh

T = Thresholds(accept=0.6, margin=0.2, clarify=0.15, danger=0.12)


def case(expected: str, *confidences: float) -> Case:
    return Case(
        expected, [Ranked(f"a/{name}", confidence) for name, confidence in zip("xyzw", confidences, strict=False)]
    )


def test_the_five_shares() -> None:
    cases = [case("a/x", 0.9, 0.05), case("a/y", 0.9, 0.05), case("a/y", 0.5, 0.3), case("a/w", 0.5, 0.2, 0.1, 0.1)]

    assert weigh([*cases, case("a/x", 0.1)], T) == Figures(0.4, 0.2, 0.4, 0.2, 0.2)


def test_nothing_cannot_be_weighed() -> None:
    with pytest.raises(ValueError, match="no cases"):
        weigh([], T)
