"""A voice note, a photo, a paper: what the dialogue asks, and what is said only once."""

import pytest

from bot.model.conversation import State
from bot.model.messages import Kind
from dialogues.decision import Decision, Desk, Heard
from dialogues.policy import decide
from dialogues.tracker import Tracker, load
from tests.dialogues.worlds import offered, said, tap, world

GREETED = Tracker(locale="en", greeted=True, privacy_told=True)
PLACED = Tracker(locale="en", greeted=True, privacy_told=True, country="IT")
WITH_AN_OFFICE = [State.WAITING, State.ASSIGNED]


def desk(decision: Decision) -> list[str]:
    """What the desk is asked, with its arguments."""
    return [f"{step.action}:{step.argument}" for step in decision.steps if isinstance(step, Desk)]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.PHOTO, Kind.FILE])
def test_while_only_the_bot_is_there_an_office_is_asked_for(kind: Kind) -> None:
    decision = decide(PLACED, Heard(kind), world())

    assert desk(decision) == ["file:" if kind is Kind.VOICE else "file:cover"]


def test_without_a_place_the_city_is_asked_first_and_only_once() -> None:
    first = decide(GREETED, Heard(Kind.VOICE), world())
    second = decide(first.tracker, Heard(Kind.VOICE), world())

    assert said(first) == ["file_unread", "ask_city"]
    assert offered(first) == ["city:skip"]
    assert desk(second) == ["file:"]


@pytest.mark.parametrize("state", WITH_AN_OFFICE)
@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.FILE])
def test_that_the_number_can_be_covered_is_said_once(state: State, kind: Kind) -> None:
    first = decide(PLACED, Heard(kind), world(state))
    second = decide(load(first.tracker.dump()), Heard(kind), world(state))

    assert desk(first) == ["file:cover"]
    assert desk(second) in ([], ["file:"])


def test_an_adviser_who_listens_is_not_talked_over() -> None:
    assert decide(PLACED, Heard(Kind.VOICE), world(State.ASSIGNED)).steps == ()
    late = Tracker(locale="en", greeted=True, country="IT", cover_told=True)
    assert decide(late, Heard(Kind.PHOTO), world(State.ASSIGNED)).steps == ()


def test_a_waiting_person_who_never_greeted_is_no_beginner() -> None:
    assert desk(decide(Tracker(locale="en"), Heard(Kind.VOICE), world(State.WAITING))) == ["file:"]


def test_no_tap_passes_for_a_file() -> None:
    assert desk(decide(PLACED, tap("h:file:cover"), world())) == ["status:"]
