"""Wordings that were taken word for word from a question: which they are, and how they go when the question goes.

The note of such an edit holds two keyed hashes, of the gap and of the wording, so that nobody can read from it who
asked what, and the words can be found and taken out of every saving of that key.
"""

import re
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.crypto import KeyRing
from bot.edits import Change, Edits
from bot.gaps.model import OPEN, USED

_MARK = "gap:"
_ALIKE = 0.85  # so much of a question in a wording is a copy of it
_PART = 12  # letters in a row that are a person's own, not a way in which everybody speaks
_PARTS = re.compile(r"[\n.!?;…。！？؟።।]+")
_KINDS = ("wordings", "cases")


class Borrowed:
    """Takes the open connection and never commits."""

    def __init__(self, ring: KeyRing, edits: Edits) -> None:
        self._ring = ring
        self._edits = edits

    def note(self, gap_id: UUID, question: str, wording: str) -> str:
        """Return the note for the edit that brings a wording: a mark if it copies the question, else nothing."""
        copied = alike(question, wording)
        return f"{_MARK}{self._gap(gap_id)}:{self._words(wording)}" if copied else ""

    async def take_back(self, connection: AsyncConnection, now: datetime) -> int:
        """Take out every copied wording whose question is gone; return how many keys were changed."""
        e, g = t.edit.c, t.gap.c
        noted = select(e.key, e.kind, e.note).where(e.kind.in_(_KINDS), e.note.like(f"{_MARK}%"))
        marks = [(row.kind, row.key, *row.note.split(":")[1:3]) for row in await connection.execute(noted)]
        if not marks:
            return 0
        agreed = select(g.id).where(g.wording != "", or_(g.state == USED, g.state == OPEN))
        alive = {self._gap(key) for key in (await connection.execute(agreed)).scalars()}
        gone = {words for _, _, gap, words in marks if gap not in alive}
        if not gone:
            return 0
        # Not only where they came in: sentences can be moved from one question to another.
        places = select(e.kind, e.key).where(e.kind.in_(_KINDS)).distinct().order_by(e.kind, e.key)
        found = [(row.kind, row.key) for row in await connection.execute(places)]
        return sum([await self._scrub(connection, kind, key, gone, now) for kind, key in found])

    async def _scrub(self, connection: AsyncConnection, kind: str, key: str, words: set[str], now: datetime) -> bool:
        """Save the key without these words, if it still has them, then erase them from all earlier savings."""
        held = False
        current = await self._edits.one(connection, kind, key)
        if current is not None and (left := self._without(current.body, words)) != current.body:
            change = Change(kind, key, left, current.base_hash, current.id)
            await self._edits.save(connection, change, None, now)
        for edit in await self._edits.history(connection, kind, key):
            marked = edit.note.startswith(_MARK) and edit.note.split(":")[2] in words
            values: dict[str, Any] = {"body": self._without(edit.body, words)}
            if marked or values["body"] != edit.body:
                held = True
                values |= {"note": ""} if marked else {}
                await connection.execute(update(t.edit).where(t.edit.c.id == edit.id).values(**values))
        return held

    def _without(self, body: Any, words: set[str]) -> Any:
        if not isinstance(body, dict):
            return body
        return {**body, "examples": [one for one in body.get("examples", ()) if self._words(one) not in words]}

    def _gap(self, gap_id: UUID) -> str:
        return self._ring.lookup("gap", str(gap_id)).hex()[:32]

    def _words(self, wording: str) -> str:
        return self._ring.lookup("gap words", _plain(wording)).hex()[:32]


def alike(question: str, wording: str) -> bool:
    """Tell whether a wording is a copy of a question or of a part of it, but for a letter here and there."""
    asked, said = _plain(question), _plain(wording)
    if len(said) >= _PART and said in asked:
        return True
    parts = (asked, *map(_plain, _PARTS.split(question)))
    return any(SequenceMatcher(None, part, said, autojunk=False).ratio() >= _ALIKE for part in parts if part)


def _plain(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())
