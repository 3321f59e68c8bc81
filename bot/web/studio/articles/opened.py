"""One text of an article as the pages see it: where it is, what is served, what is being written, and who may do what."""

import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.model.locales import LOCALES
from bot.staff import SignedIn
from bot.staff.model import Member
from bot.web.context import CONTEXT, WebContext
from bot.web.studio.articles.head import document_of
from knowledge.article import Article, Translation
from knowledge.documents import INTENT, JURISDICTION, translation_document
from knowledge.editing import Draft
from knowledge.files import HEAD

_VARIANT = re.compile(r"(?P<jurisdiction>[^.]+)\.(?P<locale>[a-z]{2,3})")

_LONGEST = 40  # a region's or a city's text, so that every key fits into the log


@dataclass(frozen=True, slots=True)
class Text:
    """The text that an address names; without `jurisdiction` and `locale` the head, which all texts of a question share."""

    article: Article = field(repr=False)
    jurisdiction: str
    locale: str

    @property
    def translations(self) -> tuple[Translation, ...]:
        """The texts of its jurisdiction in all languages, whatever their state."""
        variant = next((one for one in self.article.variants if one.jurisdiction == self.jurisdiction), None)
        return variant.translations if variant is not None else ()

    @property
    def served(self) -> Translation | None:
        """The current edition, whatever its state; None: there is none yet."""
        return next((one for one in self.translations if one.locale == self.locale), None)

    @property
    def reference(self) -> Translation | None:
        """The text that those in other languages are compared with: the English one, or the first."""
        return next((one for one in self.translations if one.locale == "en"), next(iter(self.translations), None))

    @property
    def key(self) -> str:
        """Its name in the store."""
        return f"{self.article.intent}/{self.name}"

    @property
    def is_head(self) -> bool:
        """Tell whether it is the head."""
        return not self.jurisdiction

    @property
    def name(self) -> str:
        """Its own part of the key."""
        return HEAD if self.is_head else f"{self.jurisdiction}.{self.locale}"

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/studio/articles/{self.key}"

    @property
    def is_reference(self) -> bool:
        """Tell whether the others are compared with it."""
        return self.reference is None or self.reference.locale == self.locale

    def open_to(self, member: Member) -> bool:
        """Tell whether this member may write it; of a head the engine decides by what changes."""
        return self.is_head or member.writes(self.jurisdiction, self.locale)

    def body(self, draft: Draft | None) -> dict[str, Any]:
        """Return the body of the draft; without one that of what is served, or an empty one."""
        if draft is not None:
            return dict(draft.body)
        if self.is_head:
            return document_of(self.article)
        return translation_document(self.served) if self.served is not None else {"meta": {}, "sections": {}}


def text_named(request: web.Request, head: bool = False) -> Text:
    """Return the text of the address, or the head where the page can show one. Raises 404 where there is none."""
    intent = f"{request.match_info['topic']}/{request.match_info['intent']}"
    if head and request.match_info["variant"] == HEAD and INTENT.fullmatch(intent):
        return Text(_article(request.app[CONTEXT], intent), "", "")
    found = _VARIANT.fullmatch(request.match_info["variant"])
    if found is None or len(found[0]) > _LONGEST or not INTENT.fullmatch(intent):
        raise web.HTTPNotFound
    if not JURISDICTION.fullmatch(found["jurisdiction"]) or found["locale"] not in LOCALES:
        raise web.HTTPNotFound
    article = _article(request.app[CONTEXT], intent)
    return Text(article, found["jurisdiction"], found["locale"])


def _article(context: WebContext, intent: str) -> Article:
    """The article of a question; one without texts where nobody has begun it."""
    if (found := context.library.catalogue.article(intent)) is not None:
        return found
    if intent not in context.phrases.titles["en"]:
        raise web.HTTPNotFound
    return Article(intent, "work", False, (), (), {})


def is_writing(draft: Draft | None, session: SignedIn, context: WebContext) -> bool:
    """Tell whether this member holds the text now."""
    return draft is not None and draft.holder == session.member.id and _lives(draft, context)


def held_by_other(draft: Draft | None, session: SignedIn, context: WebContext) -> bool:
    """Tell whether somebody else writes it now."""
    return draft is not None and draft.holder not in (None, session.member.id) and _lives(draft, context)


def _lives(draft: Draft, context: WebContext) -> bool:
    return draft.until is not None and draft.until > context.clock()
