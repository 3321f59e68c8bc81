"""What the set-up scripts share; standard library only, and readable by any Python from 3.8 on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
SIGN_EVERY = 20.0  # seconds between two signs of life of long work


class Stop(Exception):
    """Set-up cannot go on; the text is the one line a person reads."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


@contextmanager
def signs_of_life(doing: Callable[[], str]) -> Iterator[None]:
    """Tell now and then what is being done and for how long, as long as the block goes on."""
    ended, started = Event(), monotonic()

    def tell() -> None:
        while not ended.wait(SIGN_EVERY):
            minutes, seconds = divmod(int(monotonic() - started), 60)
            say(f"{doing()}, {minutes}:{seconds:02} min so far")

    teller = Thread(target=tell, name="signs of life", daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def run(
    name: str,
    command: list[str],
    on_line: Callable[[str], None] = lambda _: None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in `.cache/log/<name>.log`; a failure tells the last lines of it."""
    log = CACHE / "log" / f"{name}.log"
    temporary = CACHE / "tmp"
    for folder in (log.parent, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "TMPDIR": str(temporary), **(environment or {})}
    last: list[str] = []
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in process.stdout or ():
            output.write(line)
            last = [*last[-4:], line.rstrip()]
            on_line(line.rstrip())
    if process.wait() != 0:
        raise Stop("\n  ".join([f"{name} failed, all of it is in {log.relative_to(ROOT)}:", *last]))
