"""/studio/intents: the questions that the bot knows, those first that it knows from too few sentences."""

from collections import defaultdict
from dataclasses import dataclass

from aiohttp import web

from bot.staff import SignedIn
from bot.web.desk.session import content_only
from bot.web.studio.frame import studio_page
from bot.web.studio.questions import new, plan, question, trial, wordings
from bot.web.studio.questions.view import LIST, View, address_of, language_of, view_of
from nlu.teaching.content import Question, wanted

_LONGEST_WORD = 80
_STATES = ("weak", "new", "retired")


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the list: `full` languages have enough sentences, of `languages`; `count` is of the chosen one or all."""

    question: Question
    title: str
    count: int
    full: int
    languages: int
    wanted: int
    places: int
    is_taught: bool

    @property
    def is_weak(self) -> bool:
        return not self.question.retired and (self.full < self.languages or self.count < self.wanted)


@content_only
async def intents(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show what was asked for."""
    view = await view_of(request, session)
    language, word = language_of(request.query.get("language")), request.query.get("q", "").strip()[:_LONGEST_WORD]
    topic, state = request.query.get("topic", ""), request.query.get("state", "")
    rows = [row for row in _rows(view, language) if _fits(row, topic, state, word)]
    values = {
        "names": view.names, "view": view, "rows": rows, "topic": topic, "state": state, "language": language, "word": word,
        "topics": list(dict.fromkeys(one.topic for one in view.content.all())), "states": _STATES,
        "languages": view.languages(), "address_of": address_of, "said": view.said(request),
    }  # fmt: skip
    return studio_page(request, session, "studio/intents.html", values)


def _rows(view: View, language: str) -> list[Row]:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for intent, variant, _ in view.context.library.catalogue.served():
        places[intent].add(variant.jurisdiction)
    rows = [_row(view, one, language, len(places[one.id])) for one in view.content.all()]
    return sorted(rows, key=lambda row: (not row.is_weak, row.full / row.languages, row.count, row.title.casefold()))


def _row(view: View, question: Question, language: str, places: int) -> Row:
    counts, locales = view.content.counts[question.id], view.context.locales
    return Row(
        question, view.title(question.id), counts[language] if language else sum(counts[one] for one in locales),
        sum(counts[one] >= wanted(one) for one in locales), len(locales), wanted(language) if language else 0, places,
        view.content.is_taught(question.id),
    )  # fmt: skip


def _fits(row: Row, topic: str, state: str, word: str) -> bool:
    said = f"{row.title} {row.question.about} {row.question.name}".casefold()
    states = {"weak": row.is_weak, "new": not row.question.shipped, "retired": row.question.retired}
    return topic in ("", row.question.topic) and states.get(state, True) and word.casefold() in said


def add_routes(app: web.Application) -> None:
    """The list, and the pages of a question; fixed addresses before those that look alike."""
    app.router.add_get(LIST, intents)
    for part in (new, trial, question, wordings, plan):
        part.add_routes(app)
