"""What the handoff room answers: the outcome of an edge, the situation of a conversation, the truth in danger."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bot.model.conversation import Conversation, Purpose, State
from bot.model.say import Phrase, Reply, Say
from handoff.offices.contact_point import ContactPoint


class Delivery(StrEnum):
    """Whether a text may go out now, by what the person allowed (safe contact)."""

    SEND = "send"
    SIGN = (
        "sign"  # the reply is only the neutral sign; the operator's words are kept for the next message of the person
    )
    HOLD = "hold"  # nothing goes out; the words are kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edge did. `conversation` is the row as it stands now; the caller sends `reply` in the same transaction.

    `events` names the edges whose event rows were written. `needs_country` asks the dialogue for the country first.
    `kept` is what could not go out now: the caller puts it on the record without an outbox row, and it is delivered when
    the person writes again.
    """

    conversation: Conversation
    reply: Reply | None = None
    purpose: Purpose = Purpose.HANDOFF
    epoch_up: bool = False
    delivery: Delivery = Delivery.SEND
    events: tuple[str, ...] = ()
    needs_country: bool = False
    kept: Reply | None = None

    @property
    def state(self) -> State:
        """The conversation's state after the edge."""
        return self.conversation.state

    @property
    def contact_point(self) -> str:
        """The office that holds the question, or an empty text."""
        return self.conversation.contact_point

    @property
    def operator_id(self) -> UUID | None:
        """The operator who holds the conversation."""
        return self.conversation.operator_id


@dataclass(frozen=True, slots=True)
class AlreadyTaken:
    """Somebody was faster, or the person does not wait any more (then nobody has it)."""

    operator_id: UUID | None


@dataclass(frozen=True, slots=True)
class Danger:
    """The one sentence about us for a danger card. `also` follows the card (a demonstration must say that it is one).

    `alarm` is false while the last alarm is younger than 30 minutes; `notices` are the notice rows written.
    """

    conversation: Conversation
    truth: Say
    alarm: bool
    notices: tuple[UUID, ...] = ()
    also: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """How a conversation stands, for the dialogue to decide.

    `office` holds the question or was offered last; `place` counts the queue from 1 (0: not waiting); `opening` is the
    office's next opening when it is closed. `awaits_question`: the person was told to write the question now, the
    office reads it when it opens. `staffed`: some office can be queued to, for this country if one was given.
    `recent`: the office of a case that ended within 14 days and can be asked again. `asked`: the choices below an adviser's
    question of the phrasebook that waits for its answer.
    """

    state: State
    case_id: UUID | None = None
    office: ContactPoint | None = None
    place: int = 0
    is_open: bool = False
    opening: datetime | None = None
    someone_on_shift: bool = False
    awaits_question: bool = False
    staffed: bool = False
    recent: ContactPoint | None = None
    danger_at: datetime | None = None
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """An operator's words that were kept because the person did not want to be written to."""

    message_id: UUID
    text: str = field(repr=False)
    phrase: Phrase | None = None  # the sentence of the phrasebook that these words are
