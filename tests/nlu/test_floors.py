"""The gate: the trained model, with everything around it, on all test cases against `nlu/floors.yml`."""

from pathlib import Path

import pytest

from nlu.commands import measure
from nlu.evaluation.floors import broken, read_floors
from nlu.evaluation.report import report

ROOT = Path(__file__).parents[2]


@pytest.mark.rasa
@pytest.mark.slow
async def test_the_understanding_is_no_worse_than_its_floors() -> None:
    outcomes = await measure(ROOT, live=False, tell=print)

    assert not any(outcome.meant.degraded for outcome in outcomes)
    assert broken(report(outcomes)["groups"], read_floors()) == []
