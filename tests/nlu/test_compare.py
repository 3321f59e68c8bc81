"""The comparison of pipelines: its data, its figures and its tables; Rasa itself is not run."""

from math import inf
from pathlib import Path

import pytest
import yaml

from bot.model.locales import LOCALES
from nlu.evaluation import cases
from nlu.evaluation.data_check import read_data
from nlu.evaluation.measures import Share
from nlu.rasa.compare.figures import EIGHT, groups, interval, threshold
from nlu.rasa.compare.material import CASES, DATA, Material, Utterance, read
from nlu.rasa.compare.pipelines import configurations, training_data
from nlu.rasa.compare.tables import page

ROOT = Path(__file__).parents[2]
WORDINGS = [Utterance("en", "a", "x", "one"), Utterance("en", "b", "y", "two"), Utterance("ru", "a", "z", "three")]


def test_it_reads_all_wordings_and_the_cases_of_intents() -> None:
    material = read(ROOT)

    assert len(material.wordings) == len(read_data(ROOT / DATA))
    assert material.locales == sorted(LOCALES)
    assert {one.intent for one in material.cases} <= set(material.topics)
    assert all(material.topics[one.intent] == one.topic for one in material.cases)
    assert (ROOT / CASES).is_dir()


def test_a_quick_try_has_few_of_each_intent_and_locale() -> None:
    material = read(ROOT, ["en", "sl"], limit=1)

    assert material.locales == ["en", "sl"]
    kinds = [(one.locale, one.intent) for one in material.wordings]
    assert len(kinds) == len(set(kinds)) == 2 * len(material.topics)
    assert material.told()["digest"] != read(ROOT, ["en", "sl"], limit=2).told()["digest"]


def test_texts_stay_out_of_repr() -> None:
    assert "three" not in repr(WORDINGS)


def test_the_eight_are_those_of_the_report() -> None:
    assert set(EIGHT) == set(cases.EIGHT)


@pytest.mark.parametrize(("right", "of"), [(0, 7), (3, 7), (95, 100), (7, 7)])
def test_the_interval_is_that_of_the_report(right: int, of: int) -> None:
    assert interval(right / of, of) == pytest.approx(Share(right, of).interval, abs=1e-6)


def test_the_threshold_is_the_least_that_is_precise_enough() -> None:
    guesses = [(0.9, True), (0.8, False), (0.7, True), (0.6, True), (0.5, False)]

    assert threshold(guesses, 0.75) == 0.6
    assert threshold(guesses, 1.0) == 0.9
    assert threshold([(0.9, False), (0.9, True)], 0.75) == inf  # of one confidence, all are accepted or none


def test_figures_of_rankings() -> None:
    asked = [Utterance("en", "a", "x", "q"), Utterance("ru", "a", "z", "q"), Utterance("ru", "b", "y", "q")]
    rankings = [[("x", 0.9), ("y", 0.1)], [("x", 0.4), ("y", 0.3), ("z", 0.2)], []]

    found = groups(Material(WORDINGS, asked), rankings)

    assert set(found) == {"all", "eight", "others", "en", "ru"}
    assert found["all"] | {"top1_low": 0, "top1_high": 0} == {
        "cases": 3,
        "top1": 0.3333,
        "top1_low": 0,
        "top1_high": 0,
        "top3": 0.6667,
        "topic": 0.6667,
        "accepted": 0.3333,
        "accepted_right": 1.0,
    }
    assert found["others"]["accepted_right"] is None


def test_rasa_gets_every_wording_once() -> None:
    written = yaml.safe_load(training_data([*WORDINGS, Utterance("fr", "a", "x", 'c\'est : "ça" #1')]))

    assert written["nlu"][0] == {"intent": "x", "examples": '- one\n- c\'est : "ça" #1\n'}
    assert [block["intent"] for block in written["nlu"]] == ["x", "y", "z"]


def test_our_pipeline_is_that_of_the_project() -> None:
    known = configurations(ROOT, epochs=3)

    assert known["ours"]["pipeline"] == yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
    assert known["diet"]["pipeline"][-1] == {"name": "DIETClassifier", "epochs": 3}
    assert all("service" not in configuration for configuration in known.values())


def test_the_page_has_what_is_measured_so_far() -> None:
    material = Material(WORDINGS, WORDINGS)
    part = {"groups": groups(material, [[(one.intent, 1.0)] for one in WORDINGS])}
    points = [{"wordings": 1.0, "at_most": 1, "top1": 0.5, "least": 0.4, "most": 0.6, "top3": 0.7}]

    lines = list(page({"material": material.told(), "pipelines": {"keywords": part}, "learning_curve": points}))

    assert "| keywords only | 100.0 % (43.9–100.0) | 100.0 % | 100.0 % | 100.0 % |" in lines
    assert "| ru | 100.0 % |" in lines
    assert "| 1 | 1.0 | 50.0 % (40.0–60.0) | 70.0 % | – |" in lines
    assert not any("ablation" in line for line in lines)
