"""`exported.tsv` in an exported folder: what each item was then. It is what both sides started from.

It lies with the files and not in the store, so each copy and each branch of them knows its own beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.exchange.held import Held
from bot.exchange.items import Files, Item, fingerprint
from bot.exchange.shipped import Shipped

NAME = "exported.tsv"
GONE = fingerprint(None)
_HEAD = "# What each item was at the last export or import. Guichet writes this file; do not change it by hand."


@dataclass(frozen=True, slots=True)
class Was:
    """What an item was. `own`: the network's, not the one that ships."""

    hash: str
    own: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """All items of the last export. `there` says that the folder has a manifest."""

    items: Mapping[Item, Was] = field(default_factory=dict, repr=False)
    there: bool = False


def manifest_of(held: Held, shipped: Shipped) -> Manifest:
    """Describe what is exported, and what ships and was taken away."""
    every = {*held.content, *(item for item in shipped.content if item not in held.content)}
    return Manifest(
        {item: Was(fingerprint(held.content.get(item)), held.is_own(item, shipped)) for item in every}, there=True
    )


def write_manifest(manifest: Manifest) -> bytes:
    """Write one line for each item, in the order of their names."""
    lines = (
        f"{was.hash}\t{'own' if was.own else ''}\t{item.kind}\t{item.key}"
        for item, was in sorted(manifest.items.items())
    )
    return "\n".join([_HEAD, *lines, ""]).encode()


def read_manifest(files: Files, problems: list[str]) -> Manifest:
    """Read the manifest of a folder; without one everything is compared with what ships."""
    raw = files.get(NAME)
    if raw is None:
        return Manifest()
    found: dict[Item, Was] = {}
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        parts = line.split("\t")
        if len(parts) != 4:
            problems.append(f"{NAME}, line {number}: cannot be read; take this file from the last export")
        else:
            found[Item(parts[2], parts[3])] = Was(parts[0], parts[1] == "own")
    return Manifest(found, there=True)
