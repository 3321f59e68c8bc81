"""Rasa's command line for this project: no telemetry, no flood, and nothing outlives the process that asked.

`python -m nlu.rasa run …` inside Rasa's environment; `bot.rasa_process` and `scripts.train` call it.
"""

import ctypes
import os
import signal
import sys
import warnings
from pathlib import Path

QUIET = {
    "HOME": str(Path(".cache/home").resolve()),  # Rasa and Keras leave files there
    "LOG_LEVEL": "WARNING",  # at debug level Rasa logs what people write
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "RASA_CACHE_DIRECTORY": ".cache/rasa",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in linux/prctl.h


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process when the thread that started it ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could ask
        sys.exit(1)


def main() -> None:
    """Run Rasa with the given arguments; its token comes by `RASA_TOKEN`, since arguments are public."""
    os.environ.update(QUIET)
    if "run" in sys.argv:  # a filter would not do, Rasa sets its own; in training its warnings matter
        warnings.showwarning = lambda *_, **__: None
    if "train" in sys.argv[1:2]:  # it tells then which component learns, and nothing of any sentence
        os.environ["LOG_LEVEL"] = "INFO"
    parent = os.environ.pop("GUICHET_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    os.nice(int(os.environ.pop("GUICHET_NICE", "0")))
    token = os.environ.pop("RASA_TOKEN", None)
    sys.argv = ["rasa", *sys.argv[1:], *(["--auth-token", token] if token else [])]
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
