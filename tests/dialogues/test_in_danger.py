"""Danger before everything: the card, what comes after it, and the half hour in which a person may still be in danger."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.model.understanding import Ranked, Verdict
from dialogues.decision import Alarm, Stop
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import FACTS, NOW, PERMIT, WAGES, asked, meant, offered, said, tap, text, world

DOMAIN = Path(__file__).parents[2] / "dialogues" / "domain"
SAFETY = tuple(f"safety/{name}" for name in yaml.safe_load((DOMAIN / "safety.yml").read_text())["intents"])
KNOWN = Tracker(locale="en", greeted=True, privacy_told=True)


@pytest.mark.parametrize("kind", SAFETY)
def test_danger_comes_first_with_nothing_to_tap(kind: str) -> None:
    heard = text(meant(kind, safety=(kind,), commands=("service/stop",)))
    decision = decide(replace(KNOWN, answered=True, privacy_told=False, options=("person",)), heard, world())

    assert isinstance(decision.steps[0], Alarm)
    assert decision.steps[0].intent == kind
    assert (decision.name, decision.choices, len(decision.steps)) == ("emergency", (), 1)


def test_the_rest_of_the_question_comes_after_the_card() -> None:
    decision = decide(KNOWN, text(meant(WAGES, safety=("safety/violence",))), world())

    assert said(decision) == ["Alarm", "ShowArticle"]
    assert decision.choices == ()


def test_after_danger_only_offices_that_report_nobody_are_asked_until_another_question() -> None:
    danger = decide(Tracker(locale="en", greeted=True), text(meant(safety=("safety/violence",))), world()).tracker

    assert danger.trusted_only
    assert decide(danger, asked("service/talk_to_human"), world()).tracker.trusted_only
    assert not decide(danger, asked(WAGES), world()).tracker.trusted_only


def test_the_same_danger_within_half_an_hour_is_one_line() -> None:
    first = decide(KNOWN, text(meant(safety=("safety/violence",))), world())
    again = decide(first.tracker, text(meant(safety=("safety/violence",))), world(now=NOW + timedelta(minutes=29)))
    later = decide(first.tracker, text(meant(safety=("safety/violence",))), world(now=NOW + timedelta(minutes=31)))

    assert [step.card for d in (first, again, later) for step in d.steps if isinstance(step, Alarm)] == [
        True,
        False,
        True,
    ]


def test_danger_in_an_unsure_language_is_shown_in_two() -> None:
    decision = decide(replace(KNOWN, locale="it"), text(meant(locale="fr", safety=("safety/violence",))), world())

    assert decision.locales == ("fr", "it")


def test_what_a_message_in_danger_is_about_besides_is_answered_too() -> None:
    both = (Ranked("safety/violence", 0.55), Ranked(WAGES, 0.35), Ranked(PERMIT, 0.05))
    unclear = (Ranked("safety/violence", 0.55), Ranked(WAGES, 0.2), Ranked(PERMIT, 0.19))

    heard = replace(meant(), verdict=Verdict.EMERGENCY, safety=("safety/violence",))

    assert said(decide(KNOWN, text(replace(heard, ranking=both)), world()))[1:]
    assert said(decide(KNOWN, text(replace(heard, ranking=unclear)), world())) == ["Alarm"]


def test_danger_in_the_first_words_and_a_guessed_language_is_shown_in_english_too() -> None:
    fresh = Tracker()
    unsure, sure = (meant(locale="sq", locale_sure=known, safety=("safety/violence",)) for known in (False, True))

    assert decide(fresh, text(unsure), world()).locales == ("sq", "en")
    assert decide(fresh, text(unsure, locale_hint="it"), world()).locales == ("sq", "it")
    assert decide(fresh, text(sure), world()).locales == ()


def test_danger_is_not_delayed_by_being_late() -> None:
    heard = text(meant(safety=("safety/emergency",)), timedelta(hours=30))

    assert said(decide(KNOWN, heard, world())) == ["Alarm"]


def test_in_danger_privacy_words_come_with_the_next_calm_message() -> None:
    fresh = replace(KNOWN, privacy_told=False)
    danger = decide(fresh, text(meant(safety=("safety/violence",))), world())
    assert "Privacy" not in said(danger)

    assert said(decide(danger.tracker, asked("service/thanks"), world())) == ["thanks", "Privacy"]


def test_an_answer_that_the_person_cannot_read_is_not_put_below_the_card() -> None:
    in_italian_alone = replace(FACTS[WAGES], locales=frozenset({"it"}))
    heard = text(meant(WAGES, safety=("safety/violence",)))

    assert said(decide(KNOWN, heard, world(article={WAGES: in_italian_alone}.get))) == ["Alarm"]


@pytest.mark.parametrize("unclear", [(), (WAGES, PERMIT)], ids=["nothing", "two questions"])
def test_who_was_in_danger_just_now_and_is_not_understood_reads_the_number_first(unclear: tuple[str, ...]) -> None:
    danger = decide(KNOWN, text(meant(safety=("safety/violence",))), world()).tracker

    soon = decide(danger, asked(*unclear), world(now=NOW + timedelta(minutes=29)))
    later = decide(danger, asked(*unclear), world(now=NOW + timedelta(minutes=31)))

    assert said(soon)[0] == "danger_again"
    assert said(soon)[1:] == said(later)
    assert "danger_again" not in said(decide(danger, asked(WAGES), world()))


def test_a_message_that_only_seems_to_say_stop_takes_nothing_back_before_it_is_asked() -> None:
    seems = decide(KNOWN, asked("service/stop"), world())

    assert not any(isinstance(step, Stop) for step in seems.steps)
    assert "i:service/stop" in offered(seems)
    for sure in (tap("i:service/stop"), asked("service/stop", commands=("service/stop",))):
        assert any(isinstance(step, Stop) for step in decide(seems.tracker, sure, world()).steps)
