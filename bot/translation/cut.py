"""Long texts are cut for the machine, at the ends of sentences; put together again they are the same text."""

import re
from collections.abc import Iterable, Iterator

_SENTENCE_END = re.compile(r"[.!?…؟۔።॥।]+[\"'”»)]*\s+|[。！？]+[”）」]?\s*|\n+")
_WORD = re.compile(r"\[\[\d{1,4}\]\]|\s+|[^\s\[]+|\[")


def cut(text: str, most: int) -> list[str]:
    """Return pieces of at most `most` characters, joined the text itself. A sign ([[1]]) is never cut."""
    if len(text) <= most:
        return [text] if text else []
    return list(_packed(_small(_sentences(text), most), most))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _small(sentences: Iterable[str], most: int) -> Iterator[str]:
    """Cut what is too long between words, and a word that is too long anywhere."""
    for sentence in sentences:
        if len(sentence) <= most:
            yield sentence
            continue
        for word in _packed(_WORD.findall(sentence), most):
            yield from (word[at : at + most] for at in range(0, len(word), most))


def _packed(parts: Iterable[str], most: int) -> Iterator[str]:
    piece = ""
    for part in parts:
        if piece and len(piece) + len(part) > most:
            yield piece
            piece = ""
        piece += part
    if piece:
        yield piece
