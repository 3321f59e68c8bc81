"""The edges of a handoff as data, and the one pure function that walks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.model.conversation import State
from bot.model.errors import GuichetError

BOT, OFFERED, WAITING, ASSIGNED = State.BOT, State.OFFERED, State.WAITING, State.ASSIGNED


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
    TAKE = "take"
    REPLY = "reply"
    GIVE_BACK = "give_back"
    CLOSE = "close"
    OPERATOR_AWAY = "operator_away"
    NO_REPLY = "no_reply"
    NOBODY_ANSWERED = "nobody_answered"
    OFFICE_LOST = "office_lost"
    SILENCE_QUESTION = "silence_question"
    SILENCE_CLOSE = "silence_close"
    DANGER = "danger"
    DANGER_WHILE_ASSIGNED = "danger_while_assigned"
    STOP = "stop"
    DELETE = "delete"


class EdgeRefused(GuichetError):
    """The edge does not leave the state in which the conversation is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From where an edge leads, and to where (None: the state stays). `takes_over` raises the epoch: a person speaks now."""

    sources: frozenset[State]
    target: State | None
    event: str
    takes_over: bool = False


def _rule(sources: set[State], target: State | None, event: str, *, takes_over: bool = False) -> Rule:
    return Rule(frozenset(sources), target, event, takes_over)


EDGES: Mapping[Edge, Rule] = {
    # the person
    Edge.OFFER: _rule({BOT, OFFERED}, OFFERED, "offered"),
    Edge.DECLINE: _rule({OFFERED}, BOT, "declined"),
    Edge.ANOTHER_OFFICE: _rule({OFFERED, WAITING}, None, "another_office_asked"),
    Edge.ACCEPT: _rule({OFFERED, WAITING}, WAITING, "accepted"),
    Edge.RESUME: _rule({BOT, OFFERED}, WAITING, "resumed"),
    Edge.SHARE_YES: _rule({WAITING, ASSIGNED}, None, "shared"),
    Edge.SHARE_NO: _rule({WAITING, ASSIGNED}, None, "not_shared"),
    Edge.CANCEL: _rule({OFFERED, WAITING, ASSIGNED}, BOT, "cancelled"),
    Edge.DANGER: _rule({BOT, OFFERED, WAITING}, WAITING, "danger"),
    Edge.DANGER_WHILE_ASSIGNED: _rule({ASSIGNED}, None, "danger"),
    Edge.STOP: _rule({BOT, OFFERED, WAITING, ASSIGNED}, BOT, "stopped"),
    Edge.DELETE: _rule({BOT, OFFERED, WAITING, ASSIGNED}, BOT, "deleted"),
    # the operator
    Edge.TAKE: _rule({WAITING}, ASSIGNED, "taken", takes_over=True),
    Edge.REPLY: _rule({ASSIGNED}, None, "replied"),
    Edge.GIVE_BACK: _rule({ASSIGNED}, BOT, "given_back"),
    Edge.CLOSE: _rule({ASSIGNED}, BOT, "closed"),
    Edge.OPERATOR_AWAY: _rule({ASSIGNED}, WAITING, "operator_away"),
    # the clock
    Edge.NO_REPLY: _rule({ASSIGNED}, WAITING, "no_reply"),
    Edge.NOBODY_ANSWERED: _rule({WAITING}, None, "nobody_answered"),
    Edge.OFFICE_LOST: _rule({WAITING}, BOT, "office_lost"),
    Edge.SILENCE_QUESTION: _rule({ASSIGNED}, None, "silence_question"),
    Edge.SILENCE_CLOSE: _rule({ASSIGNED}, BOT, "silence_closed"),
}


@dataclass(frozen=True, slots=True)
class Position:
    """Who holds a conversation: the operator if it is assigned, the office if it waits, else the bot."""

    state: State = BOT
    contact_point: str = ""
    operator_id: UUID | None = None
    epoch: int = 0

    def __post_init__(self) -> None:
        if (self.state is ASSIGNED) != (self.operator_id is not None):
            raise ValueError("a conversation has an operator if and only if it is assigned")
        if (self.state in (WAITING, ASSIGNED)) != bool(self.contact_point):
            raise ValueError("a conversation has a contact point if and only if it waits or is assigned")


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
    if state is ASSIGNED:
        return Position(state, position.contact_point, operator_id or position.operator_id, epoch)
    if state is WAITING:
        return Position(state, contact_point or position.contact_point, None, epoch)
    return Position(state, epoch=epoch)
