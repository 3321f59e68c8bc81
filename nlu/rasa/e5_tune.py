"""Tunes the e5 encoder to tell intents apart: `python -m nlu.rasa.e5_tune`, or `make tune`.

Reads the training data, never the test cases, and writes `nlu/rasa/e5_adaptation.npz` (about 1.5 MB, kept in Git), so
that only who changes the data a lot needs to tune again: training the classifier on top is what `make train` does.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import tensorflow as tf

from nlu.normalise import normalise
from nlu.rasa.compare.material import read_wordings
from nlu.rasa.e5_file import E5File
from nlu.rasa.e5_graph import E5Graph, batches, matrix_names, model_file
from nlu.rasa.e5_noise import noisy, thinned
from nlu.rasa.e5_tokens import tokens_of

LONGEST = 64  # tokens of a sentence to learn from; few are longer
RESULT = Path(__file__).with_name("e5_adaptation.npz")


@dataclass(frozen=True)
class Plan:
    """How to tune. The figures were chosen on training data held out; docs/nlu.md has the tries."""

    epochs: int = 3
    rate: float = 1e-3
    head_rate: float = 1e-2
    rank: int = 8
    drop: float = 0.1  # share of tokens left out of a sentence
    smoothing: float = 0.05
    tokens: int = 2048  # in a batch, padding included
    length: float = 8.0  # of the centred vectors that the head sees


class TunableE5(E5Graph):
    """The encoder with thin matrices A and B beside each matrix; only they and the vectors learn."""

    def __init__(self, file: E5File, rank: int) -> None:
        super().__init__(file)
        self._short = {name: tf.cast(matrix, tf.bfloat16) for name, matrix in self.matrices.items()}
        source = tf.random.Generator.from_seed(7)
        self.thin = {name: self._pair(name, rank, source) for name in matrix_names(file)} if rank else {}

    def linear(self, x: tf.Tensor, name: str) -> tf.Tensor:
        """Return x times the matrix and what is learned beside it; in short floats, several times faster where the
        processor has them."""
        shape = tf.shape(x)
        flat = tf.reshape(x, [-1, self.matrices[name].shape[0]])
        product = tf.cast(tf.matmul(tf.cast(flat, tf.bfloat16), self._short[name]), tf.float32)
        if name in self.thin:
            first, second = self.thin[name]
            product += tf.matmul(tf.matmul(flat, first), second)
        product += self.vectors[f"{name}.b"]
        return tf.reshape(product, [shape[0], shape[1], self.matrices[name].shape[1]])

    def learning(self) -> list[tf.Variable]:
        """Return the variables that tuning may change."""
        return [*self.vectors.values(), *(part for pair in self.thin.values() for part in pair)]

    def adaptation(self) -> dict[str, np.ndarray]:
        """Return what was learned, as `E5Graph` wants it."""
        found = {name: vector.numpy() for name, vector in self.vectors.items()}
        for name, (first, second) in self.thin.items():
            found[f"{name}.first"], found[f"{name}.second"] = first.numpy(), second.numpy()
        return found

    def _pair(self, name: str, rank: int, source: tf.random.Generator) -> tuple[tf.Variable, tf.Variable]:
        rows, columns = self.matrices[name].shape
        return (
            tf.Variable(source.normal([rows, rank], stddev=rows**-0.5)),
            tf.Variable(tf.zeros([rank, columns])),
        )


def tune(
    encoder: TunableE5, texts: Sequence[str], intents: Sequence[str], plan: Plan, seed: int = 0
) -> Iterator[dict[str, np.ndarray]]:
    """Learn from the texts; after each epoch the adaptation so far is given out."""
    classes = sorted(set(intents))
    numbers = {intent: number for number, intent in enumerate(classes)}
    wanted = np.array([numbers[intent] for intent in intents])
    mean = encoder.encode(texts[:: max(1, len(texts) // 2000)]).mean(axis=0)
    head = [tf.Variable(tf.zeros([encoder.hidden, len(classes)])), tf.Variable(tf.zeros([len(classes)]))]
    learning = encoder.learning()
    ways = [(learning, plan.rate, _adam()), (head, plan.head_rate, _adam())]
    scale = plan.length / 0.4  # the centred vectors of this encoder are about 0.4 long

    @tf.function(
        autograph=False,
        input_signature=[
            tf.TensorSpec([None, None, encoder.hidden]),
            tf.TensorSpec([None, None]),
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([]),
        ],
    )
    def step(words: tf.Tensor, mask: tf.Tensor, right: tf.Tensor, pace: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = tf.matmul((encoder(words, mask) - mean) * scale, head[0]) + head[1]
            aims = tf.one_hot(right, len(classes)) * (1 - plan.smoothing) + plan.smoothing / len(classes)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(aims, logits))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, [*learning, *head]), 1.0)
        for variables, rate, adam in ways:
            adam.learning_rate = rate * pace
            adam.apply_gradients(zip(gradients[: len(variables)], variables, strict=True))
            gradients = gradients[len(variables) :]
        return loss, tf.reduce_mean(tf.cast(tf.argmax(logits, 1) == right, tf.float32))

    chance = random.Random(seed)  # noqa: S311 - no secret
    done, total = 0, 0
    for epoch in range(plan.epochs):
        started = monotonic()
        tokens = [thinned(tokens_of(noisy(text, chance), encoder.pieces, LONGEST), plan.drop, chance) for text in texts]
        order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]) + 4 * chance.random())
        mixed = batches(tokens, order, plan.tokens)
        chance.shuffle(mixed)
        total = total or len(mixed) * plan.epochs
        measured = []
        for batch in mixed:
            done += 1
            pace = min(1.0, done / (0.06 * total)) * max(0.02, 1 - done / total)
            words, mask = encoder.padded([tokens[at] for at in batch])
            measured.append([float(x) for x in step(words, mask, wanted[batch], pace)])
            if done % 50 == 0:
                print(f"progress: {done} of about {total} batches", flush=True)
        loss, right = np.mean(measured, axis=0)
        print(f"epoch {epoch + 1}: loss {loss:.3f}, right {right:.3f}, {monotonic() - started:.0f} s", flush=True)
        yield encoder.adaptation()


def _adam() -> tf.keras.optimizers.Adam:
    return tf.keras.optimizers.Adam(beta_2=0.98, epsilon=1e-8, jit_compile=False)


def save(adaptation: dict[str, np.ndarray], path: Path) -> None:
    """Write what was learned; the thin matrices in half precision, which is more than they need."""
    short = {name: part.astype(np.float16 if part.ndim == 2 else np.float32) for name, part in adaptation.items()}
    new = path.with_suffix(".new.npz")
    np.savez_compressed(new, **short)  # type: ignore[arg-type]  # its stub takes the names for its own option
    new.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m nlu.rasa.e5_tune", description=__doc__)
    parser.add_argument("--output", type=Path, default=RESULT)
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    chosen = parser.parse_args()
    wordings = list(read_wordings(Path()))
    texts, intents = [normalise(one.text) for one in wordings], [one.intent for one in wordings]
    plan = Plan(epochs=chosen.epochs)
    encoder = TunableE5(model_file(), plan.rank)
    for adaptation in tune(encoder, texts, intents, plan):
        save(adaptation, chosen.output)
        print(f"{chosen.output} is written", flush=True)


if __name__ == "__main__":
    main()
