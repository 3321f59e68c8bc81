"""What is exchanged: items of content, each with its kind, its key and a plain value, and where its file lies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from bot.edits import content_hash

ARTICLE = "article"  # a text or a head; the table `revision`
DRAFT = "draft"
EDITS = ("intent", "wordings", "cases", "phrase", "title", "ready", "point", "proposed")  # kinds of the table `edit`


class Item(NamedTuple):
    """The name of one piece of content, the same in every installation."""

    kind: str
    key: str


Content = dict[Item, Any]
Files = Mapping[str, bytes]
"""The files of an exported folder by their paths, written with `/`."""


@dataclass(frozen=True, slots=True)
class Read:
    """What files say. `problems` are for whoever wrote them: file, line, what to do."""

    content: Content = field(repr=False)
    problems: tuple[str, ...] = ()


def fingerprint(value: Any) -> str:
    """Return a short hash of an item's value; `-` where there is none. It only tells whether something changed."""
    return content_hash(value)[:16] if value is not None else "-"


def path_of(*parts: str) -> str:
    """Return a path below the exported folder: no part of it can lead elsewhere."""
    return "/".join(_part(part) for part in parts)


def _part(part: str) -> str:
    written = quote(part, safe="+,=@ ")
    return written.replace(".", "%2E", 1) if written.startswith(".") else written


def parts_of(path: str) -> list[str]:
    """Return the parts of a path as they were before `path_of`."""
    return [unquote(part) for part in path.split("/")]


def below(files: Files, folder: str, suffix: str) -> Iterator[tuple[list[str], str, bytes]]:
    """Yield the files of a folder in the order of their names: the parts of the path below it, the path, the content."""
    for path in sorted(files):
        if path.startswith(f"{folder}/") and path.endswith(suffix):
            yield parts_of(path[len(folder) + 1 : -len(suffix)]), path, files[path]
