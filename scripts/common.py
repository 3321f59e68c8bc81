"""What the set-up scripts share; standard library only, and readable by any Python from 3.8 on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


class Stop(Exception):
    """Set-up cannot go on; the text is the one line a person reads."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


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
