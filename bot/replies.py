"""Replies: turns what rooms want said into one message in the reader's language. The only place that writes text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.markup import escape
from bot.model.conversation import Purpose
from bot.model.messages import Button
from bot.model.say import (
    Choice,
    Country,
    IntentTitle,
    Language,
    Part,
    Phrase,
    Reply,
    Say,
    ShowArticle,
    ShowDanger,
    ShowForeign,
    ShowLanguages,
    ShowOffices,
    Value,
    Verbatim,
    place_named,
)
from bot.model.shown import ShownArticle, ShownLine, ShownOffice
from bot.outbox import Draft
from bot.wording import Wording, isolate

_SOURCES = 3
_NO_EMERGENCY_NUMBER = {"safety/police_detention"}


@dataclass(frozen=True)
class Shelf:
    """Where the content of other rooms is fetched, by plain functions, so that this module knows none of them.

    `article(intent, country, locale, part)`, `office(point id)`, `lines(safety intent, country)`, `foreign(language)`,
    `eu(country)` says whether 112 is surely right there. `sentence(locale, phrase)` and `answers(locale, phrase)` are the
    phrasebook's: its words, and the ids and titles of what can be tapped below them.
    """

    article: Callable[[str, str, str, str], ShownArticle | None]
    office: Callable[[str], ShownOffice | None]
    lines: Callable[[str, str], tuple[ShownLine, ...]]
    foreign: Callable[[str], str]
    eu: Callable[[str], bool]
    sentence: Callable[[str, Phrase], str]
    answers: Callable[[str, Phrase], Sequence[tuple[str, str]]]


class Replies:
    """Renders a `Reply` into a `Draft` for the outbox."""

    def __init__(self, wording: Wording, shelf: Shelf) -> None:
        self._wording = wording
        self._shelf = shelf

    @property
    def wording(self) -> Wording:
        """Return what words single sentences and values."""
        return self._wording

    def with_articles(self, article: Callable[[str, str, str, str], ShownArticle | None]) -> "Replies":
        """Return the same replies with articles from elsewhere, such as a draft that nobody may be served."""
        return Replies(self._wording, replace(self._shelf, article=article))

    def render(self, reply: Reply, locale: str, purpose: Purpose = Purpose.BOT) -> Draft:
        """Return one message; in danger and unsure of the language, the whole text in both languages."""
        locale = locale or "en"
        locales = reply.locales or (locale,)
        blocks = ["\n\n".join(self._text(one, part) for part in reply.parts) for one in locales]
        text = "\n\n".join(block.strip() for block in blocks if block.strip())
        buttons = tuple(self._button(locales[0], choice) for choice in reply.choices)
        phrase = next((part for part in reply.parts if isinstance(part, Phrase)), None)
        buttons += self.below(locales[0], phrase)
        return Draft(text, purpose, buttons, locales[0], self._say(locales[0], "choice_menu"), phrase=phrase)

    def below(self, locale: str, phrase: Phrase | None) -> tuple[Button, ...]:
        """Return what can be tapped below a sentence of the phrasebook."""
        found = self._shelf.answers(locale, phrase) if phrase is not None else ()
        return tuple(Button(choice, title) for choice, title in found)

    def answer(self, locale: str, choice: str) -> Button:
        """Return an answer of the phrasebook as it stood on its button; without words if there is none."""
        known = self.below(locale or "en", Phrase(choice.split(":")[1]))
        return next((one for one in known if one.id == choice), Button(choice, ""))

    def _button(self, locale: str, choice: Choice) -> Button:
        title = self._wording.value(locale, choice.label)
        return Button(choice.id, f"{choice.pictogram} {title}".strip())

    def _say(self, locale: str, phrase: str, **params: Value) -> str:
        return self._wording.say(locale, Say(phrase, params))

    def _text(self, locale: str, part: Part) -> str:
        match part:
            case Say():
                return self._wording.say(locale, part)
            case ShowArticle():
                return self._article(locale, part)
            case ShowOffices(points):
                return "\n\n".join(self._office(locale, point) for point in points)
            case ShowDanger():
                return self._danger(locale, part)
            case ShowLanguages():
                return ""
            case ShowForeign(language):
                return self._shelf.foreign(language)
            case Verbatim(text):
                return escape(text)
            case Phrase():
                return self._shelf.sentence(locale, part)

    def _article(self, locale: str, part: ShowArticle) -> str:
        """The part itself, then what kind of text it is, its source and date, and whose rules it shows."""
        if part.part == "papers":
            return self._for_people_without_papers(locale, part)
        shown = self._shelf.article(part.intent, part.country, locale, part.part)
        if shown is None:
            return self._say(locale, "article_expired", title=IntentTitle(part.intent))
        lines = [
            self._title(locale, part),
            self._opening(locale, shown, part),
            self._heading(locale, part.part),
            self._body(locale, shown),
        ]
        general = () if part.titled else (self._say(locale, "foot_general"),)
        return "\n".join(line for line in (*lines, "", *self._foot(locale, shown), *general) if line is not None)

    def _for_people_without_papers(self, locale: str, part: ShowArticle) -> str:
        shown = self._shelf.article(part.intent, part.country, locale, "steps")
        lines = shown.text.splitlines() if shown else ()
        block = next((line for line in lines if line.startswith("{papers}")), "")
        return self._body(locale, replace(shown, text=block)) if shown else ""

    def _title(self, locale: str, part: ShowArticle) -> str | None:
        return f"*{self._wording.value(locale, IntentTitle(part.intent))}*" if part.titled else None

    def _opening(self, locale: str, shown: ShownArticle, part: ShowArticle) -> str | None:
        if not shown.needs_eu_opening or part.part != "summary":
            return None
        if part.country:
            return self._say(locale, "eu_minimum", country=Country(part.country[:2])) + "\n"
        return self._say(locale, "eu_minimum_unknown") + "\n"

    def _heading(self, locale: str, name: str) -> str | None:
        return None if name == "summary" else f"*{self._say(locale, f'heading_{name}')}*"

    def _body(self, locale: str, shown: ShownArticle) -> str:
        return shown.text.replace("{papers}", f"*{self._say(shown.locale, 'papers_first')}*")

    def _foot(self, locale: str, shown: ShownArticle) -> list[str]:
        foot: list[str] = []
        if shown.locale != locale:
            foot.append(self._say(locale, "only_in_language", language=Language(shown.locale)))
        if shown.machine_translated:
            foot.append(self._say(locale, "machine_translated"))
        if shown.jurisdiction != "EU":
            foot.append(self._say(locale, "foot_rules_of", country=place_named(shown.jurisdiction)))
        if shown.sources:
            links = ", ".join(f"[{isolate(locale, s.title)}]({s.url})" for s in shown.sources[:_SOURCES])
            foot.append(self._say(locale, "foot_source").replace("{sources}", links))
        if shown.checked_on and shown.status == "reviewed":
            foot.append(self._say(locale, "foot_reviewed", date=shown.checked_on, reviewer=shown.reviewer))
        elif shown.checked_on:
            foot.append(self._say(locale, "foot_source_checked", date=shown.checked_on))
        return foot

    def _office(self, locale: str, point: str) -> str:
        office = self._shelf.office(point)
        if office is None:
            return ""
        lines = [f"*{isolate(locale, escape(office.name))}*"]
        if office.demo:
            lines.append(self._say(locale, "offer_demo"))
        return "\n".join((*lines, *(self._wording.say(locale, line) for line in office.lines)))

    def _danger(self, locale: str, part: ShowDanger) -> str:
        """The number first, then what to do, then help lines, then the truth about us."""
        sure = part.here and self._shelf.eu(part.country)
        emergency = self._say(locale, "emergency_eu" if sure else "emergency_unknown")
        card = self._say(locale, f"card_{part.intent.partition('/')[2]}")
        lines = [self._line(locale, line) for line in self._shelf.lines(part.intent, part.country)]
        first = [] if part.intent in _NO_EMERGENCY_NUMBER else [emergency]
        return "\n".join((*first, *lines, card, self._wording.say(locale, part.truth)))

    def _line(self, locale: str, line: ShownLine) -> str:
        notes = [self._say(locale, note) for note in line.notes]
        notes += [line.hours] if line.hours else []
        notes += (
            [", ".join(self._wording.value(locale, Language(tongue)) for tongue in line.languages)]
            if line.languages
            else []
        )
        label = f"{self._say(locale, line.label)}: {isolate(locale, line.number)}"
        return f"{label} ({', '.join(notes)})" if notes else label
