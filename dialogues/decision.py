"""What the dialogue wants done: things to say, and effects that other rooms carry out in the turn's transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model.conversation import State
from bot.model.knowing import ArticleFacts, Found
from bot.model.messages import Kind
from bot.model.say import Choice, Part
from bot.model.understanding import Understanding
from dialogues.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Desk:
    """Ask the handoff room. `action` is offer | offices | status | cancel | … (the part of an `h:` id before the argument)."""

    action: str
    argument: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Show the card of a safety intent at once and tell the desk. `card` is False when it was shown within 30 minutes.

    `here`: the person said that they are in `country`; otherwise it is where they live or work.
    """

    intent: str
    country: str = field(repr=False)
    card: bool = True
    written_at: datetime | None = None
    here: bool = True


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase everything of this person."""


@dataclass(frozen=True, slots=True)
class Export:
    """Say how much is kept (`text` False) or show the words."""

    text: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Write nothing more until the person writes again."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Store an answer to a question of consent with the phrase that asked it."""

    kind: str
    answer: str
    wording: str


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Repeat our last message."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """Tell what is kept and who sees it, as it is true on this channel."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that the bot did not answer well; `asked` is the id of the message that asked it.

    `kind` is unanswered | refused | downvoted | handed_off, or never: nothing may be learned from that message, without
    an id from nothing that this person wrote.
    """

    kind: str
    asked: str = ""


Effect = Desk | Alarm | Erase | Export | Stop | Consent | ShowAgain | Privacy
Step = Part | Effect


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing the person did, with what the NLU room made of it (None for taps and pictures)."""

    kind: Kind
    button: str = field(default="", repr=False)
    understanding: Understanding | None = None
    city: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    locale_hint: str = ""
    sent_at: datetime | None = None
    delay: timedelta = timedelta()
    number: str = field(default="", repr=False)  # the one telephone number in the words
    found: tuple[Found, ...] = field(default=(), repr=False)  # by the search, where nothing was understood
    message: str = ""  # the id under which its words are on the record


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A row of the picture menu; see `dialogues/menu.yml`."""

    id: str
    pictogram: str
    label: str
    ask: tuple[str, ...] = ()
    intent: str = ""

    def offering(self, more: Iterable[str]) -> "MenuRow":
        """Return the row with more intents to choose from."""
        return replace(self, ask=tuple(dict.fromkeys((*self.ask, *more))))


@dataclass(frozen=True, slots=True)
class World:
    """All that a decision may depend on besides the tracker and what was heard."""

    now: datetime
    article: Callable[[str], ArticleFacts | None]
    menu: tuple[MenuRow, ...]
    locales: tuple[str, ...]
    titled: frozenset[str]  # intents that have a short title, so that they can be offered as a choice
    unread: frozenset[str] = frozenset()  # locales whose texts no speaker has checked
    state: State = State.BOT
    recent_office: str = ""
    asked: tuple[str, ...] = ()  # the choices below an adviser's question that waits for its answer
    awaits_question: bool = False  # a closed office was offered: what is written now is for it
    topic_countries: tuple[str, ...] = ()
    region_of: Callable[[str], str] = lambda city: ""  # the region of a city, where its texts differ by region
    never_learn: frozenset[str] = frozenset()  # topics and intents whose questions nobody may learn from


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens next. `name`, for reports, is accept | clarify | search | give_up | emergency | command | menu | …"""

    tracker: Tracker
    steps: tuple[Step, ...] = ()
    choices: tuple[Choice, ...] = ()
    name: str = ""
    intent: str = ""
    locales: tuple[str, ...] = ()
    parked: bool = False  # the question is kept until Rasa is back
    missed: tuple[Missed, ...] = ()

    def say(self, *steps: Step) -> "Decision":
        """Return the decision with more to say at the end."""
        return replace(self, steps=(*self.steps, *steps))

    def first(self, *steps: Step) -> "Decision":
        """Return the decision with something said before the rest."""
        return replace(self, steps=(*steps, *self.steps))

    def missing(self, kind: str) -> "Decision":
        """Return the decision with a note that the last question in words was not answered well."""
        asked = self.tracker.asked
        return replace(self, missed=(*self.missed, Missed(kind, asked))) if asked else self
