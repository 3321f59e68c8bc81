"""What an import would do, item by item, before anything is done.

Three values decide: what the store says now (`mine`), what the file says (`theirs`), and what both began from, which
the manifest of the folder remembers. Only where both went on from there is a person asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.exchange.held import Held
from bot.exchange.items import DRAFT, Content, Item, fingerprint
from bot.exchange.manifest import Manifest, Was
from bot.exchange.shipped import Shipped


class Verdict(StrEnum):
    """What happens to an item."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"  # the file was taken away: only done where it is said so once more
    CONFLICT = "conflict"  # changed here and there: somebody says which
    LEFT_OUT = "left_out"  # whoever imports may not change it, or not on this road; `why` says which


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that is not the same in the files and in the store. None: it is not there."""

    item: Item
    verdict: Verdict
    mine: Any = field(repr=False)
    theirs: Any = field(repr=False)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All differences by the names of the items. With `problems` nothing can be done. `kept`: newer here than there."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    same: int = 0
    kept: int = 0

    def of(self, *verdicts: Verdict) -> list[Entry]:
        """Return the entries with these verdicts."""
        return [entry for entry in self.entries if entry.verdict in verdicts]

    @property
    def stamp(self) -> str:
        """Another text whenever anything else would be done."""
        return fingerprint([[*entry.item, entry.verdict, entry.mine, entry.theirs] for entry in self.entries])


_STAY = {DRAFT}  # a draft without a file was published or given up there, which says nothing about this one

WhyNot = Callable[[Item, Any, Any], str]
"""Says why whoever imports may not bring an item from one value to another; empty if they may."""


def make_plan(theirs: Content, manifest: Manifest, held: Held, shipped: Shipped, why_not: WhyNot) -> Plan:
    """Compare the files with the store."""
    entries: list[Entry] = []
    same = kept = 0
    for item in sorted({*theirs, *manifest.items}):
        mine, other = held.content.get(item), theirs.get(item)
        if mine == other:
            same += 1
            continue
        if other is None and item.kind in _STAY:
            continue
        verdict = _verdict(item, other, manifest, held, shipped)
        if verdict is None:
            kept += 1
            continue
        why = why_not(item, mine, other)
        entries.append(Entry(item, Verdict.LEFT_OUT if why else verdict, mine, other, why))
    return Plan(tuple(entries), (), same, kept)


def _verdict(item: Item, theirs: Any, manifest: Manifest, held: Held, shipped: Shipped) -> Verdict | None:
    mine = held.content.get(item)
    begun = manifest.items.get(item) or _without(item, theirs, manifest, shipped)
    if begun is None:
        return None
    takes = Verdict.GONE if theirs is None else Verdict.NEW if mine is None else Verdict.CHANGED
    untouched = item not in held.touched and not held.is_own(item, shipped)
    if fingerprint(theirs) == begun.hash:
        # Nobody changed the file since. It is taken only by an installation that never had this content of the network.
        return takes if begun.own and untouched else None
    if fingerprint(mine) == begun.hash or (begun.own and untouched):
        return takes
    return Verdict.CONFLICT


def _without(item: Item, theirs: Any, manifest: Manifest, shipped: Shipped) -> Was | None:
    """Return what an item that no manifest names began from; None where the files do not speak of it."""
    if theirs is None:
        return None
    return Was(fingerprint(None if manifest.there else shipped.content.get(item)), own=False)
