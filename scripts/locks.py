"""Brings the lock files up to date: exact versions with hashes, and no address in them."""

from __future__ import annotations

import os
import re
import sys

from scripts.common import ROOT, Stop, run, say

OURS = ("PIP_", "UV_")  # settings of this machine must not find their way into the files
COMMON = "--generate-hashes --python-version 3.11 --upgrade --quiet --no-header --no-annotate --no-config"
NO_ADDRESS = "--no-emit-index-url --no-emit-find-links"
LOCKS = {
    "service": ["pyproject.toml"],
    "dev": ["pyproject.toml", "--group", "dev", "--constraint", "requirements/service.lock"],
    "nlu": ["requirements/nlu.in", "--no-deps"],
}


def main() -> None:
    clean = {name: "" for name in os.environ if name.startswith(OURS)}
    for name, source in LOCKS.items():
        file = f"requirements/{name}.lock"
        command = [".venv/bin/uv", "pip", "compile", *source, *f"{COMMON} {NO_ADDRESS}".split()]
        command += ["--output-file", file]
        run(f"lock-{name}", command, environment=clean)
        found = re.search(r".*(://|^--|file:).*", (ROOT / file).read_text(), re.MULTILINE)
        if found:
            raise Stop(f"{file} names an address: {found[0]}")
        say(f"{file} is up to date")


if __name__ == "__main__":
    try:
        main()
    except Stop as stop:
        sys.exit(f"setup: {stop}")
