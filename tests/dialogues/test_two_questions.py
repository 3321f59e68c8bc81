"""Two questions in one message: both answers in one reply, what dies by a deadline first, the country asked once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.conversation import State
from bot.model.knowing import ArticleFacts
from bot.model.say import IntentTitle, Say, ShowArticle
from bot.model.understanding import Status
from dialogues.decision import Alarm, Decision
from dialogues.policy import decide
from dialogues.tracker import Tracker, load
from tests.dialogues.worlds import EU, FACTS, OLD, PERMIT, TAX, WAGES, asked, offered, said, tap, world

HOURS = "labour_rights/working_time"
DISMISSAL = "labour_rights/dismissal"
MORE = {
    **FACTS,
    HOURS: ArticleFacts(HOURS, "work", ("BE", "FR"), EU, parts=("summary",)),
    DISMISSAL: ArticleFacts(DISMISSAL, "work", ("IT", "BG"), EU, deadline=True),
}
KNOWN = Tracker(locale="en", greeted=True, privacy_told=True)
IN_ITALY = replace(KNOWN, country="IT")


def answers(decision: Decision) -> list[tuple[str, str, bool]]:
    """The texts that are shown, their country, and whether their title is."""
    return [(step.intent, step.country, step.titled) for step in decision.steps if isinstance(step, ShowArticle)]


def ask(tracker: Tracker, *intents: str, **more: object) -> Decision:
    return decide(tracker, asked(intents[0], asked=intents, **more), world(article=MORE.get))  # type: ignore[arg-type]


def test_both_are_answered_under_their_titles_and_their_steps_are_offered() -> None:
    decision = ask(IN_ITALY, WAGES, HOURS)

    assert answers(decision) == [(WAGES, "IT", True), (HOURS, "IT", True)]
    assert said(decision) == ["ShowArticle", "ShowArticle", "foot_general"]
    assert offered(decision) == [f"a:steps:{WAGES}:IT", "person"]  # of the other there is no more than the summary
    assert decision.name == "accept"
    assert decision.tracker.answered


@pytest.mark.parametrize("order", [(WAGES, DISMISSAL), (DISMISSAL, WAGES)])
def test_what_dies_by_a_deadline_comes_first(order: tuple[str, str]) -> None:
    decision = ask(IN_ITALY, *order)

    assert [intent for intent, *_ in answers(decision)] == [DISMISSAL, WAGES]
    assert offered(decision) == [f"a:steps:{DISMISSAL}:IT", f"a:steps:{WAGES}:IT", "person"]
    assert [choice.label for choice in decision.choices[:2]] == [IntentTitle(DISMISSAL), IntentTitle(WAGES)]
    assert (decision.intent, decision.tracker.intent) == (DISMISSAL, DISMISSAL)


@pytest.mark.parametrize("order", [(DISMISSAL, PERMIT), (PERMIT, DISMISSAL), (WAGES, HOURS), (HOURS, WAGES)])
def test_otherwise_the_order_is_that_of_the_message(order: tuple[str, str]) -> None:
    assert tuple(intent for intent, *_ in answers(ask(IN_ITALY, *order))) == order


@pytest.mark.parametrize("other", [TAX, OLD, "labour_rights/tomorrow"])
def test_one_without_a_text_is_left_out_while_there_is_another(other: str) -> None:
    for order in ((other, WAGES), (WAGES, other)):
        assert ask(IN_ITALY, *order) == ask(IN_ITALY, WAGES)


def test_without_any_text_it_is_said_of_the_first() -> None:
    decision = ask(KNOWN, TAX, OLD)

    assert decision.steps == (Say("no_article", {"title": IntentTitle(TAX)}),)
    assert "person" in offered(decision)


def test_a_text_that_does_not_hold_in_the_country_is_left_out_too() -> None:
    decision = ask(replace(KNOWN, country="BE"), PERMIT, WAGES)

    assert answers(decision) == [(WAGES, "BE", False)]


def test_an_unknown_country_is_asked_once_for_both() -> None:
    first = ask(KNOWN, WAGES, DISMISSAL)

    assert said(first) == ["ShowArticle", "ShowArticle", "foot_general", "ask_country"]
    assert offered(first) == [
        "c:IT", "c:BG", "c:BE", "c:?", f"a:steps:{DISMISSAL}:", f"a:steps:{WAGES}:", "person",
    ]  # fmt: skip
    for heard in (tap("c:IT"), asked("service/choose_country", country="IT")):
        second = decide(load(first.tracker.dump()), heard, world(article=MORE.get))
        assert answers(second) == [(DISMISSAL, "IT", True), (WAGES, "IT", True)]
        assert said(second)[-1] == "foot_general"
        assert second.tracker.waiting == ()
    assert said(ask(first.tracker, WAGES, DISMISSAL)) == ["ShowArticle", "ShowArticle", "foot_general"]


def test_a_country_chosen_for_work_and_residence_is_both() -> None:
    first = ask(KNOWN, WAGES, PERMIT)
    second = decide(first.tracker, tap("c:IT"), world(article=MORE.get))

    assert answers(second) == [(PERMIT, "IT", True), (WAGES, "IT", True)]


def test_only_the_answer_that_lacks_its_country_is_given_again() -> None:
    first = ask(replace(KNOWN, residence="IT"), WAGES, PERMIT)
    assert answers(first) == [(PERMIT, "IT", True), (WAGES, "", True)]

    second = decide(first.tracker, tap("c:BE"), world(article=MORE.get))
    assert answers(second) == [(WAGES, "BE", False)]
    assert (second.tracker.country, second.tracker.residence) == ("BE", "IT")


def test_many_countries_leave_room_for_the_other_choices() -> None:
    many = {
        intent: replace(MORE[intent], countries=tuple(f"{letter}{end}" for end in "ABCDE"), applies_in=EU)
        for letter, intent in (("X", WAGES), ("Y", DISMISSAL))
    }
    decision = decide(KNOWN, asked(WAGES, asked=(WAGES, DISMISSAL)), world(article=many.get))

    assert len(decision.choices) == 10  # a list on WhatsApp has no more
    assert offered(decision)[-1] == "person"


def test_who_has_no_papers_reads_what_concerns_them_after_each() -> None:
    decision = ask(IN_ITALY, WAGES, HOURS, statuses=(Status.WITHOUT_PAPERS,))

    assert [step.part for step in decision.steps if isinstance(step, ShowArticle)] == [
        "summary", "papers", "summary", "papers",
    ]  # fmt: skip
    assert decision.tracker.trusted_only


def test_after_a_day_both_are_asked_about_and_a_yes_answers_both() -> None:
    first = ask(IN_ITALY, WAGES, HOURS)
    late = decide(IN_ITALY, asked(WAGES, asked=(WAGES, HOURS), delay=timedelta(hours=25)), world(article=MORE.get))
    assert said(late) == ["late_ask"]

    second = decide(late.tracker, tap("p:late:yes"), world(article=MORE.get))
    assert answers(second) == answers(first)
    assert second.tracker.waiting == ()


def test_danger_keeps_its_own_flow() -> None:
    decision = ask(IN_ITALY, WAGES, HOURS, safety=("safety/violence",))

    assert isinstance(decision.steps[0], Alarm)
    assert answers(decision) == [(WAGES, "IT", False)]
    assert decision.choices == ()


def test_the_next_question_forgets_the_two_before() -> None:
    first = ask(KNOWN, WAGES, DISMISSAL)
    second = decide(first.tracker, asked(HOURS), world(article=MORE.get))

    assert second.tracker.waiting == ()


@given(
    st.permutations([WAGES, PERMIT, HOURS, DISMISSAL, TAX, OLD]),
    st.sampled_from(["", "IT", "BE", "DK"]),
    st.booleans(),
    st.sampled_from(State),
)
def test_two_questions_never_get_less_than_one(order: list[str], country: str, told: bool, state: State) -> None:
    tracker = replace(KNOWN, country=country, country_asked=told)
    around = world(state, article=MORE.get)
    one, other, both = (
        decide(tracker, asked(intents[0], asked=intents if len(intents) > 1 else ()), around)
        for intents in ((order[0],), (order[1],), tuple(order[:2]))
    )

    shown = {intent for intent, *_ in answers(both)}
    assert shown == {intent for alone in (one, other) for intent, *_ in answers(alone)}
    assert said(both).count("ask_country") <= 1
    assert bool(both.steps) == bool(one.steps)
    assert len(both.choices) == len(set(offered(both)))
