"""What the desk sees of a case: the card of the queue, one line of a conversation, a call, a limit, what the bot knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bot.model.conversation import Author, State
from bot.model.say import Phrase
from handoff.request import Card, Urgency
from handoff.store import Case


@dataclass(frozen=True, slots=True)
class QueueCard:
    """What is known of a case before it is taken: no word of the person. `since` is when they began to wait."""

    case_id: UUID
    contact_point: str
    state: State
    locale: str
    country: str = field(repr=False)
    city: str = field(repr=False)
    topic: str = ""
    urgency: Urgency = Urgency.NORMAL
    minor: bool = False
    since: datetime | None = None
    danger_at: datetime | None = None
    last_word: str = "person"
    last_word_at: datetime | None = None
    bridge: str = ""
    also: tuple[str, ...] = field(default=(), repr=False)
    conversation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation that an operator took."""

    message_id: UUID
    author: Author
    text: str = field(repr=False)
    at: datetime
    locale: str
    phrase: Phrase | None = None  # the sentence of the phrasebook that was sent
    answer: str = field(default="", repr=False)  # the choice of the phrasebook that was tapped


@dataclass(frozen=True, slots=True)
class Summary:
    """What the bot knows of a case that this operator holds. `shown` are intents whose answers the person saw, and only
    if they agreed to show what they wrote; `answers` what they tapped under the phrasebook's questions.

    `transfer` is the office that the person is being asked about, `interpreter_asked` whether they are asked about an
    interpreter; `interpreter_id` is who may read along.
    """

    intent: str = field(repr=False)
    country: str = field(repr=False)
    city: str = field(repr=False)
    shown: tuple[str, ...] = field(repr=False)
    answers: Mapping[str, str] = field(repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)
    transfer: str = ""
    transfer_refused: bool = False
    interpreter_asked: bool = False
    interpreter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call that somebody asks for. `number` is there only for who took the case."""

    callback_id: UUID
    case_id: UUID
    contact_point: str
    locale: str
    topic: str
    wish: str
    safe_if_other: bool
    asked_at: datetime
    mine: bool
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LimitCard:
    """A person whom no adviser answers until a time, for the leads of the office that muted them."""

    conversation_id: UUID
    case_id: UUID
    contact_point: str
    until: datetime
    by: UUID | None
    confirmed_at: datetime | None


def queue_cards(with_cards: list[tuple[Card, Case]]) -> tuple[QueueCard, ...]:
    """Return the cards in the order of work: danger first, then deadlines and minors, then by time."""
    with_cards.sort(key=lambda pair: (pair[0].rank, pair[1].opened_at, pair[1].id))
    return tuple(
        QueueCard(
            case_id=case.id,
            contact_point=case.contact_point,
            state=State(case.state),
            locale=case.locale,
            country=card.country,
            city=card.city,
            topic=case.topic,
            urgency=card.urgency,
            minor=card.minor,
            since=case.opened_at,
            danger_at=case.danger_at,
            last_word=case.last_word,
            last_word_at=case.last_word_at,
            bridge=case.bridge,
            also=card.also,
            conversation_id=case.conversation_id,
        )
        for card, case in with_cards
    )
