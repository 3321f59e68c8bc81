"""What a confidence allows."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.model.understanding import Ranked, Verdict
from nlu.fallback import FILE, LocaleThresholds, Thresholds, arranged, dangers, judge
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
