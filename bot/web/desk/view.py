"""What the desk shows of a case, in the staff member's language: names for codes, times in the office's zone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from bot.markup import to_plain
from bot.model.conversation import State
from bot.model.ids import pseudonym
from bot.model.locales import text_direction
from bot.model.say import Country, IntentTitle, Language, Moment
from bot.web.context import WebContext
from bot.web.desk.texts import DeskTexts
from bot.web.desk.transcript import Line
from bot.wording import Wording, babel_locale, western
from handoff import phrasebook
from handoff.offices.contact_point import EVERYWHERE
from handoff.operators.queue import QueueCard
from handoff.request import Urgency

_TOPICS = ("labour_rights", "permits", "recognition", "benefits", "arrival", "safety")


@dataclass(frozen=True, slots=True)
class CardView:
    """One card as it is read: no word of the person. `notice` is what a browser may say of it outside the page."""

    case_id: UUID
    name: str
    danger: bool
    urgency: str
    minor: bool
    demo: bool
    my_turn: bool
    kept: bool
    topic: str
    language: str
    place: str = field(repr=False)
    office: str
    notice: str
    since: str = ""
    since_at: datetime | None = None
    danger_at: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One message with its author's name and the time at the office.

    `meaning`: a sentence of the phrasebook, or the answer tapped under one, in the reader's language.
    """

    line: Line = field(repr=False)
    who: str
    time: str
    direction: str
    meaning: str = field(default="", repr=False)


class Viewer:
    """Turns codes and moments into words of one locale."""

    def __init__(self, context: WebContext, texts: DeskTexts, locale: str) -> None:
        self._context = context
        self._texts = texts
        self._locale = locale
        self._wording = Wording(context.phrases.text, context.phrases.title)

    def card(self, card: QueueCard) -> CardView:
        """Return a card; an unknown value is said to be unknown."""
        office, unknown = self._context.counter.casebook.office(card.contact_point), self.say("not_known")
        language, topic = self.language(card.locale) or unknown, self.topic(card.topic)
        return CardView(
            case_id=card.case_id,
            name=self.person(card.case_id),
            danger=card.urgency is Urgency.DANGER,
            urgency="" if card.urgency is Urgency.NORMAL else f"urgency_{card.urgency}",
            minor=card.minor,
            demo=office.demo,
            my_turn=card.last_word == "person",
            kept=card.state is State.ANSWER_HELD,
            topic=topic,
            language=language,
            place=", ".join(filter(None, (self.country(card.country), card.city))) or unknown,
            office=office.name,
            notice=self.say(
                "tell_danger" if card.urgency is Urgency.DANGER else "tell_waits", what=f"{language}, {topic}"
            ),
            since=self.ago(card.since),
            since_at=card.since,
            danger_at=self.time(card.danger_at, office.zone) if card.danger_at else "",
        )

    @property
    def locale(self) -> str:
        """The language of the page."""
        return self._locale

    def person(self, case_id: UUID) -> str:
        """Name a person as operators do."""
        return self.say("person", tag=pseudonym(case_id))

    def language(self, locale: str) -> str:
        """Name a language, or return an empty text."""
        return self._wording.value(self._locale, Language(locale)) if locale else ""

    def country(self, code: str) -> str:
        """Name a country; an empty text where it is unknown or any."""
        return self._wording.value(self._locale, Country(code)) if code not in ("", EVERYWHERE) else ""

    def title(self, intent: str) -> str:
        """Name an intent, or return an empty text."""
        return self._wording.value(self._locale, IntentTitle(intent)) if intent else ""

    def line(self, line: Line, zone: str) -> LineView:
        """Return a message; the operator's own lines are called "you"."""
        who = "author_you" if line.by_me else {"operator": "author_adviser"}.get(line.author, f"author_{line.author}")
        direction = text_direction(line.locale) if line.locale else "auto"
        return LineView(line, self.say(who), self.time(line.at, zone), direction, self._meaning(line))

    def _meaning(self, line: Line) -> str:
        book, said = phrasebook.load(), line.phrase
        if said is not None:
            return "" if line.locale == self._locale else to_plain(book.text(self._locale, said.id, said.fields))
        return book.given(self._locale, line.answer)

    def time(self, at: datetime, zone: str) -> str:
        """Return a moment in the office's time; the day only when it is not today."""
        here = ZoneInfo(zone)
        same_day = at.astimezone(here).date() == self._context.clock().astimezone(here).date()
        return self._wording.value(self._locale, Moment(at, "clock" if same_day else "clock_day", zone))

    def topic(self, topic: str) -> str:
        """Name a topic."""
        return self.say(f"topic_{topic if topic in _TOPICS else 'other'}")

    def ago(self, at: datetime | None) -> str:
        """Say how long ago it was, in the largest unit."""
        waited = max(self._context.clock() - at, timedelta(minutes=1)) if at is not None else timedelta(minutes=1)
        text = format_timedelta(waited, granularity="minute", format="short", locale=babel_locale(self._locale))
        return western(text)

    def say(self, key: str, **values: object) -> str:
        """Return a text of the pages."""
        return self._texts.text(self._locale, key, **values)
