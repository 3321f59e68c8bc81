"""The phrasebook beside the composer: sentences that the person reads in their language, with what is to be filled in."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from bot.markup import to_plain
from bot.model.locales import OWN_NAMES
from bot.model.say import Phrase, Reply
from bot.staff import SignedIn
from bot.web.desk.actions import Words, answer_once
from bot.web.desk.composer import open_case
from bot.web.desk.session import desk_only, page
from bot.web.desk.view import Viewer
from handoff import phrasebook
from handoff.offices.contact_point import ContactPoint
from handoff.phrasebook import BadField, Phrasebook, Sentence

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_INPUTS = {"day": "date", "hour": "time", "paper": "papers", "language": "languages", "map": "hidden"}


@dataclass(frozen=True, slots=True)
class Field:
    """What is to be filled in: an input of the form, its choices, and what stands in it at first."""

    name: str
    kind: str
    optional: bool
    value: str = field(default="", repr=False)
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A sentence that can be sent, in both languages, with the answers that can be tapped below it."""

    id: str
    ours: str
    theirs: str
    answers: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences of one topic; `topic` is a word of the texts (`phrases_…`)."""

    topic: str
    sentences: tuple[Offered, ...]


class Offers:
    """Chooses sentences for one conversation: `ours` is the operator's language, `theirs` the person's."""

    def __init__(self, book: Phrasebook, viewer: Viewer, ours: str, theirs: str, office: ContactPoint) -> None:
        self._book = book
        self._viewer = viewer
        self._ours = ours
        self._theirs = theirs
        self._office = office

    @property
    def unread(self) -> bool:
        """Tell whether a machine wrote the person's sentences and no speaker has read them."""
        return self._theirs in self._book.unread

    def groups(self, asked: str) -> tuple[Group, ...]:
        """Return the sentences with this word by topic; without a word all of them."""
        found = [one for one in self._book.sentences.values() if self._has(one, asked.casefold())]
        made = (Group(topic, self._of(found, topic)) for topic in self._book.topics)
        return tuple(group for group in made if group.sentences)

    def next(self, interview: str, said: Collection[str], answers: Mapping[str, str]) -> Offered | None:
        """Return the sentence that comes next in a first interview about this topic."""
        sentence = self._book.next(interview, said, answers)
        return self._offered(self._book.sentences[sentence]) if sentence else None

    def _has(self, sentence: Sentence, word: str) -> bool:
        return any(word in self._book.pattern(locale, sentence.id).casefold() for locale in (self._ours, self._theirs))

    def _of(self, found: list[Sentence], topic: str) -> tuple[Offered, ...]:
        return tuple(self._offered(sentence) for sentence in found if sentence.topic == topic)

    def _offered(self, sentence: Sentence) -> Offered:
        return Offered(
            id=sentence.id,
            ours=self._gaps(self._ours, sentence),
            theirs=self._gaps(self._theirs, sentence),
            answers=tuple(words for _, words in self._book.answers(self._ours, sentence.id)),
            fields=tuple(self._field(name, name in sentence.optional) for name in sentence.fields),
        )

    def _gaps(self, locale: str, sentence: Sentence) -> str:
        return to_plain(_PLACEHOLDER.sub("…", self._book.pattern(locale, sentence.id)))

    def _field(self, name: str, optional: bool) -> Field:
        kind = _INPUTS.get(name, "text")
        choices = {
            "papers": tuple(self._book.papers(self._ours).items()),
            "languages": tuple((code, self._viewer.language(code)) for code in OWN_NAMES),
        }.get(kind, ())
        return Field(name, kind, optional, self._known(name), choices)

    def _known(self, name: str) -> str:
        """What is known of the office stands there already."""
        office = self._office
        if name == "place":
            return ", ".join(filter(None, (office.address, office.city)))
        if name == "map" and office.lat is not None and office.lon is not None:
            return f"{office.lat},{office.lon}"
        return ""


@desk_only
async def send_phrase(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Send a sentence in the person's language; a field that cannot be used is named."""
    form, book, opened = await request.post(), phrasebook.load(), await open_case(request, session)
    try:
        phrase = _chosen(book, form)
    except KeyError:
        raise web.HTTPNotFound from None
    except BadField as problem:
        values = {"field": problem.name, "case_id": opened.case.id}
        return page(request, session, "desk/bad_field.html", values, 422)
    text = to_plain(book.text(opened.locale, phrase.id, phrase.fields))
    return await answer_once(request, session, Words(text, Reply((phrase,))))


def _chosen(book: Phrasebook, form: MultiMapping[Any]) -> Phrase:
    sentence = str(form.get("phrase", ""))
    names = book.sentences[sentence].fields
    return book.phrase(sentence, {name: ",".join(str(one) for one in form.getall(name, [])) for name in names})


def add_routes(app: web.Application) -> None:
    """Sending a sentence."""
    app.router.add_post("/desk/c/{case}/phrase", send_phrase)
