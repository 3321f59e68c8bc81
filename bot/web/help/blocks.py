"""A part of an article as HTML needs it: paragraphs, lists, and the words for people without papers apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

_PAPERS = "{papers}"
_NUMBERED = re.compile(r"(\d+)[.)]\s+(.*)")
_LISTED = re.compile(r"[-*•]\s+(.*)")

Kind = Literal["paragraph", "numbered", "listed", "papers"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind that stand together. `start` is the number of a numbered list's first item."""

    kind: Kind
    lines: tuple[str, ...]
    start: int = 1


def blocks(text: str) -> list[Block]:
    """Return the blocks of a part in order; a list that something interrupts goes on counting after it."""
    found: list[Block] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, words, number = _read(line)
        last = found[-1] if found else None
        if last and last.kind == kind and kind in {"numbered", "listed"}:
            found[-1] = Block(kind, (*last.lines, words), last.start)
        else:
            found.append(Block(kind, (words,), number))
    return found


def _read(line: str) -> tuple[Kind, str, int]:
    if line.startswith(_PAPERS):
        return "papers", line.removeprefix(_PAPERS).strip(), 1
    if numbered := _NUMBERED.fullmatch(line):
        return "numbered", numbered[2], int(numbered[1])
    if listed := _LISTED.fullmatch(line):
        return "listed", listed[1], 1
    return "paragraph", line, 1


class Numbers:
    """Makes telephone numbers that we know something to tap; no other digits become a link."""

    def __init__(self, known: Iterable[str]) -> None:
        either = "|".join(re.escape(number) for number in sorted(known, key=len, reverse=True))
        self._known = re.compile(rf"(?<![\w+])(?:{either})(?!\w)") if either else None

    def linked(self, text: str) -> Markup:
        """Return the text as HTML."""
        if self._known is None:
            return escape(text)
        parts: list[Markup] = []
        position = 0
        for match in self._known.finditer(text):
            parts.append(escape(text[position : match.start()]))
            parts.append(Markup('<a href="tel:{}" dir="ltr">{}</a>').format(re.sub(r"[^\d+]", "", match[0]), match[0]))
            position = match.end()
        return Markup("").join([*parts, escape(text[position:])])
