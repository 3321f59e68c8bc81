"""Signs that nobody sees and that show what stands behind them in another order: 112 becomes 211 on the screen.

No written content may hold one. The marks of a direction (U+200E, U+200F) and the joiners (U+200C, U+200D) are none of
them: Arabic, Persian, Hebrew and Hindi are written with these.
"""

import re

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NEAR = 20  # characters before and behind it that say where it stands


def turns(text: str) -> bool:
    """Tell whether a text holds such a sign."""
    return _TURNING.search(text) is not None


def near_turn(text: str) -> str:
    """Return the words around the first such sign, for whoever looks for it; empty where there is none."""
    found = _TURNING.search(text)
    return without_turns(text[max(0, found.start() - _NEAR) : found.end() + _NEAR]).strip() if found else ""


def without_turns(text: str) -> str:
    """Return a text without such signs."""
    return _TURNING.sub("", text)
