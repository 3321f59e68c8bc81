"""What the studio calls things in the staff member's language: questions, countries, languages, topics, dates."""

from collections.abc import Collection
from datetime import date

from aiohttp import web

from bot.model.locales import text_direction
from bot.model.say import IntentTitle, Language, place_named
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import locale_of
from bot.web.desk.texts import DeskTexts
from bot.web.studio.texts import STUDIO_TEXTS
from bot.wording import Wording
from knowledge.article import EU


class Names:
    """Names codes for one reader, in their language."""

    def __init__(self, context: WebContext, texts: DeskTexts, locale: str) -> None:
        self._wording: Wording = context.replies.wording
        self._texts = texts
        self._locale = locale

    def say(self, key: str, **values: object) -> str:
        """Return a text of the studio."""
        return self._texts.text(self._locale, key, **values)

    def said(self, request: web.Request, room: str, known: Collection[str]) -> str:
        """Return what a page says of what was done before it; the address names it as one of those `known` in the room."""
        said = request.query.get("said", "")
        return self.say(f"{room}_said_{said}") if said in known else ""

    def title(self, intent: str) -> str:
        """Name a question by its short title."""
        return self._wording.value(self._locale, IntentTitle(intent))

    def place(self, jurisdiction: str) -> str:
        """Name a country or region."""
        return (
            self.say("article_whole_eu")
            if jurisdiction == EU
            else self._wording.value(self._locale, place_named(jurisdiction))
        )

    def language(self, locale: str) -> str:
        """Name a language."""
        return self._wording.value(self._locale, Language(locale))

    def day(self, day: date) -> str:
        """Write a date out."""
        return self._wording.day(self._locale, day)

    @staticmethod
    def direction(locale: str) -> str:
        """Return `rtl` or `ltr`."""
        return text_direction(locale)


def names_of(request: web.Request, session: SignedIn) -> Names:
    """Return what names codes for this reader."""
    return Names(request.app[CONTEXT], request.app[STUDIO_TEXTS], locale_of(request, session))
