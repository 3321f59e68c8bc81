"""The figures of a case file."""

from pathlib import Path

import pytest

from bot.model.errors import SettingsError
from nlu.entity_report import lines, read_cases, score

CASES = """
- {text: "I work in Italy, 900 euro", locale: en, on: 2026-11-22, entities: {country_work: [IT], amount: ["900.00 EUR"]}}
- {text: "I am a cook without papers", locale: en, on: 2026-11-22, entities: {profession: [waiter], status: [without_papers]}}
- {text: "thank you", locale: en, on: 2026-11-22}
"""


def test_right_wrong_and_missed_are_counted_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "entities.yml"
    path.write_text(CASES, encoding="utf-8")
    cases = read_cases(path)
    scores = score(cases)

    assert (scores["country_work"].precision, scores["country_work"].recall) == (1.0, 1.0)
    assert (scores["profession"].right, scores["profession"].wrong, scores["profession"].missed) == (0, 1, 1)
    assert scores["profession"].precision == scores["profession"].recall == 0
    assert scores["sector"].recall == 1.0
    assert scores["status"].right == 1
    assert any("found ['cook'], expected ['waiter']" in line for line in lines(cases))


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("- {text: a, on: 2026-11-22, entities: {religion: [x]}}", "religion"),
        ("- {text: a, entities: {}}", "needs the day"),
    ],
)
def test_a_case_that_cannot_be_counted_is_named(tmp_path: Path, row: str, named: str) -> None:
    path = tmp_path / "entities.yml"
    path.write_text(row, encoding="utf-8")

    with pytest.raises(SettingsError, match=named):
        read_cases(path)
