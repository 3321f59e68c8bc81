"""`python -m knowledge rank`: ranks any corpus for any questions with the search of the product, to measure it."""

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.encoder import Encoder
from bot.vectors import VectorFile
from knowledge.fields import ContentError
from knowledge.glossary import read_glossary
from knowledge.search.documents import Text, document
from knowledge.search.guess import language_of, languages_of
from knowledge.search.index import Index, Mode
from knowledge.search.jsonl import Row, read_rows, write_rows

_SAY_EVERY = 5.0  # seconds


def add_arguments(parser: ArgumentParser) -> None:
    """Name the arguments of the command."""
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines: id, text[, locale][, title]")
    parser.add_argument("--queries", type=Path, required=True, help="JSON lines: id, text[, locale]")
    parser.add_argument("--output", type=Path, required=True, help="JSON lines: id, ranked, scores")
    parser.add_argument("--top", type=int, default=10, help="how many documents of each ranking (10)")
    parser.add_argument("--mode", choices=[str(mode) for mode in Mode], default=str(Mode.HYBRID))
    parser.add_argument("--vectors", type=Path, help="folder that keeps vectors, so that nothing is encoded twice")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Run the command; 0 when the ranking was written."""
    try:
        rank(options)
    except ContentError as error:
        for problem in error.problems:
            _say(f"error: {problem}")
        return 1
    return 0


def rank(options: Namespace) -> None:
    """Carry the command out. Raises ContentError before anything is written."""
    if options.top < 1:
        raise ContentError(["--top must be at least 1"])
    if not options.output.resolve().parent.is_dir():
        raise ContentError([f"{options.output}: there is no such folder"])
    corpus, queries = read_rows(options.corpus, ("locale", "title")), read_rows(options.queries, ("locale",))
    if not corpus:
        raise ContentError([f"{options.corpus}: there is nothing to rank"])
    corpus = _with_languages(corpus)
    known = {row.locale for row in corpus}
    queries = [row if row.locale else replace(row, locale=language_of(row.text, known)) for row in queries]
    write_rows(options.output, _ranked(corpus, queries, options))


def _with_languages(rows: Sequence[Row]) -> list[Row]:
    nameless = [row for row in rows if not row.locale]
    found = dict(zip((row.id for row in nameless), languages_of([row.text for row in nameless]), strict=True))
    return [replace(row, locale=found.get(row.id, row.locale)) for row in rows]


def _ranked(corpus: Sequence[Row], queries: Sequence[Row], options: Namespace) -> list[dict[str, Any]]:
    mode = Mode(options.mode)
    started = time.perf_counter()
    index = Index([document(row.id, Text(row.title, row.text, row.locale)) for row in corpus], read_glossary())
    _say(f"indexed {len(corpus)} documents by their words in {time.perf_counter() - started:.1f} s")
    encoder = Encoder(niceness=0)
    if mode is not Mode.BM25F:
        _encode(index, encoder, options.vectors)
    rows: list[dict[str, Any]] = []
    times: list[float] = []
    told = time.perf_counter()
    for query in queries:
        before = time.perf_counter()
        vector = encoder.query(query.text) if index.has_meanings else None
        ranking = index.rank(query.text, query.locale, vector, options.top, mode)
        times.append(time.perf_counter() - before)
        scores = [round(hit.score, 6) for hit in ranking.hits]
        rows.append({"id": query.id, "ranked": [hit.id for hit in ranking.hits], "scores": scores})
        if time.perf_counter() - told > _SAY_EVERY:
            told = time.perf_counter()
            _say(f"ranked {len(rows)} of {len(queries)} queries")
    _say_times(times)
    return rows


def _encode(index: Index, encoder: Encoder, folder: Path | None) -> None:
    """Give the index its vectors. Raises ContentError where there can be none: who asks for them must get them."""
    if not encoder.available:
        raise ContentError(["this processor cannot run the encoder (no AVX2); use --mode bm25f"])
    started = time.perf_counter()
    with TemporaryDirectory(prefix="guichet-vectors-") as temporary:
        vectors = VectorFile(folder or Path(temporary))
        made = asyncio.run(vectors.fill(encoder, index.passages, _Progress()))
        rows = vectors.rows(index.passages)
    if rows is None:
        raise ContentError(["no text of the corpus holds a word"])
    index.with_meanings(rows)
    _say(f"encoded {made} new of {len(index.passages)} passages in {time.perf_counter() - started:.1f} s")


class _Progress:
    """Tells every few seconds how many passages are encoded."""

    def __init__(self) -> None:
        self._told = time.perf_counter()

    def __call__(self, done: int, total: int) -> None:
        if time.perf_counter() - self._told > _SAY_EVERY:
            self._told = time.perf_counter()
            _say(f"encoded {done} of {total} passages")


def _say_times(times: Sequence[float]) -> None:
    if times:
        ordered = sorted(times)
        p50, p99 = (ordered[int(share * (len(ordered) - 1))] * 1000 for share in (0.5, 0.99))
        _say(f"ranked {len(times)} queries; each took p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def _say(line: str) -> None:
    sys.stderr.write(f"rank: {line}\n")
    sys.stderr.flush()
