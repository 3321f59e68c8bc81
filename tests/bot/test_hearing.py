"""Which of the messages of a turn give which answers to an adviser's question."""

from datetime import UTC, datetime, timedelta

from bot.hearing import Said, answered
from bot.inbox import Waiting
from bot.model.ids import new_id
from bot.model.messages import Kind
from dialogues.decision import Decision, Desk, Heard
from dialogues.tracker import Tracker

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def said(button: str = "", rows: int = 1) -> Said:
    kind = Kind.BUTTON if button else Kind.TEXT
    waiting = tuple(Waiting(new_id(), kind, NOW, NOW, 0, button=button) for _ in range(rows))
    return Said(Heard(kind, button=button, delay=timedelta()), waiting)


def decided(*answers: str) -> Decision:
    return Decision(Tracker(), tuple(Desk("f", answer) for answer in answers), name="silent")


def test_two_taps_in_one_turn_are_two_answers() -> None:
    first, other, second = said("f:contract:yes"), said("h:cancel"), said("f:payslip:no")

    assert answered([first, other, second], decided("contract:yes", "payslip:no")) == {
        first.ids[0]: "f:contract:yes", second.ids[0]: "f:payslip:no"
    }  # fmt: skip


def test_what_was_typed_is_the_answer_of_its_last_row() -> None:
    typed = said(rows=2)

    assert answered([typed], decided("contract:yes")) == {typed.ids[1]: "f:contract:yes"}


def test_where_nothing_is_answered_no_row_has_an_answer() -> None:
    assert answered([said()], decided()) == {}
    assert answered([], decided()) == {}
    assert answered([said(), said("f:contract:yes")], Decision(Tracker(), (Desk("status"),))) == {}
