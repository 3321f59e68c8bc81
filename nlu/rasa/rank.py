"""Ranks many utterances with one model, inside Rasa's environment: `python -m nlu.rasa.rank MODEL [keep]`.

Each line of the input is an utterance as a JSON string, each line of the output its ten likeliest intents as a JSON
list of [name, confidence], in the same order. `nlu.batch` calls it: a batch in one go is several times faster than
as many requests over HTTP, and the model answers the same. With `keep` the vectors of the utterances are kept for the
next model that ranks them, so it is for test sentences only.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from nlu.rasa.__main__ import QUIET, end_with_parent

BATCH = 2000  # utterances; among many the encoder finds more of like length
Ranking = list[tuple[str, float]]


def load(model: Path) -> Callable[[list[str]], list[Ranking]]:
    """Return the function that ranks a batch; the model stays as it is, `train` may replace the file meanwhile."""
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    with TemporaryDirectory() as folder:
        metadata, runner = load_predict_graph_runner(Path(folder), model, LocalModelStorage, DaskGraphRunner)

    def rank(texts: list[str]) -> list[Ranking]:
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text=text) for text in texts]}
        messages = runner.run(inputs=inputs, targets=[metadata.nlu_target])[metadata.nlu_target]
        return [[(one["name"], one["confidence"]) for one in message.get("intent_ranking")] for message in messages]

    return rank


def batches(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the utterances in lists of at most `BATCH`."""
    texts = (json.loads(line) for line in lines)
    while batch := list(islice(texts, BATCH)):
        yield batch


def answer(output: TextIO) -> None:
    """Rank what comes on standard input."""
    rank = load(Path(sys.argv[1]))
    if sys.argv[2:] == ["keep"]:
        from nlu.rasa.components import SentenceEncoder

        SentenceEncoder.keeps = True
    for batch in batches(sys.stdin):
        for ranking in rank(batch):
            print(json.dumps(ranking), file=output)
        output.flush()


def main() -> None:
    """Keep the output clean: whatever Rasa and its libraries print goes to the error output."""
    os.environ.update(QUIET)
    warnings.showwarning = lambda *_, **__: None
    parent = os.environ.pop("GUICHET_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
        os.dup2(2, 1)
        answer(output)


if __name__ == "__main__":
    main()
