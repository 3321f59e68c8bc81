"""The edges of a handoff as data, and the one pure function that walks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.model.conversation import HELD, WITH_OPERATOR, State
from bot.model.errors import GuichetError

BOT, OFFERED, WAITING, CALLBACK = State.BOT, State.OFFERED, State.WAITING, State.CALLBACK
ASSIGNED, ANSWER_HELD, LIMITED = State.ASSIGNED, State.ANSWER_HELD, State.LIMITED


class Edge(StrEnum):
    """What can happen to a handoff."""

    OFFER = "offer"
    DECLINE = "decline"
    ANOTHER_OFFICE = "another_office"
    ACCEPT = "accept"
    RESUME = "resume"
    SHARE_YES = "share_yes"
    SHARE_NO = "share_no"
    CANCEL = "cancel"
    ASK_CALL = "ask_call"
    CALL_CANCELLED = "call_cancelled"
    TRANSFER_YES = "transfer_yes"
    TRANSFER_NO = "transfer_no"
    INTERPRET_YES = "interpret_yes"
    INTERPRET_NO = "interpret_no"
    DELIVER_HELD = "deliver_held"
    RATED = "rated"
    DANGER = "danger"
    DANGER_WHILE_ASSIGNED = "danger_while_assigned"
    STOP = "stop"
    DELETE = "delete"
    TAKE = "take"
    REPLY = "reply"
    HOLD_ANSWER = "hold_answer"
    TO_COLLEAGUE = "to_colleague"
    TRANSFER_ASKED = "transfer_asked"
    INTERPRET_ASKED = "interpret_asked"
    CALL_DONE = "call_done"
    CALL_NOT_REACHED = "call_not_reached"
    GIVE_BACK = "give_back"
    CLOSE = "close"
    OPERATOR_AWAY = "operator_away"
    LIMIT = "limit"
    LIMIT_CONFIRMED = "limit_confirmed"
    LIMIT_LIFTED = "limit_lifted"
    NO_REPLY = "no_reply"
    NOBODY_ANSWERED = "nobody_answered"
    CALL_MISSED = "call_missed"
    WINDOW_CLOSING = "window_closing"
    OFFICE_LOST = "office_lost"
    SILENCE_QUESTION = "silence_question"
    SILENCE_CLOSE = "silence_close"
    LIMIT_OVER = "limit_over"


class EdgeRefused(GuichetError):
    """The edge does not leave the state in which the conversation is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From where an edge leads, and to where (None: the state stays). `takes_over` raises the epoch: a person speaks now."""

    sources: frozenset[State]
    target: State | None
    event: str
    takes_over: bool = False


def _rule(
    sources: set[State] | frozenset[State], target: State | None, event: str, *, takes_over: bool = False
) -> Rule:
    return Rule(frozenset(sources), target, event, takes_over)


_ANY = frozenset(State)

EDGES: Mapping[Edge, Rule] = {
    # the person
    Edge.OFFER: _rule({BOT, OFFERED}, OFFERED, "offered"),
    Edge.DECLINE: _rule({OFFERED}, BOT, "declined"),
    Edge.ANOTHER_OFFICE: _rule({OFFERED, WAITING}, None, "another_office_asked"),
    Edge.ACCEPT: _rule({OFFERED, WAITING}, WAITING, "accepted"),
    Edge.RESUME: _rule({BOT, OFFERED}, WAITING, "resumed"),
    Edge.SHARE_YES: _rule(HELD, None, "shared"),
    Edge.SHARE_NO: _rule(HELD, None, "not_shared"),
    Edge.CANCEL: _rule({OFFERED, WAITING, *WITH_OPERATOR}, BOT, "cancelled"),
    Edge.ASK_CALL: _rule({OFFERED, WAITING}, CALLBACK, "call_asked"),
    Edge.CALL_CANCELLED: _rule({CALLBACK}, BOT, "call_cancelled"),
    Edge.TRANSFER_YES: _rule(WITH_OPERATOR, WAITING, "transferred"),
    Edge.TRANSFER_NO: _rule(WITH_OPERATOR, None, "transfer_refused"),
    Edge.INTERPRET_YES: _rule(HELD, None, "interpreter_joined"),
    Edge.INTERPRET_NO: _rule(HELD, None, "interpreter_refused"),
    Edge.DELIVER_HELD: _rule({ANSWER_HELD}, ASSIGNED, "held_delivered"),
    Edge.RATED: _rule(_ANY - WITH_OPERATOR, None, "rated"),
    Edge.DANGER: _rule(_ANY - WITH_OPERATOR, WAITING, "danger"),
    Edge.DANGER_WHILE_ASSIGNED: _rule(WITH_OPERATOR, None, "danger"),
    Edge.STOP: _rule(_ANY, BOT, "stopped"),
    Edge.DELETE: _rule(_ANY, BOT, "deleted"),
    # the operator
    Edge.TAKE: _rule({WAITING, CALLBACK}, ASSIGNED, "taken", takes_over=True),
    Edge.REPLY: _rule(WITH_OPERATOR, None, "replied"),
    Edge.HOLD_ANSWER: _rule({ASSIGNED}, ANSWER_HELD, "answer_held"),
    Edge.TO_COLLEAGUE: _rule(WITH_OPERATOR, None, "passed_on", takes_over=True),
    Edge.TRANSFER_ASKED: _rule({ASSIGNED}, None, "transfer_asked"),
    Edge.INTERPRET_ASKED: _rule({WAITING, CALLBACK, ASSIGNED}, None, "interpreter_asked"),
    Edge.CALL_DONE: _rule(WITH_OPERATOR, BOT, "call_done"),
    Edge.CALL_NOT_REACHED: _rule(WITH_OPERATOR, None, "call_not_reached"),
    Edge.GIVE_BACK: _rule(WITH_OPERATOR, BOT, "given_back"),
    Edge.CLOSE: _rule(WITH_OPERATOR, BOT, "closed"),
    Edge.OPERATOR_AWAY: _rule(WITH_OPERATOR, WAITING, "operator_away"),
    Edge.LIMIT: _rule({WAITING, CALLBACK, *WITH_OPERATOR}, LIMITED, "limited"),
    Edge.LIMIT_CONFIRMED: _rule({LIMITED}, None, "limit_confirmed"),
    Edge.LIMIT_LIFTED: _rule({LIMITED}, BOT, "limit_lifted"),
    # the clock
    Edge.NO_REPLY: _rule({ASSIGNED}, WAITING, "no_reply"),
    Edge.NOBODY_ANSWERED: _rule({WAITING}, None, "nobody_answered"),
    Edge.CALL_MISSED: _rule({CALLBACK, ASSIGNED}, WAITING, "call_missed"),
    Edge.WINDOW_CLOSING: _rule({WAITING, ASSIGNED}, None, "window_closing"),
    Edge.OFFICE_LOST: _rule({WAITING, CALLBACK}, BOT, "office_lost"),
    Edge.SILENCE_QUESTION: _rule(WITH_OPERATOR, None, "silence_question"),
    Edge.SILENCE_CLOSE: _rule(WITH_OPERATOR, BOT, "silence_closed"),
    Edge.LIMIT_OVER: _rule({LIMITED}, BOT, "limit_over"),
}


@dataclass(frozen=True, slots=True)
class Position:
    """Who holds a conversation: the operator who took it, the office that has the case, else the bot."""

    state: State = BOT
    contact_point: str = ""
    operator_id: UUID | None = None
    epoch: int = 0

    def __post_init__(self) -> None:
        if (self.state in WITH_OPERATOR) != (self.operator_id is not None):
            raise ValueError("a conversation has an operator if and only if one took it")
        if (self.state in HELD) != bool(self.contact_point):
            raise ValueError("a conversation has a contact point if and only if an office has the case")


def allows(state: State, edge: Edge) -> bool:
    """Tell whether the edge leaves this state."""
    return state in EDGES[edge].sources


def advance(position: Position, edge: Edge, *, contact_point: str = "", operator_id: UUID | None = None) -> Position:
    """Walk one edge. `contact_point` is the office that receives the question, `operator_id` who takes it.

    Raises EdgeRefused where the edge does not leave the present state.
    """
    rule = EDGES[edge]
    if position.state not in rule.sources:
        raise EdgeRefused(f"{edge} does not leave the state {position.state}")
    state = rule.target or position.state
    epoch = position.epoch + rule.takes_over
    if state in WITH_OPERATOR:
        return Position(state, position.contact_point, operator_id or position.operator_id, epoch)
    if state in HELD:
        return Position(state, contact_point or position.contact_point, None, epoch)
    return Position(state, epoch=epoch)
