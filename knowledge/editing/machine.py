"""A machine's first draft of a translation: it gets bare sentences, so that marks, lists and `{papers}` cannot be harmed."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.model.turning import without_turns
from knowledge.article import PAPERS

Translate = Callable[[str, str, str], Awaitable[str]]
"""Turns a text from one locale into another; raises what `bot.translation` raises."""

_MARKS = re.compile(r"((?:[ \t]*\[\^[^\]\n]+\])+)")
_LEAD = re.compile(rf"^(\s*(?:\d+[.)]\s+|[-*•]\s+)?(?:{re.escape(PAPERS)}\s*)?)(.*)$")


async def translated(translate: Translate, body: Mapping[str, Any], source: str, target: str) -> dict[str, Any]:
    """Return `title` and `sections` of a text in another locale. Call it with no transaction open.

    The hidden signs by which the translator keeps numbers and names apart in Arabic are left out: an author could not see
    them, and the checks take none.
    """
    sections = {}
    for name, marked in body["sections"].items():
        lines = [await _line(translate, line, source, target) for line in str(marked).splitlines()]
        sections[name] = without_turns("\n".join(lines))
    title = await translate(str(body["meta"]["title"]), source, target)
    return {"title": without_turns(title), "sections": sections}


async def _line(translate: Translate, line: str, source: str, target: str) -> str:
    """Translate what stands between the marks; sign of a list, `{papers}` and marks stay where they are."""
    found = _LEAD.match(line)
    lead, rest = (found[1], found[2]) if found else ("", line)
    pieces = _MARKS.split(rest)
    for at in range(0, len(pieces), 2):
        words = pieces[at].strip()
        if words:
            before = pieces[at][: len(pieces[at]) - len(pieces[at].lstrip())]
            after = pieces[at][len(pieces[at].rstrip()) :]
            pieces[at] = before + (await translate(words, source, target)).strip() + after
    return lead + "".join(pieces)
