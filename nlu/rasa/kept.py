"""Vectors of sentences, kept by the hash of their text: each is made once in the life of the project folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

CACHE = Path(".cache/vectors")  # Rasa runs at the root of the project
BATCH = 1000
MOST = 50_000  # vectors in a file that nothing else limits

Encode = Callable[[list[str]], np.ndarray]


def of_training(kind: str, package: str, texts: list[str], encode: Encode) -> np.ndarray:
    """Return the vectors of the training sentences; those of sentences that are gone, and of other versions, go too."""
    path = CACHE / f"{kind}.npz"
    known, keys = _read(path), [_key(text) for text in texts]
    if _complete(known, keys, texts, encode):
        _write(path, {key: known[key] for key in keys})
        for old in CACHE.glob(f"{package}-*.npz"):
            if old != path:
                old.unlink(missing_ok=True)
    return np.stack([known[key] for key in keys])


def of_cases(kind: str, texts: list[str], encode: Encode) -> np.ndarray:
    """Return the vectors of sentences that models are compared on; the same serve every model with this encoder."""
    path = CACHE / f"cases-{kind}.npz"
    known, keys = _read(path), [_key(text) for text in texts]
    if _complete(known, keys, texts, encode):
        _write(path, dict(list(known.items())[-MOST:]))
    return np.stack([known[key] for key in keys])


def _complete(known: dict[str, np.ndarray], keys: list[str], texts: list[str], encode: Encode) -> bool:
    """Add the vectors that are missing; tell whether there were any."""
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    for start in range(0, len(missing), BATCH):
        batch = list(missing)[start : start + BATCH]
        known.update(zip(batch, encode([missing[key] for key in batch]), strict=True))
        print(f"progress: {start + len(batch)} of {len(missing)} new sentences encoded", flush=True)
    return bool(missing)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        return {}
    with np.load(path) as stored:
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _write(path: Path, vectors: dict[str, np.ndarray]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new.npz")
    np.savez(new, keys=list(vectors), vectors=np.stack(list(vectors.values())))
    new.replace(path)
