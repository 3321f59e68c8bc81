"""The comparison of pipelines, the ablation and the learning curve: their data, their figures and their tables."""

import json
from dataclasses import fields
from math import inf
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.model.locales import LOCALES
from nlu.evaluation import cases
from nlu.evaluation.data_check import read_data
from nlu.evaluation.measures import Share
from nlu.rasa.compare.figures import EIGHT, Json, difference, groups, interval, threshold
from nlu.rasa.compare.material import CASES, DATA, Material, Utterance, read
from nlu.rasa.compare.pipelines import configurations, ours, training_data
from nlu.rasa.compare.result import Result
from nlu.rasa.compare.tables import page
from nlu.rasa.compare.variants import RAW, TUNED, USE, Variant, as_configured, variants
from tests.support.rasas_environment import in_rasas_environment

ROOT = Path(__file__).parents[2]
POINT = {"wordings": 1.0, "at_most": 1, "top1": 0.5, "least": 0.4, "most": 0.6, "top3": 0.7}
ROW = {
    "name": "no letters",
    "top1": 0.5,
    "low": 0.4,
    "high": 0.6,
    "top3": 0.7,
    "eight": 0.6,
    "others": None,
    "difference": -0.031,
    "difference_error": 0.012,
}
RANKED = """
import json, sys
from pathlib import Path
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from nlu.rasa.classifier import TemperedClassifier
from nlu.rasa.compare.features import Vectors, best_three, features
from nlu.rasa.compare.pipelines import ours
from nlu.rasa.compare.variants import as_configured
from nlu.rasa.components import E5Encoder
from nlu.rasa.letters import LetterGrams

root, told, asked = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
pipeline = ours(root)["pipeline"]
texts, intents = zip(*told)

storage = LocalModelStorage(Path("model"))
known = TrainingData([Message(data={TEXT: text, INTENT: intent}) for text, intent in told])
messages = [Message(data={TEXT: text}) for text in asked]
for kind, part in zip((E5Encoder, LetterGrams, TemperedClassifier), pipeline[1:], strict=True):
    assert part["name"] == f"{kind.__module__}.{kind.__name__}"
    component = kind({**kind.get_default_config(), **part}, part["name"], storage, Resource(part["name"]))
    component.train(known)
    component.process_training_data(known)
    component.process(messages)

variant = as_configured(pipeline)
vectors = Vectors(Path("vectors"), root / pipeline[1]["adaptation"], lambda line: None)
train, test = features(variant, vectors, texts, asked)
print(json.dumps({
    "rasa": [[one["name"] for one in message.get("intent_ranking")[:3]] for message in messages],
    "study": best_three(variant, train, intents, test).tolist(),
}))
"""
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


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_a_difference_is_the_mirror_of_its_other_side(pairs: list[tuple[bool, bool]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = difference(first, second), difference(second, first)

    assert there["difference"] == pytest.approx((sum(second) - sum(first)) / len(pairs), abs=1e-4)
    assert back == {"difference": -there["difference"], "difference_error": there["difference_error"]}


def test_the_same_difference_is_surer_where_more_cases_agree() -> None:
    """Both pipelines answer the same cases, so a difference can be sure although the two intervals overlap."""
    agreeing = difference([True] * 80 + [False] * 20, [True] * 85 + [False] * 15)
    other = difference([True] * 80 + [False] * 20, [False] * 15 + [True] * 85)

    assert agreeing == {"difference": 0.05, "difference_error": 0.0427}
    assert other["difference"] == 0.05
    assert other["difference_error"] > 2 * agreeing["difference_error"]


def test_the_ablation_starts_from_what_is_configured() -> None:
    pipeline = ours(ROOT)["pipeline"]
    encoder, letters, classifier = pipeline[1:]

    assert as_configured(pipeline) == Variant(
        "as configured", (TUNED,), encoder["scale"], letters, classifier["max_iter"], centred=True
    )


def test_each_variant_differs_from_ours_in_one_part_but_one_in_two() -> None:
    found = variants(as_configured(ours(ROOT)["pipeline"]))
    changed = {
        one.name: {field.name for field in fields(one) if getattr(one, field.name) != getattr(found[0], field.name)}
        for one in found[1:]
    }

    assert len(changed) == len(found) - 1
    assert {name: parts - {"name"} for name, parts in changed.items() if len(parts) != 2} == {
        "e5 not tuned, no letters": {"encoders", "letters"}
    }


def test_what_is_not_configured_is_not_left_out() -> None:
    encoder: Json = {"name": "nlu.rasa.components.E5Encoder", "adaptation": None, "scale": 8.0}

    found = variants(as_configured([encoder, {"name": "a classifier", "max_iter": 7}]))

    assert [(one.encoders, one.scale, one.centred) for one in found] == [
        ((RAW,), 8.0, True),
        ((RAW,), 8.0, False),
        ((RAW,), 4.0, True),
        ((RAW,), 16.0, True),
        ((USE,), 8.0, True),
        ((RAW, USE), 8.0, True),
    ]
    assert {(one.letters, one.iterations) for one in found} == {(None, 7)}


@pytest.mark.rasa
@pytest.mark.slow
def test_the_variant_as_configured_ranks_as_our_components_do_in_rasa(tmp_path: Path) -> None:
    """In a folder of its own: training replaces the vectors that are kept in the one where it runs."""
    (tmp_path / "model").mkdir()
    chosen = [one for one in read(ROOT, ["en", "so"], limit=6).wordings if one.topic == "labour_rights"]
    told, asked = chosen[::2], [one.text for one in chosen[1::2]]

    arguments = [str(ROOT), json.dumps([(one.text, one.intent) for one in told]), json.dumps(asked)]
    found = in_rasas_environment(RANKED, *arguments, folder=tmp_path)

    assert len(found["study"]) == len(asked) > 50
    assert found["study"] == found["rasa"]


def test_each_part_of_the_result_keeps_what_it_was_measured_on(tmp_path: Path) -> None:
    few, all_of_them = Material(WORDINGS[:2], WORDINGS), Material(WORDINGS, WORDINGS)
    path = tmp_path / "figures" / "comparison.json"
    figures = {"groups": groups(few, [[(one.intent, 1.0)] for one in WORDINGS])}

    Result(path, few, _draw).put_pipeline("keywords", figures)
    Result(path, all_of_them, _draw).put_study("learning_curve", [POINT])
    Result(path, few, _draw).put_pipeline("use", figures)
    kept = json.loads(path.read_text())

    assert kept["pipelines"] == {"material": few.told(), "measured": {"keywords": figures, "use": figures}}
    assert kept["learning_curve"] == {"material": all_of_them.told(), "measured": [POINT]}
    assert path.with_name("learning-curve.svg").read_text() == "learning_curve 1\n"
    assert path.with_suffix(".md").read_text().count("Measured on") == 2


def test_pipelines_of_other_material_do_not_stand_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "comparison.json"
    for name, wordings in (("keywords", WORDINGS[:2]), ("use", WORDINGS)):
        material = Material(wordings, WORDINGS)
        figures = {"groups": groups(material, [[(one.intent, 1.0)] for one in WORDINGS])}
        Result(path, material, _draw).put_pipeline(name, figures)

    assert set(json.loads(path.read_text())["pipelines"]["measured"]) == {"use"}


def _draw(name: str, rows: list[dict[str, object]]) -> str:
    return f"{name} {len(rows)}"


def test_the_page_has_what_is_measured_so_far() -> None:
    material = Material(WORDINGS, WORDINGS)
    part = {"groups": groups(material, [[(one.intent, 1.0)] for one in WORDINGS])}
    told = material.told()

    lines = list(
        page(
            {
                "pipelines": {"material": told, "measured": {"keywords": part}},
                "ablation": {"material": {**told, "wordings": 77}, "measured": [ROW]},
            }
        )
    )

    assert "| keywords only | 100.0 % (43.9–100.0) | 100.0 % | 100.0 % | 100.0 % |" in lines
    assert "| ru | 100.0 % |" in lines
    assert "| no letters | 50.0 % (40.0–60.0) | -3.1 ± 1.2 | 70.0 % | 60.0 % | – |" in lines
    assert sum("on 3 wordings" in line for line in lines) == sum("on 77 wordings" in line for line in lines) == 1
    assert not any("Learning curve" in line for line in lines)


def test_the_page_has_the_learning_curve() -> None:
    content = {"learning_curve": {"material": Material(WORDINGS, WORDINGS).told(), "measured": [POINT]}}

    assert "| 1 | 1.0 | 50.0 % (40.0–60.0) | 70.0 % | – |" in list(page(content))


def test_the_page_in_the_documentation_is_that_of_its_figures() -> None:
    figures = ROOT / "docs" / "nlu" / "comparison.json"

    written = figures.with_suffix(".md").read_text(encoding="utf-8")

    assert written == "\n".join(page(json.loads(figures.read_text(encoding="utf-8")))) + "\n"
