"""A conversation's state: who holds it, and what the desk knows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a conversation stands. The bot is silent while a person of an office has it: see `WITH_OPERATOR`.

    ANSWER_HELD: the operator's words wait for the person's next one. LIMITED: no person is asked for a time, because an
    operator was abused; danger goes through and the bot goes on answering.
    """

    BOT = "bot"
    OFFERED = "offered"
    WAITING = "waiting"
    CALLBACK = "callback"
    ASSIGNED = "assigned"
    ANSWER_HELD = "held"
    LIMITED = "limited"


WITH_OPERATOR = frozenset({State.ASSIGNED, State.ANSWER_HELD})  # a person has it: the bot is silent
HELD = frozenset({State.WAITING, State.CALLBACK, *WITH_OPERATOR})  # an office has the case
OPEN = frozenset({State.OFFERED, *HELD})  # there is a case: an office has it, or it is offered to one


class Purpose(StrEnum):
    """Why a message goes out; decides what happens when its fate is unknown and whether a take cancels it."""

    BOT = "bot"
    DANGER = "danger"
    HANDOFF = "handoff"
    OPERATOR = "operator"


class Author(StrEnum):
    """Who wrote a message of the record."""

    PERSON = "person"
    BOT = "bot"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The row of a conversation as a turn or the desk reads it.

    `version` rises only when state, operator or contact point change; `epoch` rises when a person takes over, so that
    the sender can drop what the bot wrote before. `window_until` is how long the platform lets us write, where it limits
    that (WhatsApp); until `limited_until` no person is asked.
    """

    id: UUID
    account_id: UUID
    channel: str
    locale: str
    state: State
    version: int
    epoch: int
    fence: int
    operator_id: UUID | None
    contact_point: str
    created_at: datetime
    last_inbound_at: datetime | None
    stopped_at: datetime | None = None
    window_until: datetime | None = None
    limited_until: datetime | None = None
    tracker: str = field(default="", repr=False)
