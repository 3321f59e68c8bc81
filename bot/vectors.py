"""Vectors of passages, kept in one file by the hash of their text, so that nothing is encoded twice."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.encoder import KIND, SIZE, Encoder, Vectors

_KEY = 16  # bytes of a hash
_SAVE_EVERY = 1024  # new vectors; the file is written whole each time


class VectorFile:
    """Half-precision vectors in memory and in the file `folder/<encoder>.npz`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{KIND}.npz"
        self._known = _read(self._path)
        self._unsaved = 0

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, text: str) -> bool:
        return _key(text) in self._known

    def rows(self, texts: Sequence[str]) -> Vectors | None:
        """Return the vectors of all these texts, None while one of them is missing."""
        found = [self._known.get(_key(text)) for text in texts]
        whole = [vector for vector in found if vector is not None]
        if len(whole) < len(found) or not whole:
            return None
        return np.stack(whole).astype(np.float32)

    async def fill(self, encoder: Encoder, texts: Iterable[str], tell: Callable[[int, int], None] | None = None) -> int:
        """Encode what is missing and return how much that was; `tell` hears how many are done, of how many."""
        missing = [text for text in dict.fromkeys(texts) if text not in self]
        done = 0
        try:
            async for vectors in encoder.passages(missing):
                self.put(missing[done : done + len(vectors)], vectors)
                done += len(vectors)
                if tell is not None:
                    tell(done, len(missing))
        finally:
            self.finish()
        return done

    def put(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take in the vectors of these texts; the file is written after many, and by `finish`."""
        for text, vector in zip(texts, vectors, strict=True):
            self._known[_key(text)] = vector.astype(np.float16)
        self._unsaved += len(texts)
        if self._unsaved >= _SAVE_EVERY:
            self.save()

    def finish(self) -> None:
        """Write what is not yet written."""
        if self._unsaved:
            self.save()

    def forget_others(self, texts: Iterable[str]) -> None:
        """Forget what belongs to none of these texts."""
        kept = {_key(text) for text in texts}
        if self._known.keys() - kept:
            self._known = {key: vector for key, vector in self._known.items() if key in kept}
            self.save()

    def save(self) -> None:
        """Write the file whole and put it in place at once."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        keys = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, _KEY)
        vectors = np.stack(list(self._known.values())) if self._known else np.zeros((0, SIZE), np.float16)
        with new.open("wb") as file:
            np.savez(file, keys=keys, vectors=vectors)
        new.replace(self._path)
        self._unsaved = 0


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY).digest()


def _read(path: Path) -> dict[bytes, NDArray[np.float16]]:
    """A file that is missing, cut short or of another shape is as good as none: its vectors are made again."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
    if vectors.shape != (len(keys), SIZE) or vectors.dtype != np.float16 or keys.shape[1:] != (_KEY,):
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
