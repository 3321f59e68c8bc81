"""`make bench-nlu`: how fast the understanding is, and what a second process brings. Figures, no verdicts.

Each process is bound to a core of its own; this program, which asks, shares them. Figures of one run stand beside each
other as ratios: only those can be compared between machines.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from bot.assemble import locate
from bot.rasa_pool import RasaPool
from bot.rasa_process import RasaProcess
from nlu.commands import CASES, known_intents
from nlu.evaluation.cases import read_cases
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.predict import escape
from nlu.rasa_client import RasaClient, RasaClients, load_topics
from tests.bench import percentile, rss, say
from tests.support.service import ROOT

AT_ONCE = (1, 8, 32)
PROCESSES = 2
_TIMEOUT, _START = 60.0, 300.0
_LONG = 10_000  # characters

Ask = Callable[[str], Awaitable[object]]


@dataclass
class Run:
    """The times of one run, in seconds."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def tell(self, what: str, **more: float) -> None:
        """Print its figures."""
        p50, p99 = percentile(self.times, 0.5) * 1000, percentile(self.times, 0.99) * 1000
        say(what, messages=len(self.times), p50_ms=p50, p99_ms=p99, per_second=self.rate, **more)


def sentences() -> list[str]:
    """Return what people write: the test cases of all locales, in an order that mixes them and is always the same."""
    texts = [case.text for case in read_cases(ROOT / CASES, known_intents(ROOT)) if case.needs_rasa]
    random.Random(1).shuffle(texts)  # noqa: S311
    return texts


async def measure(ask: Ask, texts: Sequence[str], at_once: int, count: int) -> Run:
    """Ask for `count` texts, never more than `at_once` of them at a time; an error ends the measurement."""
    run, waiting = Run(), list(islice(cycle(texts), count))

    async def asker() -> None:
        while waiting:
            text, before = waiting.pop(), time.perf_counter()
            await ask(text)
            run.times.append(time.perf_counter() - before)

    started = time.perf_counter()
    await asyncio.gather(*(asker() for _ in range(at_once)))
    run.seconds = time.perf_counter() - started
    return run


def bind(process: RasaProcess, core: int) -> int:
    """Let a process run on one core only, with all its threads; return its id."""
    assert process.server is not None
    for thread in Path(f"/proc/{process.server.pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core % (os.cpu_count() or 1)})
    return process.server.pid


async def over_http(texts: Sequence[str], count: int) -> None:
    """One process, then two, in turns, so that both meet the same disturbances of the machine."""
    topics = load_topics(ROOT / "dialogues" / "domain")
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        async with RasaPool(ROOT, PROCESSES, state=Path(folder)) as pool:
            async with asyncio.timeout(_START):
                while pool.ready < PROCESSES:  # noqa: ASYNC110 - processes tell nobody
                    await asyncio.sleep(0.5)
            pids = [bind(process, core) for core, process in enumerate(pool.processes)]
            clients = [RasaClient(partial(locate, one), topics, timeout=_TIMEOUT) for one in pool.processes]
            one, all_of_them = RasaClients(clients[:1]), RasaClients(clients)
            await _compare(one, all_of_them, texts, count)
            await _whole(one, texts, count)
            say("memory", **{f"rasa_{number}_mb": rss(pid) for number, pid in enumerate(pids, 1)})
            await all_of_them.close()


async def _compare(one: RasaClients, many: RasaClients, texts: Sequence[str], count: int) -> None:
    await measure(many.parse, texts, 2 * PROCESSES, 40)  # what happens only once
    alone = 0.0
    for at_once in AT_ONCE:
        single = await measure(one.parse, texts, at_once, count)
        alone = alone or single.rate
        single.tell("one process", at_once=at_once, to_one_at_once=single.rate / alone)
        double = await measure(many.parse, texts, at_once, count)
        double.tell(f"{PROCESSES} processes", at_once=at_once, to_one_process=double.rate / single.rate)


async def _whole(ranker: RasaClients, texts: Sequence[str], count: int) -> None:
    """The whole understanding: language, keywords and entities beside the ranking; then texts of the greatest length."""
    interpreter = Interpreter(ranker, Keywords.load(KEYWORDS))
    interpreter.warm_up()
    ranking = await measure(ranker.parse, texts, 1, count)
    whole = await measure(interpreter.understand, texts, 1, count)
    whole.tell("interpreter, one at once", to_ranking_alone=ranking.rate / whole.rate)
    long = [" ".join(islice(cycle(texts[at:]), 400))[:_LONG] for at in range(20)]
    longest = await measure(interpreter.understand, long, 1, len(long))
    longest.tell(f"interpreter, {_LONG} characters", to_short=whole.rate / longest.rate)


async def predicted(texts: Sequence[str], sizes: Sequence[int]) -> None:
    """`python -m nlu predict` as a process; two sizes tell the start from the work."""
    took = []
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        for size in sizes:
            table = _table(Path(folder, f"{size}.tsv"), texts, size)
            arguments = ("-m", "nlu", "predict", "--input", str(table), "--output", f"{table}.out")
            started = time.perf_counter()
            process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
            assert await process.wait() == 0
            took.append(time.perf_counter() - started)
    rate = (sizes[1] - sizes[0]) / (took[1] - took[0])
    say("predict", rows=sizes[1], seconds=took[1], start_s=took[0] - sizes[0] / rate, per_second=rate)


def _table(path: Path, texts: Sequence[str], size: int) -> Path:
    """Write a table of texts that are all different: `predict` ranks equal ones once."""
    rows = (f"{number}\t{escape(f'{number} {text}')}\n" for number, text in enumerate(islice(cycle(texts), size)))
    path.write_text("id\ttext\n" + "".join(rows))
    return path


async def main(count: int, sizes: Sequence[int]) -> None:
    """Run all measurements with the current model."""
    texts = sentences()
    say("machine", cores=os.cpu_count(), load=os.getloadavg()[0], texts=len(texts))
    await over_http(texts, count)
    await predicted(texts, sizes)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Measure the understanding.")
    _parser.add_argument("--count", type=int, default=400, help="messages of each run")
    _parser.add_argument("--rows", type=int, nargs=2, default=[200, 4000], help="sizes of the tables to predict")
    _given = _parser.parse_args()
    asyncio.run(main(_given.count, _given.rows))
