"""How often a sentence is rightly said to be closer to another question: `python -m tests.bench_teaching [locale]`.

The wordings of a language in ten parts, each judged by the nine others: at their own question, then at one drawn by chance.
"""

import asyncio
import random
import sys
from pathlib import Path
from time import monotonic

import numpy as np

from bot.encoder import Encoder, Vectors
from bot.vectors import VectorFile
from nlu.teaching import read_shipped
from nlu.teaching.meanings import Meanings

PARTS = 10
VECTORS = Path("build", "vectors", "wordings")


async def main(locale: str) -> None:
    """Make the vectors that are missing, and print the two shares."""
    shipped = read_shipped()
    pairs = [(intent, text) for (intent, of), texts in shipped.wordings.items() if of == locale for text in texts]
    intents, texts = [intent for intent, _ in pairs], [text for _, text in pairs]
    file, started = VectorFile(VECTORS), monotonic()
    made = await file.fill(Encoder(niceness=0), texts)
    print(f"{locale}: {len(texts)} wordings, {made} encoded in {monotonic() - started:.0f} s")
    vectors = file.rows(texts)
    if vectors is None:
        sys.exit("this machine cannot encode")
    doubted, caught = shares(intents, texts, vectors)
    print(f"doubted in their own place {doubted:.1%}, in another place {caught:.1%}")


def shares(intents: list[str], texts: list[str], vectors: Vectors) -> tuple[float, float]:
    """Return how many are doubted where they belong, and where they do not."""
    chance = random.Random(1)  # noqa: S311 -- the same draw each time
    part = [chance.randrange(PARTS) for _ in texts]
    names, doubted, caught = sorted(set(intents)), 0, 0
    for held in range(PARTS):
        known = [at for at in range(len(texts)) if part[at] != held]
        rows = np.array(known)
        meanings = Meanings.of([texts[at] for at in known], [intents[at] for at in known], vectors[rows])
        for at in (at for at in range(len(texts)) if part[at] == held):
            other = chance.choice([name for name in names if name != intents[at]])
            doubted += meanings.doubt(vectors[at], intents[at]) is not None
            caught += meanings.doubt(vectors[at], other) is not None
    return doubted / len(texts), caught / len(texts)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "it"))
