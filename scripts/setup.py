"""Sets everything up that is not there yet: `python3 -m scripts.setup [--dev]`; called by the Makefile."""

from __future__ import annotations

import fcntl
import sys

from scripts.common import CACHE, Stop
from scripts.environments import make_environments
from scripts.train import train


def main() -> int:
    CACHE.mkdir(exist_ok=True)
    try:
        with (CACHE / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` may come at the same time
            make_environments(development="--dev" in sys.argv)
            train()
    except Stop as stop:
        print(f"setup: {stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
