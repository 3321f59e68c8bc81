"""What the desk shows of a case, in the staff member's language: names for codes, times in the office's zone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from babel.dates import format_timedelta

from bot.model.locales import text_direction
from bot.model.say import Country, Language, Moment
from bot.web.context import WebContext
from bot.web.desk.texts import DeskTexts
from bot.web.desk.transcript import Line
from bot.wording import Wording, babel_locale, western
from handoff.queue import QueueCard
from handoff.request import Urgency

_TOPICS = ("labour_rights", "permits", "recognition", "benefits", "arrival", "safety")


@dataclass(frozen=True, slots=True)
class CardView:
    """One card as it is read. `facts` are pairs of a word of the texts and its value."""

    case_id: UUID
    name: str
    danger: bool
    urgency: str
    minor: bool
    demo: bool
    my_turn: bool
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    since: str = ""
    since_at: datetime | None = None
    danger_at: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One message with its author's name and the time at the office."""

    line: Line = field(repr=False)
    who: str
    time: str
    direction: str


class Viewer:
    """Turns codes and moments into words of one locale."""

    def __init__(self, context: WebContext, texts: DeskTexts, locale: str) -> None:
        self._context = context
        self._texts = texts
        self._locale = locale
        self._wording = Wording(context.phrases.text, context.phrases.title)

    def card(self, card: QueueCard) -> CardView:
        """Return a card; an unknown value is said to be unknown."""
        office = self._context.counter.casebook.office(card.contact_point)
        facts = (
            ("language", self._wording.value(self._locale, Language(card.locale)) if card.locale else ""),
            ("country", self._wording.value(self._locale, Country(card.country)) if card.country else ""),
            ("city", card.city),
            ("topic", self._topic(card.topic)),
            ("office", office.name),
        )
        unknown = self._say("not_known")
        return CardView(
            case_id=card.case_id,
            name=self._say("person", tag=card.pseudonym),
            danger=card.urgency is Urgency.DANGER,
            urgency="" if card.urgency is Urgency.NORMAL else f"urgency_{card.urgency}",
            minor=card.minor,
            demo=office.demo,
            my_turn=card.last_word == "person",
            facts=tuple((name, value or unknown) for name, value in facts),
            since=self._ago(card.since),
            since_at=card.since,
            danger_at=self.time(card.danger_at, office.zone) if card.danger_at else "",
        )

    def line(self, line: Line, zone: str) -> LineView:
        """Return a message; the operator's own lines are called "you"."""
        who = "author_you" if line.by_me else {"operator": "author_adviser"}.get(line.author, f"author_{line.author}")
        direction = text_direction(line.locale) if line.locale else "auto"
        return LineView(line, self._say(who), self.time(line.at, zone), direction)

    def time(self, at: datetime, zone: str) -> str:
        """Return a moment in the office's time; the day only when it is not today."""
        same_day = self._wording.value(self._locale, Moment(at, "day", zone)) == self._wording.value(
            self._locale, Moment(self._context.clock(), "day", zone)
        )
        return self._wording.value(self._locale, Moment(at, "clock" if same_day else "clock_day", zone))

    def _topic(self, topic: str) -> str:
        return self._say(f"topic_{topic if topic in _TOPICS else 'other'}")

    def _ago(self, at: datetime | None) -> str:
        waited = max(self._context.clock() - at, timedelta(minutes=1)) if at is not None else timedelta(minutes=1)
        text = format_timedelta(waited, granularity="minute", format="short", locale=babel_locale(self._locale))
        return western(text)

    def _say(self, key: str, **values: object) -> str:
        return self._texts.text(self._locale, key, **values)
