"""Measures one model in a process of its own, on one core: `python -m nlu.rasa.compare.measure MODEL TEXTS RESULT`."""

from __future__ import annotations

import json
import os
import statistics
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter, process_time

from nlu.rasa.__main__ import QUIET, end_with_parent
from nlu.rasa.compare.figures import Json
from nlu.rasa.rank import BATCH, Ranking, load

WARM_UP, SINGLE = 20, 500  # messages: not timed, and timed one by one


def measure(model: Path, texts: list[str]) -> Json:
    """Return the rankings of the texts, the times and the memory of a process that takes one message at a time."""
    started = monotonic()
    rank = load(model)
    loading = monotonic() - started
    step = max(1, len(texts) // SINGLE)  # from all locales
    for text in texts[:WARM_UP]:
        rank([text])
    busy = process_time()
    times = [_milliseconds(rank, text) for text in texts[::step][:SINGLE]]
    busy = (process_time() - busy) / len(times)
    memory = _memory_mb()
    start = process_time()
    rankings = [ranking for at in range(0, len(texts), BATCH) for ranking in rank(texts[at : at + BATCH])]
    batches = process_time() - start
    return {
        "loading_s": round(loading, 1),
        "rss_mb": memory,
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(statistics.quantiles(times, n=100)[-1], 1),
        "processor_ms": round(1000 * busy, 1),  # this and the next, however busy the machine is with other things
        "batch_messages_per_s": round(len(texts) / batches),
        "rankings": rankings,
    }


def _milliseconds(rank: Callable[[list[str]], list[Ranking]], text: str) -> float:
    started = perf_counter()
    rank([text])
    return 1000 * (perf_counter() - started)


def _memory_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def main() -> None:
    """Take one core before any library counts them."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.update(QUIET, OMP_NUM_THREADS="1")
    warnings.showwarning = lambda *_, **__: None
    parent = os.environ.pop("GUICHET_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    model, texts, result = map(Path, sys.argv[1:])
    measured = measure(model, json.loads(texts.read_text(encoding="utf-8")))
    result.write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
