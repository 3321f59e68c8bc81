"""Ranks utterances by keywords alone, for the comparison of pipelines: `python -m nlu.evaluation.keyword_ranks`.

Reads and writes lines as `nlu.rasa.rank` does: a JSON string in, the intents as a JSON list of [name, confidence] out.
What keywords find they find for sure, danger before commands; most utterances hold none.
"""

import json
import sys

from nlu.interpreter import KEYWORDS
from nlu.keywords import Keywords


def main() -> None:
    """Rank what comes on standard input."""
    keywords = Keywords.load(KEYWORDS)
    for line in sys.stdin:
        hits = keywords.scan(json.loads(line))
        print(json.dumps([[name.partition("/")[2], 1.0] for name in (*hits.safety, *hits.commands)]))


if __name__ == "__main__":
    main()
