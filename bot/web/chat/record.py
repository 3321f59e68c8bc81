"""The conversation as the page shows it: what the person wrote, and what was handed over to them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape as escape_html
from typing import Any

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.store import Listed
from bot.inbox import Waiting
from bot.markup import to_html
from bot.model.conversation import Author, Conversation
from bot.model.messages import FILES, Kind
from bot.web.context import WebContext

SHOWN = 100
_PLACEHOLDERS = {f"[{kind}]" for kind in FILES}
_ADDRESS = re.compile(r"(?<![\">])https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
_UNFINISHED = {"queued", "sending"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the page. `seq` is its number on the record, 0 while it is not there yet."""

    seq: int
    author: str
    html: Markup = field(repr=False)
    locale: str = ""
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    file: Listed | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a look at the stores found. `pending` says that a reply may still be on its way."""

    conversation: Conversation | None = None
    bubbles: tuple[Bubble, ...] = field(default=(), repr=False)
    first_seq: int = 0
    last_seq: int = 0
    pending: bool = False

    @property
    def last_shown(self) -> int:
        """The number of the newest message from our side."""
        return max((bubble.seq for bubble in self.bubbles if bubble.author != Author.PERSON), default=0)

    def after(self, seq: int) -> list[Bubble]:
        """Return what came from our side after this number."""
        return [bubble for bubble in self.bubbles if bubble.author != Author.PERSON and bubble.seq > seq]

    def erased_since(self, seq: int) -> bool:
        """Tell whether everything that a page saw up to this number is gone from the record."""
        return seq > 0 and not self.first_seq <= seq <= self.last_seq


async def read_record(connection: AsyncConnection, context: WebContext, conversation: Conversation) -> Record:
    """Read a conversation for its page: the newest messages, then what waits for its turn."""
    rows = await context.conversations.messages(connection, conversation.id)
    waiting = await context.inbox.waiting(connection, conversation.id)
    numbers = [row["seq"] for row in rows]
    files = await context.attachments.listed(connection, conversation.id)
    recorded = (_recorded(row, files.get(row["id"])) for row in rows)
    bubbles = [*(bubble for bubble in recorded if bubble is not None), *_arrived(waiting)]
    return Record(
        conversation, tuple(_last_choices_only(bubbles)[-SHOWN:]), min(numbers, default=0), max(numbers, default=0),
        bool(waiting) or any(row["fate"] in _UNFINISHED for row in rows),
    )  # fmt: skip


def _recorded(row: dict[str, Any], file: Listed | None) -> Bubble | None:
    """A reply counts once it was handed over; an operator's words that are held back have no row in the outbox."""
    words = "" if file is not None and is_placeholder(row["text"]) else row["text"]
    if row["author"] == Author.PERSON:
        return Bubble(row["seq"], Author.PERSON, own_words(words), file=file)
    if row["fate"] != "sent":
        return None
    choices = tuple((str(choice), str(title)) for choice, title in row["buttons"])
    return Bubble(row["seq"], row["author"], our_words(words, row["author"]), row["locale"], choices, file)


def is_placeholder(text: str) -> bool:
    """Tell whether these words only stand on the record for a file that came without any."""
    return text in _PLACEHOLDERS


def _arrived(waiting: Iterable[Waiting]) -> Iterable[Bubble]:
    """What the person wrote and no turn has taken yet."""
    return (
        Bubble(0, Author.PERSON, own_words(one.text))
        for one in waiting
        if one.text and one.kind in {Kind.TEXT, Kind.EDITED, Kind.BUTTON}
    )


def _last_choices_only(bubbles: Sequence[Bubble]) -> list[Bubble]:
    """Choices stay while nothing was answered after them; older ones would answer a question that is gone."""
    kept: list[Bubble] = []
    open_question = True
    for bubble in reversed(bubbles):
        keeps = bool(bubble.choices) and open_question
        kept.append(bubble if keeps else replace(bubble, choices=()))
        open_question = open_question and not bubble.choices and bubble.author != Author.PERSON
    return kept[::-1]


def own_words(text: str) -> Markup:
    """Return a person's words as HTML that says just these words."""
    return Markup(escape_html(text))  # noqa: S704 -- escaped in this very call


def our_words(text: str, author: str) -> Markup:
    """Return our light markup as HTML; a source opens beside the chat and is not told where the reader came from.

    An operator's own words hold no markup (it was escaped), but their addresses can be tapped. What they sent of ours
    has its links already.
    """
    html = to_html(text)
    if author == Author.OPERATOR:
        html = _ADDRESS.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', html)
    opened = html.replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')
    return Markup(opened)  # noqa: S704 -- `to_html` escapes everything but its own <b> and <a>
