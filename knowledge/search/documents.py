"""What is searched: documents, each with texts in one or more languages."""

from dataclasses import dataclass, field

from knowledge.search.passages import LONGEST, passages_of
from knowledge.search.tokens import UNKNOWN

_TITLE = 100  # characters of a title that stand before each passage


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a body in one language."""

    title: str = field(repr=False)
    body: str = field(repr=False)
    locale: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to find. `passages` are what the encoder sees of it; BM25F sees all texts."""

    id: str
    texts: tuple[Text, ...] = field(repr=False)
    passages: tuple[str, ...] = field(repr=False)


def document(id_: str, *texts: Text) -> Document:
    """Return a document whose texts are all shown to the encoder, each passage under its title."""
    passages = (passage for text in texts for passage in titled_passages(text.title, text.body))
    return Document(id_, texts, tuple(dict.fromkeys(passages)))


def titled_passages(title: str, body: str) -> list[str]:
    """Return the passages of a body with the title before each; a title alone is a passage."""
    head = " ".join(title.split())[:_TITLE]
    if not head:
        return passages_of(body)
    return [f"{head}. {part}" for part in passages_of(body, LONGEST - len(head) - 2)] or [head]
