"""All kinds of content with the form of their files."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.exchange.articles import Articles, articles_of
from bot.exchange.domain import read_domain, write_domain
from bot.exchange.faults import draft_faults, question_faults, ready_faults, sentence_faults
from bot.exchange.grouped import Cases, Lines, Wordings
from bot.exchange.items import DRAFT, Content, Files, Item, Read
from bot.exchange.points import Points
from bot.exchange.single import Single


class Format(Protocol):
    """How one kind of content stands in files."""

    kind: str
    folder: str

    def path(self, key: str) -> str:
        """Return the file of an item."""
        ...

    def read(self, files: Files, problems: list[str]) -> Content:
        """Return the items of all files of this kind, noting problems."""
        ...

    def write(self, path: str, bodies: Mapping[str, Any], before: bytes) -> str:
        """Return a file with these items by key; `before` is what ships at this place."""
        ...


ARTICLES = Articles()
FORMATS: tuple[Format, ...] = (
    Single(DRAFT, "drafts", draft_faults),
    Single("intent", "nlu/questions", question_faults),
    Wordings(),
    Cases(),
    Lines("phrase", "dialogues/phrases", "phrases"),
    Lines("title", "dialogues/titles", "titles"),
    Points(),
    Single("proposed", "dialogues/proposed", sentence_faults),
    Single("ready", "handoff/ready", ready_faults),
)


def read(files: Files, known: frozenset[str], shipped: Content, as_shipped: Files) -> Read:
    """Return what the files say, with every problem. `known` are the questions that ship.

    A file with the same bytes as one of `as_shipped` is not read again: it says what `shipped` has of it.
    """
    problems: list[str] = []
    same = {path for path, raw in files.items() if as_shipped.get(path) == raw}
    content = ARTICLES.read_changed(files, same, shipped, as_shipped, problems)
    others = {path: raw for path, raw in files.items() if path not in same}
    for form in FORMATS:
        for path, bodies in _by_path(form, shipped).items():
            if path in same:
                content |= {Item(form.kind, key): body for key, body in bodies.items()}
        content |= form.read(others, problems)
    for item, body in read_domain(others, known, problems).items():
        content.setdefault(item, body)
    return Read(content, tuple(problems))


def write(content: Content, shipped: Content, files: Files, known: frozenset[str]) -> dict[str, bytes]:
    """Return the files of this content. `shipped` is what the `files` of this version say: what is the same keeps its bytes."""
    written = ARTICLES.write_all(articles_of(content), articles_of(shipped), files)
    for form in FORMATS:
        wanted, as_it_was = _by_path(form, content), _by_path(form, shipped)
        for path, bodies in wanted.items():
            same = path in files and as_it_was.get(path) == bodies
            raw = files.get(path, b"")
            written[path] = raw if same else form.write(path, bodies, raw).encode()
    return written | write_domain(content, files, known)


def _by_path(form: Format, content: Content) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item, body in content.items():
        if item.kind == form.kind:
            found.setdefault(form.path(item.key), {})[item.key] = body
    return found


def place_of(item: Item) -> str:
    """Return the file in which an item stands."""
    if item.kind == ARTICLES.kind:
        return ARTICLES.path(item.key)
    return next(form for form in FORMATS if form.kind == item.kind).path(item.key)
