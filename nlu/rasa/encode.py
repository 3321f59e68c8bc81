"""Encodes passages of the knowledge base in batches, inside Rasa's environment: `python -m nlu.rasa.encode NICENESS`.

Each line of the input is a JSON list of passages; the output is their vectors as float32, little-endian, one after the
other and in order. `bot.encoder` calls it: in batches the graph is several times faster than the package's own engine.
"""

from __future__ import annotations

import json
import os
import sys

from nlu.rasa.__main__ import QUIET, end_with_parent


def main() -> None:
    """Keep the output clean: whatever TensorFlow prints goes to the error output."""
    os.environ.update(QUIET)
    os.nice(int(sys.argv[1]))
    parent = os.environ.pop("GUICHET_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        from nlu.rasa.e5_graph import E5Graph, model_file
        from nlu.rasa.e5_tokens import PASSAGE

        graph = E5Graph(model_file())
        for line in sys.stdin:
            output.write(graph.encode(json.loads(line), PASSAGE).astype("<f4").tobytes())
            output.flush()


if __name__ == "__main__":
    main()
