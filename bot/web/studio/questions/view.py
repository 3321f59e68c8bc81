"""What the pages of questions have in common: how a question is called, where its page is, who may change what."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from bot.edits import Outdated
from bot.model.locales import LOCALES
from bot.staff import SignedIn
from bot.staff.model import Member
from bot.web.context import CONTEXT
from bot.web.desk.session import locale_of
from bot.web.studio.names import names_of
from nlu.teaching import CannotTeach, Content, Question

LIST = "/studio/intents"
ROUTE = LIST + "/{topic}/{intent}"
_BEGIN = 60  # characters of a refused sentence, to know it by
_SAID = frozenset(
    {"added", "saved", "words_added", "words_gone", "cases_saved", "retired", "back", "nothing", "outdated", "no_right"}
)


class View:
    """One reader before the content as it is now."""

    def __init__(self, request: web.Request, session: SignedIn, content: Content) -> None:
        self.context = request.app[CONTEXT]
        self.member = session.member
        self.locale = locale_of(request, session)
        self.content = content
        self.names = names_of(request, session)

    def title(self, intent: str) -> str:
        """Call a question by its short title; a new one by what its author wrote in English where there is no better."""
        question = self.content.questions.get(intent)
        own = question.titles if question and not question.shipped else {}
        title = own.get(self.locale) or own.get("en") or self.names.title(intent)
        return title[:1].upper() + title[1:]

    def topic(self, topic: str) -> str:
        """Name a topic."""
        return self.names.say(f"topic_{topic}")

    def question(self, request: web.Request) -> Question:
        """Return the question that the address names. Raises HTTPNotFound."""
        found = self.content.questions.get(f"{request.match_info['topic']}/{request.match_info['intent']}")
        if found is None:
            raise web.HTTPNotFound(text="There is no such question.")
        return found

    def languages(self) -> list[tuple[str, str]]:
        """The languages that are served here, by name."""
        return sorted(
            ((one, self.names.language(one)) for one in self.context.locales), key=lambda pair: pair[1].casefold()
        )

    def choices(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Questions to choose from, by title; retired ones are none."""
        left = set(without)
        found = (one.id for one in self.content.all() if not one.retired and one.id not in left)
        return sorted(((one, self.title(one)) for one in found), key=lambda pair: pair[1].casefold())

    def said(self, request: web.Request) -> str:
        """Return the sentence about what was done just now."""
        return self.names.said(request, "intent", _SAID)

    def refused(self, error: CannotTeach | Outdated) -> str:
        """Return why something was not taken, in the reader's words."""
        if isinstance(error, Outdated):
            return self.names.say("intent_said_outdated")
        why = self.names.say(f"intent_refused_{error.reason}", question=self.title(error.where) if error.where else "")
        if not error.text:
            return why
        begin = error.text if len(error.text) <= _BEGIN else f"{error.text[:_BEGIN].rstrip()} …"
        return self.names.say("intent_refused_in", language=self.names.language(error.locale), begin=begin, why=why)


async def view_of(request: web.Request, session: SignedIn) -> View:
    """Read the content as the store has it now."""
    context = request.app[CONTEXT]
    async with context.database.reading() as connection:
        return View(request, session, await context.workshop.questions.read(connection))


def address_of(intent: str, language: str = "", said: str = "") -> str:
    """Return where a question is."""
    query = urlencode({name: value for name, value in (("language", language), ("said", said)) if value})
    return f"{LIST}/{intent}" + (f"?{query}" if query else "")


def may_arrange(member: Member) -> bool:
    """Tell whether they may retire a question: that touches the texts of every country and language."""
    return not member.languages and not member.jurisdictions


def language_of(given: object) -> str:
    """Return one of our languages, or nothing."""
    return given if isinstance(given, str) and given in LOCALES else ""


def text_of(form: Mapping[str, object], name: str, longest: int) -> str:
    """Return a field of a form, on one line and within its limit."""
    given = form.get(name, "")
    return " ".join(given.split())[:longest] if isinstance(given, str) else ""


def all_of(form: MultiMapping[Any], name: str) -> list[str]:
    """Return all values of a field that may stand several times."""
    return [one for one in form.getall(name, []) if isinstance(one, str)]
