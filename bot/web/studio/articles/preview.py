"""A text as people would get it: the bot's own messages, as each channel shows them, with their lengths."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from html import escape
from types import MappingProxyType

from markupsafe import Markup

from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.whatsapp_bodies import CAPABILITIES, message_body
from bot.markup import to_html, to_whatsapp
from bot.model.conversation import Author
from bot.model.errors import SendError
from bot.model.ids import new_id
from bot.model.messages import Address, Button, Outbound
from bot.model.say import Reply, Say, ShowArticle
from bot.outbox import Draft
from bot.replies import Replies
from bot.web.chat.record import our_words
from dialogues.flows.answer import part_choices
from dialogues.flows.common import PERSON, yes_no
from knowledge.article import EU, MARK, SECTIONS, Article, Section, Serve, Status, Translation, Variant
from knowledge.catalogue import Catalogue

_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_LINK = "<a "
_EARLIEST = date(2000, 1, 1)  # a date that is being typed may be of the year 2


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on one channel. `chars` counts what people see, `most` is what the channel takes.

    `listed`: the choices do not fit as buttons and stand in a list that is opened.
    """

    channel: str
    html: Markup = field(repr=False)
    chars: int
    most: int
    buttons: tuple[str, ...] = ()
    listed: str = ""

    @property
    def fits(self) -> bool:
        """Tell whether the channel takes it. A message that is too long is refused, never cut."""
        return self.chars <= self.most


@dataclass(frozen=True, slots=True)
class Preview:
    """One part of a text on all channels."""

    part: str
    bubbles: tuple[Bubble, ...]


def previews(replies: Replies, article: Article, jurisdiction: str, text: Translation) -> Iterator[Preview]:
    """Yield each part that has words, as the bot would send it once the text is published."""
    shown = _as_published(article, jurisdiction, text)
    at = datetime.combine(max(text.valid_from, _EARLIEST), time(12), UTC)
    catalogue = Catalogue([shown], Serve.SOURCE_CHECKED, lambda: at)
    facts = catalogue.facts(article.intent)
    if facts is None:
        return
    country = "" if jurisdiction == EU else jurisdiction
    drawing = replies.with_articles(catalogue.pick)
    for part in (name for name in SECTIONS if name in facts.parts):
        show = ShowArticle(article.intent, part, country)
        reply = Reply((show,), part_choices(facts, country, part))
        if part != "summary":
            reply = Reply((show, Say("feedback_ask")), (*yes_no("feedback"), PERSON))
        yield Preview(part, tuple(_bubbles(drawing.render(reply, text.locale))))


def _as_published(article: Article, jurisdiction: str, text: Translation) -> Article:
    """The article with this text alone. Marks that name no source yet are left out, so that the rest can be seen."""
    sections = {name: Section(_known_marks(one.marked, article)) for name, one in text.sections.items() if one.marked}
    status = Status.REVIEWED if text.reviewer else Status.SOURCE_CHECKED
    whole = replace(text, sections=MappingProxyType(sections), status=status, valid_until=None)
    places = next((one.applies_in for one in article.variants if one.jurisdiction == jurisdiction), (jurisdiction,))
    return replace(article, variants=(Variant(jurisdiction, places, (whole,)),))


def _known_marks(marked: str, article: Article) -> str:
    return MARK.sub(lambda match: match[0] if match[1] in article.sources else "", marked)


def _bubbles(draft: Draft) -> Iterator[Bubble]:
    titles = tuple(button.title for button in draft.buttons)
    telegram = len(_seen(to_html(draft.text)))
    yield Bubble("telegram", _html(to_html(draft.text)), telegram, TelegramChannel.capabilities.text_limit, titles)
    plain = to_whatsapp(draft.text)
    listed = (draft.list_title or "☰") if _is_listed(draft) else ""
    words = _BOLD.sub(r"<b>\1</b>", escape(plain, quote=False))
    yield Bubble("whatsapp", _html(words), len(plain), CAPABILITIES.text_limit, titles, listed)
    web = our_words(draft.text, Author.BOT)
    yield Bubble("web", web, len(_seen(str(web))), WebChat.capabilities.text_limit, titles)


def _seen(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _html(html: str) -> Markup:
    opened = html.replace(_LINK, '<a target="_blank" rel="noopener noreferrer" ')
    return Markup(opened)  # noqa: S704 -- everything was escaped before bold and links were added


def _is_listed(draft: Draft) -> bool:
    """Ask WhatsApp's own adapter what it makes of the choices."""
    buttons: tuple[Button, ...] = draft.buttons
    message = Outbound(new_id(), Address("0"), draft.text, buttons, draft.locale, draft.list_title)
    try:
        return bool(message_body(message).get("interactive", {}).get("type") == "list")
    except SendError:
        return False
