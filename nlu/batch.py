"""Ranks for many utterances at once: the model is loaded into a process that ends with the last of them."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from bot.model.errors import InterpreterUnavailable, SettingsError
from bot.model.understanding import Ranked
from bot.rasa_server import open_log
from nlu.long_text import pieces
from nlu.normalise import normalise
from nlu.questions import questions
from nlu.rasa_client import ranked

ENDING = 10.0  # seconds after the last answer
SAY_EVERY = 1000  # utterances between two words of progress

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RankedTable:
    """Answers as `RasaClient` does, from rankings made beforehand."""

    rankings: Mapping[str, tuple[Ranked, ...]] = field(repr=False)

    async def parse(self, text: str, *, urgent: bool = False) -> tuple[Ranked, ...]:
        """Return the likeliest intents, best first. Raises InterpreterUnavailable for a text that was not ranked."""
        text = normalise(text)
        if not text:
            return ()
        try:
            return self.rankings[text]
        except KeyError:
            raise InterpreterUnavailable("the table has no ranking of this text") from None


async def rank_all(
    root: Path, model: Path, log: Path, texts: Iterable[str], topics: Mapping[str, str], tell: Progress,
    keep: bool = False,
) -> RankedTable:  # fmt: skip
    """Rank each different text once; `log` gets what Rasa complains about, never a text.

    `keep`: the vectors are kept for the next model; for test sentences only.

    Raises SettingsError without Rasa's environment or a model, InterpreterUnavailable if Rasa ends before the last text.
    """
    parts = chain.from_iterable((*pieces(text), *(part.text for part in questions(text))) for text in texts)
    different = list(dict.fromkeys(filter(None, map(normalise, parts))))
    if not different:
        return RankedTable({})
    tell(f"loading the model to rank {len(different)} different texts")
    process = await _start(root, model, log, keep)
    try:
        assert process.stdin is not None  # noqa: S101 - asked for as a pipe
        _, lines = await asyncio.gather(_write(process.stdin, different), _read(process, len(different), tell))
        with suppress(TimeoutError):  # it may still have to say in the log what was wrong
            await asyncio.wait_for(process.wait(), ENDING)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if len(lines) != len(different):
        raise InterpreterUnavailable(f"Rasa ranked {len(lines)} of {len(different)} texts; {log} says why")
    return RankedTable({text: ranked(json.loads(line), topics) for text, line in zip(different, lines, strict=True)})


async def _start(root: Path, model: Path, log: Path, keep: bool) -> Process:
    python = root / ".venv-nlu" / "bin" / "python"
    for path in (python, model):
        if not path.exists():
            raise SettingsError(f"{path} is missing: run `make setup`")
    with open_log(log) as errors:
        return await asyncio.create_subprocess_exec(
            *(python, "-m", "nlu.rasa.rank", root / model, *(("keep",) if keep else ())),
            cwd=root,
            env=_environment(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
        )


async def _write(pipe: asyncio.StreamWriter, texts: Sequence[str]) -> None:
    with suppress(ConnectionError):  # it ended: the missing answers tell
        for text in texts:
            pipe.write(json.dumps(text).encode() + b"\n")
            await pipe.drain()
    pipe.close()


async def _read(process: Process, expected: int, tell: Progress) -> list[bytes]:
    lines: list[bytes] = []
    assert process.stdout is not None  # noqa: S101 - asked for as a pipe
    async for line in process.stdout:
        lines.append(line)
        if len(lines) % SAY_EVERY == 0 or len(lines) == expected:
            tell(f"ranked {len(lines)} of {expected} texts")
    return lines


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "OMP_NUM_THREADS": str(os.cpu_count() or 1), "GUICHET_PARENT": str(os.getpid())}
