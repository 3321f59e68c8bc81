"""What the dialogue does with articles that a search found."""

from dataclasses import replace

import pytest

from bot.model.knowing import Found
from bot.model.say import Country, IntentTitle, Region, Say
from bot.model.understanding import Understanding, Verdict
from dialogues.decision import Heard
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import OLD, PERMIT, WAGES, meant, offered, said, tap, text, world

KNOWN = Tracker(locale="en", greeted=True)
FOUND = (Found(WAGES, "IT", "Unpaid wages"), Found(PERMIT, "EU", "Renewal"), Found(OLD, "BE-WAL", "Homes"))
UNCLEAR = meant(verdict=Verdict.GIVE_UP)


def lost(found: tuple[Found, ...] = FOUND, understanding: Understanding = UNCLEAR) -> Heard:
    return text(understanding, found=found)


def test_what_was_found_is_offered_with_its_jurisdiction_and_a_person() -> None:
    decision = decide(KNOWN, lost(), world())

    assert decision.name == "search"
    assert said(decision) == ["did_you_mean", "found_in", "found_in", "found_in"]
    assert offered(decision) == [f"i:{WAGES}", f"i:{PERMIT}", f"i:{OLD}", "none", "person"]
    lines = [step for step in decision.steps if isinstance(step, Say) and step.phrase == "found_in"]
    assert [line.params["country"] for line in lines] == [
        Country("IT"),
        Country("EU"),
        (Region("BE-WAL"), Country("BE")),
    ]
    assert lines[0].params["title"] == IntentTitle(WAGES)


def test_a_choice_leads_to_its_article_and_none_of_these_to_a_person() -> None:
    after = decide(KNOWN, lost(), world()).tracker

    assert decide(after, tap(f"i:{WAGES}"), world()).intent == WAGES
    assert said(decide(after, tap("none"), world())) == ["give_up"]


def test_an_intent_without_a_short_title_has_that_of_its_article() -> None:
    decision = decide(KNOWN, lost((Found("permits/new_one", "EU", "A new article"),)), world())

    assert decision.choices[0].label == "A new article"


def test_nothing_found_leads_to_a_person_as_before() -> None:
    assert said(decide(KNOWN, lost(()), world())) == ["give_up"]


def test_after_a_case_the_office_comes_first() -> None:
    assert said(decide(KNOWN, lost(), world(recent_office="Sportello"))) == ["continue_ask"]


@pytest.mark.parametrize("told", [False, True])
def test_while_rasa_is_away_what_was_found_is_offered_and_the_question_kept(told: bool) -> None:
    away = lost(understanding=meant(degraded=True))

    decision = decide(replace(KNOWN, degraded_told=told), away, world())

    assert (decision.name, decision.parked) == ("degraded", True)
    assert said(decision) == [*([] if told else ["degraded"]), "did_you_mean", *["found_in"] * 3]
    assert offered(decision)[-1] == "person"
