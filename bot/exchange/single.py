"""Files that hold one item each: questions, ready words, contact points, drafts."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.edits import content_hash
from bot.exchange.grouped import read_document
from bot.exchange.items import Content, Files, Item, below, path_of
from bot.exchange.yamls import dump

NETWORK = (
    "_network"  # where the words that all offices share stand: their key begins with a star, and no office is named so
)

Fault = Callable[[str, Any], list[str]]
"""Says what is wrong with a value, by its key; an empty list for nothing."""


class Single:
    """`<folder>/<key>.yml` with the value as it is. `faults` says in the reader's words what is wrong with one."""

    def __init__(self, kind: str, folder: str, faults: Fault) -> None:
        self.kind = kind
        self.folder = folder
        self.faults = faults

    def path(self, key: str) -> str:
        """Return where an item stands."""
        parts = [NETWORK if part == "*" else part for part in key.split("/")]
        return f"{path_of(*self.folder.split('/'), *parts)}.yml"

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files, noting problems."""
        found: Content = {}
        for parts, path, raw in below(files, self.folder, ".yml"):
            before = len(problems)
            body = read_document(raw, path, problems)
            if len(problems) > before:
                continue
            key = "/".join(
                "*" if self.kind == "ready" and at == 0 and part == NETWORK else part for at, part in enumerate(parts)
            )
            if self.kind != "point" and not _is_plain(body):  # a point's values are read by its schema
                problems.append(f"{path}: only texts, lists, true and false are taken; put dates in quotes")
                continue
            problems += [f"{path}: {fault}" for fault in self.faults(key, body)]
            found[Item(self.kind, key)] = body
        return found

    def write(self, path: str, bodies: Mapping[str, Any], before: bytes) -> str:
        """Return a file."""
        return dump(next(iter(bodies.values())))


def _is_plain(body: Any) -> bool:
    """Tell whether the store can keep a value and tell when it changed: no dates, no endless numbers."""
    try:
        content_hash(body)
    except (TypeError, ValueError):
        return False
    return True
