"""What a person asks a contact point for, and the sealed card that the queue keeps of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Urgency(StrEnum):
    """What is answered first."""

    DANGER = "danger"
    DEADLINE = "deadline"  # a right that dies
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a person, as the dialogue knows it. Unknown values are empty.

    `trusted_only` is the caller's claim that the subject may only go to offices which declared that they do not report
    people; the reason itself is never stored.
    """

    country: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    topic: str = ""
    intent: str = field(default="", repr=False)
    locale: str = "en"
    urgency: Urgency = Urgency.NORMAL
    trusted_only: bool = False
    minor: bool = False
    shown: tuple[str, ...] = field(default=(), repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a request, sealed.

    `offered` are the contact points shown so far, the latest last. `read_after` is the number of the conversation's last
    record when an operator took it: what was recorded later is theirs to read, whenever it was written. `shown` are the
    intents whose answers the bot showed, `answers` what was tapped under the phrasebook's questions (phrase to answer),
    `also` the person's other languages. `transfer` is the office, `interpreter` the person of the network, that the person
    is being asked about.
    """

    country: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    intent: str = field(default="", repr=False)
    urgency: Urgency = Urgency.NORMAL
    trusted_only: bool = False
    minor: bool = False
    offered: tuple[str, ...] = ()
    read_after: int | None = None
    shown: tuple[str, ...] = field(default=(), repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    also: tuple[str, ...] = field(default=(), repr=False)
    transfer: str = ""
    interpreter: str = ""

    @property
    def rank(self) -> int:
        """Return the place in the order of work: danger, then deadlines and minors, then the rest."""
        if self.urgency is Urgency.DANGER:
            return 0
        return 1 if self.urgency is Urgency.DEADLINE or self.minor else 2


def card_for(request: Request) -> Card:
    """Keep of a request what the queue needs. Where only trusted offices may see it, what was asked is the reason: left out."""
    return Card(
        country=request.country,
        city=request.city,
        intent="" if request.trusted_only else request.intent,
        urgency=request.urgency,
        trusted_only=request.trusted_only,
        minor=request.minor,
        shown=() if request.trusted_only else request.shown,
        also=request.also,
    )


def request_from(card: Card, locale: str, topic: str) -> Request:
    """Ask again what a card was made of."""
    return Request(
        country=card.country,
        city=card.city,
        topic=topic,
        intent=card.intent,
        locale=locale,
        urgency=card.urgency,
        trusted_only=card.trusted_only,
        minor=card.minor,
        shown=card.shown,
        also=card.also,
    )


def card_to_text(card: Card) -> str:
    """Return the text that is sealed."""
    return json.dumps(asdict(card), ensure_ascii=False)


def card_from_text(text: str) -> Card:
    """Read what `card_to_text` wrote, also before a field was added."""
    values = json.loads(text)
    lists = {name: tuple(values.get(name, ())) for name in ("offered", "shown", "also")}
    return Card(**{**values, "urgency": Urgency(values["urgency"]), **lists})
