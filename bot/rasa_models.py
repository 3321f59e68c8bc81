"""The two models on disk: the current one, and the one before it to go back to."""

import asyncio
import shutil
from pathlib import Path

from bot.model.errors import SettingsError
from bot.rasa_process import CURRENT, digest, is_rasa, read_run_file

PREVIOUS = CURRENT.with_name("previous.tar.gz")


def exchange(root: Path) -> str:
    """Make the previous model the current one and keep the current one as the previous; return the hash of the new one.

    There is a whole current model at every moment. A running service notices within seconds. The note of what the model
    was trained from stays, so that the next `make run` does not train the change of mind away. Raises SettingsError.
    """
    current, previous = root / CURRENT, root / PREVIOUS
    for path in (current, previous):
        if not path.exists():
            raise SettingsError(f"{path.relative_to(root)} is missing: there is no model to go back to")
    aside = previous.with_suffix(".new")
    shutil.copyfile(current, aside)
    previous.replace(current)
    aside.replace(previous)
    return digest(current)


async def taken(root: Path, state: Path, model: str, patience: float) -> bool | None:
    """Tell whether all running processes answer with this model before `patience` ends; None if none runs."""
    for _ in range(int(patience) + 1):
        models = _answering(root, state)
        if models <= {model}:
            return True if models else None
        await asyncio.sleep(1)
    return False


def _answering(root: Path, state: Path) -> set[str]:
    """Return the hashes of the models that Rasa processes of this folder answer with."""
    found = [read_run_file(path) for path in state.glob("rasa*.json")]
    return {server.model for server in found if server is not None and is_rasa(server.pid, root)}
