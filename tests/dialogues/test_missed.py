"""Which questions are noted as not answered well, and from which nothing may ever be learned."""

from dataclasses import replace
from typing import Any

import pytest

from bot.hearing import Said, decide_all
from bot.model.conversation import State
from bot.model.knowing import Found
from bot.model.messages import Kind
from bot.model.understanding import Ranked, Verdict
from dialogues.decision import Decision, Heard, Missed
from dialogues.flows.missed import LEARN, NEVER
from dialogues.phrases import load_never_learn, load_phrases
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.test_policy import KNOWN
from tests.dialogues.worlds import OLD, PERMIT, TAX, WAGES, meant, offered, said, tap, text, world

RETURN = "permits/return_order"
WORLD = world(never_learn=load_never_learn())
AT_HOME = replace(KNOWN, country="IT", city="Milano", city_asked=True)


def question(*intents: str, message: str = "m1", **more: Any) -> Heard:
    """Words of the message `m1` that mean these."""
    found = more.pop("found", ())
    return text(meant(*intents, **more), message=message, found=found)


def missed(decision: Decision) -> list[tuple[str, str]]:
    return [(one.kind, one.asked) for one in decision.missed]


def after(*heard: Heard, tracker: Tracker = AT_HOME) -> Tracker:
    """The tracker after these turns."""
    for one in heard:
        tracker = decide(tracker, one, WORLD).tracker
    return tracker


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (question(), "unanswered"),
        (question(found=(Found("benefits/housing", "IT", "Home"),)), "unanswered"),
        (question(TAX), "unanswered"),
        (question(OLD), "unanswered"),
    ],
)
def test_what_was_not_understood_or_has_no_text_is_noted(heard: Heard, kind: str) -> None:
    assert missed(decide(AT_HOME, heard, WORLD)) == [(kind, "m1")]


@pytest.mark.parametrize(
    "heard",
    [
        question(WAGES), question(WAGES, PERMIT), question("service/thanks"), question("service/out_of_scope"),
        question(degraded=True), question(commands=("service/talk_to_human",)), question(foreign="hu"),
        text(meant()), tap("m:work"), tap("none"), tap("p:feedback:no"), Heard(Kind.PHOTO), Heard(Kind.COMMAND, "person"),
        question(choice="7"),
    ],
)  # fmt: skip
def test_answers_taps_files_and_commands_are_no_gap(heard: Heard) -> None:
    assert missed(decide(AT_HOME, heard, WORLD)) == []


def test_none_of_these_is_about_the_question_before() -> None:
    tracker = after(question(WAGES, PERMIT))

    assert missed(decide(tracker, tap("none"), WORLD)) == [("refused", "m1")]


def test_it_did_not_help_is_about_the_question_in_words() -> None:
    tracker = after(question(WAGES), question("service/thanks", message="m2"), tap(f"a:steps:{WAGES}:IT"))

    assert missed(decide(tracker, tap("p:feedback:no"), WORLD)) == [("downvoted", "m1")]
    assert missed(decide(tracker, tap("p:feedback:yes"), WORLD)) == []


def test_after_the_menu_the_question_before_is_not_meant_any_more() -> None:
    tracker = after(question(WAGES), tap("m:work"), tap(f"i:{WAGES}"), tap(f"a:steps:{WAGES}:IT"))

    assert missed(decide(tracker, tap("p:feedback:no"), WORLD)) == []


def test_who_asks_for_a_person_was_not_answered() -> None:
    tracker = after(question(WAGES))

    assert missed(decide(tracker, tap("person"), WORLD)) == [("handed_off", "m1")]
    assert missed(decide(AT_HOME, tap("person"), WORLD)) == []


@pytest.mark.parametrize(
    "heard",
    [
        question(RETURN, PERMIT), question(PERMIT, RETURN),
        question(ranking=(Ranked(PERMIT, 0.2), Ranked(RETURN, 0.2)), verdict=Verdict.GIVE_UP),
        question(ranking=(Ranked("safety/violence", 0.1),), verdict=Verdict.GIVE_UP),
        text(meant(), message="m1", number="+393331234567"),
    ],
)  # fmt: skip
def test_what_may_be_about_a_return_order_or_danger_is_never_noted(heard: Heard) -> None:
    first = decide(AT_HOME, heard, WORLD)

    assert not [one for one in first.missed if one.kind != NEVER]
    assert missed(decide(first.tracker, tap("person"), WORLD)) == []


def test_a_note_goes_when_the_question_turns_out_to_be_about_a_return_order() -> None:
    tracker = after(question())

    assert missed(decide(tracker, tap(f"i:{RETURN}"), WORLD)) == [(NEVER, "m1")]


@pytest.mark.parametrize(
    "heard", [question(safety=("safety/violence",)), question(minor=True), question(WAGES, minor=True)]
)
def test_from_minors_and_who_was_in_danger_nothing_is_learned_at_all(heard: Heard) -> None:
    tracker = after(question())
    told = decide(tracker, heard, WORLD)

    assert told.missed == (Missed(NEVER),), "and what was noted before is forgotten"
    assert missed(decide(told.tracker, question(message="m2"), WORLD)) == [(NEVER, "")]
    no = decide(replace(told.tracker, pending="feedback"), tap("p:feedback:no"), WORLD)
    assert said(no) == ["feedback_no"], "nor are they asked"


def test_what_is_written_to_an_adviser_is_never_noted() -> None:
    heard = question(message="m2")

    assert decide(after(question(WAGES)), heard, replace(WORLD, state=State.ASSIGNED)).missed == ()


def test_of_two_messages_each_keeps_its_own_note() -> None:
    joined, _ = decide_all(AT_HOME, [Said(question(), ()), Said(question(message="m2"), ())], WORLD)

    assert missed(joined) == [("unanswered", "m1"), ("unanswered", "m2")]


@pytest.mark.parametrize(("answer", "choices"), [("good", []), ("bad", ["person"])])
def test_after_a_rated_case_consent_is_asked_once(answer: str, choices: list[str]) -> None:
    tracker = after(question(WAGES))

    first = decide(tracker, tap(f"h:rate:{answer}"), WORLD)
    second = decide(first.tracker, tap(f"h:rate:{answer}"), WORLD)

    assert said(first) == ["Desk", LEARN]
    assert offered(first) == ["p:learn:yes", "p:learn:no", *choices]
    assert (said(second), offered(second)) == (["Desk"], choices)
    assert said(decide(replace(tracker, minor=True), tap(f"h:rate:{answer}"), WORLD)) == ["Desk"]


def test_the_question_of_consent_says_what_it_is_for() -> None:
    words = load_phrases().text("en", LEARN)

    for part in ("learn", "team reads", "without your address", "Only for this help desk", "take your yes back"):
        assert part in words
    assert len({texts[LEARN] for texts in load_phrases().texts.values()}) == len(load_phrases().texts)
