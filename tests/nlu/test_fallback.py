"""What a confidence allows."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.model.understanding import Ranked, Verdict
from nlu.fallback import FILE, LocaleThresholds, Thresholds, arranged, commands, dangers, judge
from nlu.keywords import Hits

T = Thresholds(accept=0.6, margin=0.2, clarify=0.15, card=0.6, danger=0.12)
NOTHING = Hits()


def ranking(**confidences: float) -> tuple[Ranked, ...]:
    return tuple(Ranked(name.replace("__", "/"), confidence) for name, confidence in confidences.items())


@pytest.mark.parametrize(
    ("given_ranking", "hits", "verdict"),
    [
        (ranking(a__x=0.9, a__y=0.05), NOTHING, Verdict.ACCEPT),
        (ranking(a__x=0.6, a__y=0.39), NOTHING, Verdict.ACCEPT),
        (ranking(a__x=0.6, a__y=0.41), NOTHING, Verdict.CLARIFY),
        (ranking(a__x=0.59, a__y=0.1), NOTHING, Verdict.CLARIFY),
        (ranking(a__x=0.14, a__y=0.1), NOTHING, Verdict.GIVE_UP),
        ((), NOTHING, Verdict.GIVE_UP),
        ((), Hits(commands=("service/stop",)), Verdict.ACCEPT),
        ((), Hits(safety=("safety/violence",)), Verdict.EMERGENCY),
        (ranking(a__x=0.99), Hits(safety=("safety/violence",), commands=("service/stop",)), Verdict.EMERGENCY),
        (ranking(safety__violence=0.7, a__x=0.2), NOTHING, Verdict.EMERGENCY),
        (ranking(safety__violence=0.5, a__x=0.2), NOTHING, Verdict.CLARIFY),
        (ranking(a__x=0.8, a__y=0.05, safety__violence=0.13), NOTHING, Verdict.CLARIFY),
        (ranking(a__x=0.8, a__y=0.05, safety__violence=0.11), NOTHING, Verdict.ACCEPT),
        (ranking(a__x=0.13, safety__violence=0.125), NOTHING, Verdict.CLARIFY),
    ],
)
def test_verdicts(given_ranking: tuple[Ranked, ...], hits: Hits, verdict: Verdict) -> None:
    assert judge(given_ranking, hits, T) is verdict


def test_danger_from_both_sides_is_joined_worst_first() -> None:
    found = dangers(ranking(safety__emergency=0.7), Hits(safety=("safety/violence",)), T)

    assert found == ("safety/emergency", "safety/violence")


def test_a_suspected_danger_is_always_among_the_first_two() -> None:
    given_ranking = ranking(a__x=0.4, a__y=0.2, a__z=0.15, safety__violence=0.13)

    assert [ranked.intent for ranked in arranged(given_ranking, T)] == ["a/x", "safety/violence", "a/y", "a/z"]


def test_danger_is_sure_though_its_kind_is_not() -> None:
    found = ranking(safety__violence=0.35, safety__trafficking_exploitation=0.3, a__x=0.2)

    assert judge(found, NOTHING, T) is Verdict.EMERGENCY
    assert dangers(found, NOTHING, T) == ("safety/violence",)


def test_words_without_sense_get_no_danger_card_but_the_danger_among_the_choices() -> None:
    found = ranking(
        service__out_of_scope=0.7, safety__violence=0.2, safety__emergency=0.25, safety__urgent_needs=0.2, a__x=0.1
    )

    assert dangers(found, NOTHING, T) == ()
    assert judge(found, NOTHING, T) is Verdict.CLARIFY
    assert dangers(found[1:], NOTHING, T) == ("safety/emergency",)
    assert dangers(found, Hits(safety=("safety/violence",)), T) == ("safety/violence",)


@pytest.mark.parametrize(
    ("violence", "best", "found"),
    [
        (0.11, 0.19, ()),
        (0.11, 0.1, ("safety/violence",)),
        (0.16, 0.19, ("safety/violence",)),
        (0.11, 0.4, ("safety/violence",)),
    ],
)
def test_a_flat_ranking_is_no_danger_because_seven_little_shares_add_up(
    violence: float, best: float, found: tuple[str, ...]
) -> None:
    kinds = ("violence", "missing_person", "emergency", "urgent_needs", "police_detention", "suicide_self_harm")
    flat = tuple(Ranked(f"safety/{kind}", violence - number / 100) for number, kind in enumerate(kinds))

    assert dangers((Ranked("a/x", best), *flat), NOTHING, replace(T, card=0.3)) == found


def test_of_several_dangers_that_keywords_name_the_likeliest_comes_first() -> None:
    hits = Hits(safety=("safety/violence", "safety/urgent_needs"))

    assert dangers(ranking(safety__urgent_needs=0.5, safety__violence=0.3), hits, T) == (
        "safety/urgent_needs",
        "safety/violence",
    )
    assert dangers((), hits, T) == hits.safety


@pytest.mark.parametrize(("violence", "first"), [(0.45, "urgent_needs"), (0.62, "violence")])
def test_what_a_keyword_names_goes_before_a_guess_of_the_classifier(violence: float, first: str) -> None:
    found = ranking(safety__violence=violence, safety__urgent_needs=0.2)

    assert dangers(found, Hits(safety=("safety/urgent_needs",)), T)[0] == f"safety/{first}"


WISHES = ("service/delete_my_data", "service/talk_to_human")


@pytest.mark.parametrize(
    ("best", "confidence", "partly", "kept"),
    [
        ("service/feedback_complaint", 0.9, True, ()),
        ("service/feedback_complaint", 0.9, False, WISHES),
        ("service/feedback_complaint", 0.5, True, WISHES),
        ("service/delete_my_data", 0.9, True, WISHES[:1]),
        ("labour_rights/unpaid_wages", 0.9, True, WISHES[1:]),
    ],
)
def test_a_command_within_more_words_yields_to_a_sure_classifier(
    best: str, confidence: float, partly: bool, kept: tuple[str, ...]
) -> None:
    found = (Ranked(best, confidence), Ranked("a/x", 0.05))

    assert commands(found, Hits(commands=WISHES, partly=partly), T) == kept


def test_orders_to_a_machine_yield_to_a_question_alone() -> None:
    hits = Hits(commands=("service/out_of_scope",), partly=True)

    assert commands(ranking(service__delete_my_data=0.99), hits, T) == hits.commands
    assert commands(ranking(labour_rights__safety_at_work=0.99), hits, T) == ()


def test_settings_change_single_thresholds_for_all_locales(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text("common: {accept: 0.5}\nlocales: {el: {accept: 0.8, margin: 0.1}}\n")

    table = LocaleThresholds.load({"margin": 0.3}, file)

    assert table.of("fr") == table.of("") == Thresholds(accept=0.5, margin=0.3)
    assert table.of("el") == Thresholds(accept=0.8, margin=0.3)


@pytest.mark.parametrize("values", [{"acept": 0.5}, {"accept": 2}, {"accept": True}, {"margin": "x"}])
def test_a_setting_that_cannot_be_is_named(values: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=f"understanding.{next(iter(values))}"):
        LocaleThresholds.load(values)


@pytest.mark.parametrize("content", ["", "common: {}", "common: {}\nlocales: []", "common: {accept: 3}\nlocales: {}"])
def test_a_broken_file_is_named(content: str, tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text(content)

    with pytest.raises(SettingsError):
        LocaleThresholds.load({}, file)


def test_the_file_names_only_our_locales() -> None:
    assert set(yaml.safe_load(FILE.read_text())["locales"]) <= set(LOCALES)


intents = st.sampled_from(["a/x", "a/y", "a/z", "safety/violence", "safety/emergency", "service/stop"])


@settings(deadline=None)  # a busy machine is no failure
@given(st.dictionaries(intents, st.floats(0, 1), max_size=6))
def test_no_danger_is_ever_accepted_silently(confidences: dict[str, float]) -> None:
    found = sorted((Ranked(i, c) for i, c in confidences.items()), key=lambda ranked: -ranked.confidence)
    suspected = any(ranked.intent.startswith("safety/") and ranked.confidence >= T.danger for ranked in found)

    assert not (suspected and judge(found, NOTHING, T) in {Verdict.ACCEPT, Verdict.GIVE_UP})
    assert sorted(arranged(found, T), key=str) == sorted(found, key=str)
    assert arranged(found, T)[:1] == tuple(found[:1])
