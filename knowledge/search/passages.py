"""Passages: a text cut at the ends of sentences into parts that the sentence encoder takes whole."""

import re

LONGEST = 300  # characters
_ENDS = re.compile(r"(?<=[.!?؟…።۔।])\s+|(?<=[。！？])|\n+")


def passages_of(text: str, longest: int = LONGEST) -> list[str]:
    """Return the parts in order, none longer than `longest`; together they hold every word of the text.

    A sentence that is too long is cut between words, a word that is too long anywhere.
    """
    passages: list[str] = []
    for sentence in filter(None, (" ".join(one.split()) for one in _ENDS.split(text))):
        for part in _cut(sentence, longest):
            if passages and len(passages[-1]) + 1 + len(part) <= longest:
                passages[-1] = f"{passages[-1]} {part}"
            else:
                passages.append(part)
    return passages


def _cut(sentence: str, longest: int) -> list[str]:
    parts: list[str] = []
    while len(sentence) > longest:
        space = sentence.rfind(" ", 1, longest + 1)
        end = space if space > 0 else longest
        parts.append(sentence[:end].rstrip())
        sentence = sentence[end:].lstrip()
    return [*parts, sentence] if sentence else parts
