"""While a person holds the chat the bot only keeps what is answered to the adviser's own question."""

import pytest

from bot.model.conversation import State
from dialogues.decision import Decision, Desk, Heard
from dialogues.policy import decide
from dialogues.tracker import Tracker
from tests.dialogues.worlds import asked, tap, world

KNOWN = Tracker(locale="en", greeted=True, privacy_told=True, options=("i:labour_rights/dismissal", "person"))
CONTRACT = ("f:contract:yes", "f:contract:no", "f:contract:dont_know")
BY_BANK = ("f:how_paid:by_bank", "f:how_paid:in_cash", "f:how_paid:not_paid")


def kept(heard: Heard, choices: tuple[str, ...], state: State = State.ASSIGNED) -> str:
    """Return the answer that is kept; the bot must not say a word."""
    decision = decide(KNOWN, heard, world(state, asked=choices))
    assert decision.name == "silent"
    assert decision.choices == ()
    assert len(decision.steps) <= 1
    return next((step.argument for step in decision.steps if isinstance(step, Desk) and step.action == "f"), "")


@pytest.mark.parametrize("state", [State.ASSIGNED, State.ANSWER_HELD])
def test_a_tap_is_kept_and_the_bot_is_silent(state: State) -> None:
    assert kept(tap("f:contract:no"), (), state) == "contract:no"


@pytest.mark.parametrize(
    ("heard", "choices", "answer"),
    [
        (asked(choice="2"), BY_BANK, "how_paid:in_cash"),
        (asked(choice="3"), CONTRACT, "contract:dont_know"),
        (asked(choice="4"), CONTRACT, ""),
        (asked("service/affirm", commands=("service/affirm",)), CONTRACT, "contract:yes"),
        (asked("service/deny", commands=("service/deny",)), CONTRACT, "contract:no"),
        (asked("service/affirm", commands=("service/affirm",)), BY_BANK, ""),
        (asked(choice="ok"), CONTRACT, "contract:yes"),
        (asked(choice="1"), (), ""),  # the choices that the bot offered earlier are not meant
        (asked("labour_rights/unpaid_wages"), CONTRACT, ""),
    ],
)  # fmt: skip
def test_what_is_typed_answers_the_question_that_is_asked(heard: Heard, choices: tuple[str, ...], answer: str) -> None:
    assert kept(heard, choices) == answer


@pytest.mark.parametrize("state", [State.BOT, State.OFFERED, State.WAITING])
def test_a_late_tap_is_kept_and_answered_with_how_the_question_stands(state: State) -> None:
    decision: Decision = decide(KNOWN, tap("f:contract:no"), world(state))

    assert decision.steps[0] == Desk("f", "contract:no")
    assert decision.intent == "service/case_status"
