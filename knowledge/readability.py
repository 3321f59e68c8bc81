"""How hard a text is to read: LIX, words a sentence plus the share of long words in percent, which needs no dictionary.

LIX counts words of more than 6 letters as long. Languages differ in their words' length, so each has its own limit in
`words.yml`, set where the plainest articles of that language end; the figure compares texts of one language only.
"""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
_BRACKETS = re.compile(r"\([^)]*\)")
_LONG = 6


def lix(sentences: Iterable[str]) -> float:
    """Return the figure of these sentences; 0 without words. Names in brackets stand on the counter's sign: not counted."""
    words, sentences_count, long = 0, 0, 0
    for sentence in sentences:
        found = _WORD.findall(_BRACKETS.sub(" ", sentence))
        sentences_count += bool(found)
        words += len(found)
        long += sum(len(word) > _LONG for word in found)
    return words / sentences_count + 100 * long / words if words else 0.0
