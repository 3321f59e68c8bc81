"""Spells a sentence as people do on a phone: small letters, no accents, a slip of the thumb."""

from __future__ import annotations

import random
import unicodedata

_LETTERS_FOR_A_SLIP = 8


def noisy(text: str, chance: random.Random) -> str:
    """Return the text as somebody else may type it; most of the time it is as it was."""
    kind = chance.random()
    if kind < 0.15:
        text = text.lower()
    elif kind < 0.3:
        text = _without_marks(text.lower())
    if chance.random() < 0.2 and len(text) > _LETTERS_FOR_A_SLIP:
        text = _slipped(text, chance)
    return text.rstrip("?.! ") if chance.random() < 0.3 else text


def thinned(tokens: list[int], share: float, chance: random.Random) -> list[int]:
    """Return the tokens without about this share of those between the marks of beginning and end."""
    inner = [token for token in tokens[1:-1] if chance.random() >= share]
    return [tokens[0], *inner, tokens[-1]]


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    kept = "".join(char for char in apart if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def _slipped(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text) - 2)
    left_out = text[:at] + text[at + 1 :]
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    doubled = text[:at] + text[at] + text[at:]
    return chance.choice([left_out, swapped, doubled])
