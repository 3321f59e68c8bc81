"""Programs that a training runs beside the service: behind everything else, ended with the service, heard as they go."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.rasa_server import open_log

NICENESS = 10
_PROGRESS = re.compile(rb"progress: (\d+) of (\d+)|Starting to train component")

Heard = Callable[[int, int], None]


async def rasa(root: Path, arguments: Sequence[object], temporary: Path, log: Path, heard: Heard) -> bool:
    """Run Rasa's command line in its own environment; tell whether it succeeded."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the fit is slower with more
    python = root / ".venv-nlu" / "bin" / "python"
    return await _run(root, (python, "-m", "nlu.rasa", *arguments), temporary, log, heard, one_thread)


async def comparison(root: Path, task: Path, temporary: Path, log: Path, heard: Heard) -> bool:
    """Compare two models as `nlu.evaluation.compare` does; tell whether it succeeded."""
    command = (sys.executable, "-m", "nlu.evaluation.compare", task)
    return await _run(root, command, temporary, log, heard, {})


async def _run(
    root: Path, command: Sequence[object], temporary: Path, log: Path, heard: Heard, more: dict[str, str]
) -> bool:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {"TMPDIR": str(temporary), "GUICHET_PARENT": str(os.getpid()), "GUICHET_NICE": str(NICENESS)}
    process = await asyncio.create_subprocess_exec(
        *map(str, command), cwd=root, env=kept | own | more, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
        start_new_session=True,  # Ctrl-C is for the service, which then ends it
    )  # fmt: skip
    try:
        await _listen(process, log, heard)
        return await process.wait() == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listen(process: Process, log: Path, heard: Heard) -> None:
    """Keep the lines in the log; pieces, not lines, since a line may be longer than the reader's limit."""
    assert process.stdout is not None  # noqa: S101 - asked for as a pipe
    with open_log(log) as output:
        while piece := await process.stdout.read(1 << 16):
            output.write(piece)
            for done, total in _PROGRESS.findall(piece):
                heard(int(done or 0), int(total or 0))  # of a new component nobody knows how far it is
