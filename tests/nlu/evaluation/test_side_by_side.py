"""Two models on the same sentences: what counts as better and worse, and what the gate says to it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.evaluation.cases import Case, Kind
from nlu.evaluation.gate import judged, with_own
from nlu.evaluation.outcomes import Outcome
from nlu.evaluation.side_by_side import SHOWN, grade, side_by_side
from nlu.evaluation.two_models import cases_of
from nlu.keywords import Hits
from tests.bot.training.comparison import (
    AFTER,
    ALIKE,
    BEFORE,
    DISMISSAL,
    HIT,
    NOTHING,
    PAY,
    VIOLENCE,
    WAGES,
    WEATHER,
    meant,
)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (meant(PAY, WAGES), 3),
        (meant(PAY, DISMISSAL), 0),
        (meant(PAY, WAGES, Verdict.CLARIFY), 2),
        (meant(PAY, DISMISSAL, Verdict.CLARIFY), 1),
        (meant(PAY, DISMISSAL, Verdict.GIVE_UP), 1),
        (meant(PAY, VIOLENCE, Verdict.EMERGENCY), 0),
        (meant(HIT, VIOLENCE, Verdict.EMERGENCY), 3),
        (meant(HIT, "safety/emergency", Verdict.EMERGENCY), 2),
        (meant(HIT, VIOLENCE, Verdict.CLARIFY), 0),
        (meant(ALIKE, VIOLENCE, Verdict.EMERGENCY), 0),
        (meant(ALIKE, WAGES), 3),
        (meant(WEATHER, NOTHING), 3),
        (meant(WEATHER, WAGES), 0),
        (meant(WEATHER, WAGES, Verdict.CLARIFY), 2),
    ],
)
def test_how_well_a_person_is_served(outcome: Outcome, expected: int) -> None:
    assert grade(outcome) == expected


def test_each_sentence_that_moved_is_told_with_both_answers() -> None:
    report = side_by_side(BEFORE, AFTER)

    assert (report["cases"], report["better_count"], report["worse_count"]) == (6, 2, 1)
    danger, pay = report["better"]
    assert (danger["text"], danger["before"]["decision"], danger["after"]["decision"]) == (
        "mi picchia", "accept", "emergency",
    )  # fmt: skip
    assert pay["after"] == {"decision": "accept", "best": WAGES, "sure": 0.9, "choices": [WAGES]}
    assert [one["expected"] for one in report["worse"]] == [DISMISSAL]
    assert report["questions"][WAGES] == {"of": 2, "before": 1, "after": 2, "better": 1, "worse": 0}
    assert report["groups"]["it"]["top1"] == {
        "before": {"share": 0.5, "right": 1, "of": 2}, "after": {"share": 1.0, "right": 2, "of": 2},
    }  # fmt: skip


def test_of_many_sentences_the_first_are_told_and_all_counted() -> None:
    cases = [Case(Kind.INTENT, "en", f"sentence {number}", WAGES) for number in range(SHOWN + 7)]

    report = side_by_side([meant(case, DISMISSAL) for case in cases], [meant(case, WAGES) for case in cases])

    assert (len(report["better"]), report["better_count"]) == (SHOWN, SHOWN + 7)


def test_two_models_alike_move_nothing() -> None:
    report = side_by_side(BEFORE, BEFORE)

    assert report["better"] == report["worse"] == []


def groups(before: float | None, after: float | None) -> dict[str, Any]:
    return {"it": {"danger_recall": {"before": {"share": before}, "after": {"share": after}}}}


FLOORS = {"at_least": {"each_locale": {"danger_recall": 0.9}}, "at_most": {}}


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (0.95, 0.89, "refused"),  # below, and worse than before
        (0.95, 0.91, ""),  # worse, and still good enough
        (0.85, 0.86, "short"),  # below, and better than before
        (0.85, 0.85, "short"),
        (0.85, 0.84, "refused"),
        (None, 0.84, "refused"),
        (0.95, None, ""),  # nothing measures it
    ],
)
def test_the_gate(before: float | None, after: float | None, verdict: str) -> None:
    found = judged(groups(before, after), FLOORS)

    assert [name for name, faults in found.items() if faults] == ([verdict] if verdict else [])


def test_less_may_be_better() -> None:
    upper = {"at_least": {}, "at_most": {"it": {"danger_recall": 0.9}}}

    assert judged(groups(0.85, 0.95), upper)["refused"]
    assert not judged(groups(0.95, 0.93), upper)["refused"]


def test_a_network_may_have_floors_of_its_own() -> None:
    own = {"at_least": {"each_locale": {"danger_recall": None}, "it": {"danger_recall": 0.8}}}

    floors = with_own(FLOORS, own)

    assert floors == {"at_least": {"each_locale": {}, "it": {"danger_recall": 0.8}}, "at_most": {}}
    assert not judged(groups(0.95, 0.85), floors)["refused"]


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"least": {}}, "floors may hold at_least and at_most"),
        ({"at_least": {"all": 0.8}}, "must hold figures by group"),
        ({"at_least": {"xx": {}}}, "there is no group xx"),
        ({"at_most": {"all": {"top7": 0.8}}}, "there is no figure top7"),
        ({"at_least": {"all": {"top1": "much"}}}, "all.top1 must be a number"),
    ],
)
def test_a_floor_that_cannot_be_is_named(own: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        with_own(FLOORS, own)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for locale in LOCALES:
        content: dict[str, Any] = {"locale": locale, "intents": {}, "danger": {}}
        content |= {"out_of_scope": [], "not_danger": [], "language": ["only its language is told"]}
        if locale == "it":
            content["intents"] = {WAGES: ["paga persa"], DISMISSAL: ["mandato via"]}
            content["danger"] = {VIOLENCE: ["mi picchia"]}
        (tmp_path / f"{locale}.yml").write_text(yaml.safe_dump(content))
    for name, empty in (("foreign", "{}"), ("romanised", "{}"), ("mixed", "[]")):
        (tmp_path / f"{name}.yml").write_text(empty)
    return tmp_path


def test_people_s_test_sentences_stand_in_place_of_those_of_the_files(folder: Path) -> None:
    new = f"{WAGES.partition('/')[0]}/new_question"
    changed = {f"{WAGES}/it": ["non mi paga", "due mesi senza paga"], f"{new}/en": ["something new"]}

    found = cases_of(folder, changed, [WAGES, DISMISSAL, VIOLENCE], [WAGES, VIOLENCE, new])

    assert [(case.kind, case.expected, case.text) for case in found] == [
        (Kind.DANGER, VIOLENCE, "mi picchia"),
        (Kind.INTENT, WAGES, "non mi paga"),
        (Kind.INTENT, WAGES, "due mesi senza paga"),
        (Kind.INTENT, new, "something new"),
    ]


def test_what_a_sentence_was_taken_for_is_told_as_the_bot_decides() -> None:
    asked = Understanding(Verdict.CLARIFY, ranking=(Ranked(DISMISSAL, 0.5), Ranked(WAGES, 0.4)), locale="it")
    report = side_by_side([meant(PAY, WAGES)], [Outcome(PAY, asked, Hits())])

    assert report["worse"][0]["after"] == {
        "decision": "clarify", "best": DISMISSAL, "sure": 0.5, "choices": [DISMISSAL, WAGES],
    }  # fmt: skip
