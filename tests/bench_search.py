"""`make bench-search`: how often the search finds the wanted article, and how long it takes. Figures, no verdicts.

The questions are tests/knowledge/search_queries.yml, the documents the articles that may be served with the intents'
short titles; what must not be found are the messages out of scope of tests/nlu_cases.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from bot.encoder import Encoder
from bot.vectors import VectorFile
from dialogues.phrases import load_phrases
from knowledge.catalogue import Catalogue
from knowledge.files import read_articles
from knowledge.glossary import read_glossary
from knowledge.search.articles import documents_of
from knowledge.search.documents import Document
from knowledge.search.evidence import is_enough
from knowledge.search.index import Index, Mode
from nlu.commands import CASES, known_intents
from nlu.evaluation.cases import Kind, read_cases
from nlu.files import read_strings
from tests.bench import percentile, say
from tests.support.service import ROOT

QUERIES = Path(__file__).parent / "knowledge" / "search_queries.yml"
FOLDER = ROOT / ".cache" / "search-vectors"
SIZES = (500, 5000)


@dataclass(frozen=True)
class Question:
    """What somebody types, and the intent whose article they want; none where nothing may be found."""

    text: str = field(repr=False)
    locale: str
    intent: str = ""


def questions() -> list[Question]:
    """Return the questions of the file."""
    content = read_strings(QUERIES)
    return [
        Question(text, locale, intent)
        for intent, locales in content.items()
        for locale, texts in locales.items()
        for text in texts
    ]


def out_of_scope() -> list[Question]:
    """Return messages that no article answers."""
    cases = read_cases(ROOT / CASES, known_intents(ROOT))
    return [Question(case.text, case.locale) for case in cases if case.kind is Kind.OUT_OF_SCOPE]


def row(*cells: str) -> None:
    """Print a row of a table."""
    sys.stdout.write("".join(f"{cell:<14}" for cell in cells).rstrip() + "\n")
    sys.stdout.flush()


async def vectors_of(documents: Sequence[Document], encoder: Encoder) -> VectorFile:
    """Return the vectors of all passages, kept for the next run."""
    vectors = VectorFile(FOLDER)
    started, passages = time.perf_counter(), [passage for one in documents for passage in one.passages]
    made = await vectors.fill(encoder, passages)
    seconds = time.perf_counter() - started
    say("encoded", passages=len(passages), new=made, seconds=seconds, ms_each=1000 * seconds / made if made else 0.0)
    return vectors


def recall(index: Index, encoder: Encoder, asked: Sequence[Question], absent: Sequence[Question]) -> None:
    """Print how often the wanted article is among the first; then what the floor lets through."""
    row("", "@1", "@3", "@5", "@3, shown", "out of scope, shown")
    made = {one.text: encoder.query(one.text) for one in (*asked, *absent)}
    for mode in Mode:
        found = np.zeros(3)
        kept = shown = 0
        for one in asked:
            ranking = index.rank(one.text, one.locale, made[one.text], 6, mode)
            ids = [hit.id for hit in ranking.hits]
            found += [one.intent in ids[:at] for at in (1, 3, 5)]
            kept += one.intent in ids[:3] and is_enough(ranking)
        for one in absent:
            shown += is_enough(index.rank(one.text, one.locale, made[one.text], 6, mode))
        first, third, fifth = (found / len(asked)).tolist()
        shares = (first, third, fifth, kept / len(asked), shown / len(absent))
        row(mode, *(f"{100 * share:.1f} %" for share in shares))


def speed(documents: Sequence[Document], vectors: VectorFile, encoder: Encoder, asked: Sequence[Question]) -> None:
    """Print the time of one question, its encoding within it, over so many documents of one passage each."""
    row("\npassages", "p50 ms", "p99 ms", "words indexed in s")
    single = [Document(passage, one.texts[:1], (passage,)) for one in documents for passage in one.passages]
    for size in SIZES:
        numbered = [
            Document(f"{number}", one.texts, one.passages) for number, one in enumerate(islice(cycle(single), size))
        ]
        started = time.perf_counter()
        index = Index(numbered)
        built = time.perf_counter() - started
        rows = vectors.rows(index.passages)
        assert rows is not None
        index.with_meanings(rows)
        for mode in (Mode.BM25F, Mode.HYBRID):
            times = []
            for one in asked:
                before = time.perf_counter()
                vector = encoder.query(one.text) if mode is Mode.HYBRID else None
                index.rank(one.text, one.locale, vector, 10, mode)
                times.append(1000 * (time.perf_counter() - before))
            row(f"{mode}, {size}", *(f"{one:.1f}" for one in (percentile(times, 0.5), percentile(times, 0.99), built)))


async def main(glossary: bool) -> None:
    """Run all measurements."""
    documents = documents_of(Catalogue(read_articles()), load_phrases().titles)
    asked = questions()
    wanted = [one for one in asked if one.intent in {document.id for document in documents}]
    say("machine", cores=os.cpu_count() or 0, load=os.getloadavg()[0])
    say("questions", all=len(asked), with_an_article=len(wanted), locales=len({one.locale for one in asked}))
    encoder = Encoder(niceness=0)
    vectors = await vectors_of(documents, encoder)
    index = Index(documents, read_glossary() if glossary else None)
    rows = vectors.rows(index.passages)
    if rows is None:
        raise SystemExit("the encoder cannot run here (no AVX2)")
    index.with_meanings(rows)
    recall(index, encoder, wanted, out_of_scope())
    speed(documents, vectors, encoder, wanted)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Measure the search.")
    _parser.add_argument("--no-glossary", action="store_true", help="without the glossary's synonyms")
    asyncio.run(main(not _parser.parse_args().no_glossary))
