"""Two editions of a text beside each other, part by part: what went, what came, what stayed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from knowledge.article import SECTIONS, Translation

_PIECE = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.6  # how much of a part must have stayed for its words to be compared one by one


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed (`same`), went (`gone`) or came (`new`); `first` where there was nothing before."""

    kind: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text in both editions. `name` is a section's or `title`."""

    name: str
    pieces: tuple[Piece, ...] = field(repr=False)

    @property
    def changed(self) -> bool:
        """Tell whether anything is different."""
        return any(piece.kind != "same" for piece in self.pieces)


def compared(before: Translation | None, after: Translation) -> list[Part]:
    """Return title and sections that either edition has. Without an edition before all is new."""
    parts = [("title", before.title if before else "", after.title)]
    for name in SECTIONS:
        old, new = _marked(before, name), _marked(after, name)
        if old or new:
            parts.append((name, old, new))
    return [part_of(name, old if before else None, new) for name, old, new in parts]


def part_of(name: str, before: str | None, after: str) -> Part:
    """Return one part; `before` None: there was no edition before."""
    return Part(name, (Piece("first", after),) if before is None else tuple(pieces(before, after)))


def _marked(text: Translation | None, name: str) -> str:
    return text.sections[name].marked if text is not None and name in text.sections else ""


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield the differences by words, in the order of reading, whatever the direction of the script.

    Where little stayed, the old words go as a whole and the new ones come: single words between them tell nobody anything.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = [("replace", 0, len(old), 0, len(new))] if matcher.ratio() < _ALIKE else matcher.get_opcodes()
    gone, come = "", ""
    for kind, a, b, c, d in blocks:
        stayed = "".join(old[a:b])
        if kind == "equal" and (stayed.strip() or not (gone or come)):
            yield from _changed(gone, come)
            yield Piece("same", stayed)
            gone, come = "", ""
        else:
            gone, come = gone + stayed, come + "".join(new[c:d])
    yield from _changed(gone, come)


def _changed(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if come:
        yield Piece("new", come)
