"""The report from outcomes made by hand: its shape, its confusions, its pages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.model.locales import LOCALES
from nlu.evaluation.figures import TITLES
from nlu.evaluation.pages import COMPARISON, STUDIES, markdown, page, percent, write_pages
from nlu.evaluation.report import report
from tests.nlu.evaluation.outcomes import NASTY, SAMPLE

ROOT = Path(__file__).parents[3]


@pytest.fixture
def figures() -> dict[str, Any]:
    return report(SAMPLE)


def test_each_group_has_every_figure(figures: dict[str, Any]) -> None:
    assert set(figures["groups"]) == {"all", "eight", "others", *LOCALES}
    for group in figures["groups"].values():
        assert set(group) == {*TITLES, "calibration_error"}
    assert figures["groups"]["eight"]["top1"]["of"] == 1
    assert figures["groups"]["others"]["top1"] == {"share": 0.0, "low": 0.0, "high": 0.5615, "right": 0, "of": 3}
    assert figures["groups"]["bg"]["top1"]["share"] is None


def test_it_is_json_and_nothing_else(figures: dict[str, Any]) -> None:
    assert json.loads(json.dumps(figures)) == figures


def test_the_worst_confusion_comes_first_with_its_sentences(figures: dict[str, Any]) -> None:
    worst, *others = figures["confusions"]

    assert (worst["expected"], worst["got"], worst["count"]) == ("a/x", "b/z", 2)
    assert worst["sentences"][0]["text"] == NASTY
    assert [(pair["expected"], pair["got"]) for pair in others] == [("b/z", "nothing")]


def test_the_matrix_counts_topics(figures: dict[str, Any]) -> None:
    assert figures["topic_matrix"] == {
        "rows": ["a", "b"], "columns": ["a", "b", "nothing"], "counts": [[1, 2, 0], [0, 0, 1]],
    }  # fmt: skip
    assert sum(map(sum, figures["intent_matrix"]["counts"])) == 4


def test_what_went_wrong_with_danger_is_told(figures: dict[str, Any]) -> None:
    assert [one["expected"] for one in figures["missed_dangers"]] == ["safety/violence"]
    assert [one["got"] for one in figures["false_alarms"]] == ["safety/violence"]
    assert figures["languages"] == [{"expected": "am", "got": "ti", "count": 1, "sentences": ["some words"]}]


def test_the_calibration_is_that_of_the_classifier(figures: dict[str, Any]) -> None:
    full = [one for one in figures["reliability"]["bins"] if one["of"]]

    assert [(one["of"], one["share"]) for one in full] == [(1, 0.0), (1, 0.0), (1, 1.0)]
    assert figures["reliability"]["calibration_error"] == pytest.approx((0.3 + 0.7 + 0.1) / 3, abs=1e-4)


def test_a_sentence_is_never_markup(figures: dict[str, Any]) -> None:
    html = page(figures, {}, {})

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2


def test_the_page_asks_nobody_for_anything(figures: dict[str, Any]) -> None:
    html = page(figures, {}, {})

    assert "default-src 'none'" in html
    assert not re.search(r"\s(src|href)=\"(?!#)", html)
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"@import|url\(", html)


def test_the_short_report_has_a_line_for_each_locale(figures: dict[str, Any]) -> None:
    lines = list(markdown(figures))

    assert [line.split(" ")[1] for line in lines if re.match(r"\| [a-z]{2} \|", line)] == list(LOCALES)
    assert "| a/x | b/z | 2 |" in lines


@pytest.mark.parametrize(("share", "told"), [(None, "–"), (0.8124, "81.2 %"), (1.0, "100.0 %")])
def test_a_share_in_words(share: float | None, told: str) -> None:
    assert percent({"share": share}) == told


@pytest.mark.rasa
@pytest.mark.slow
def test_the_plots_fit_a_strict_policy(figures: dict[str, Any], tmp_path: Path) -> None:
    write_pages(tmp_path / "made", figures, ROOT)

    html = (tmp_path / "made" / "index.html").read_text(encoding="utf-8")
    plots = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    studies = json.loads((ROOT / COMPARISON).read_text(encoding="utf-8"))
    assert len(plots) == 3 + sum(name in studies for name in STUDIES)
    for study in (studies[name] for name in STUDIES if name in studies):
        assert f"Measured on {study['material']['wordings']} wordings" in html
        assert all(percent({"share": row["top1"]}) in html for row in study["measured"])
    for plot in plots:
        assert 'role="img"' in plot
        assert 'aria-label="' in plot
        assert "style" not in plot
    assert json.loads((tmp_path / "made" / "report.json").read_text()) == figures
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(set(ids)) == len(ids)
