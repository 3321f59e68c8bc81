"""The models on disk: the current one, the one before it to go back to, and what the studio's ones were trained from.

There is a whole current model at every moment, whenever the process is killed. A running service notices a new one
within seconds. Beside the models lies a note of the code and files that somebody last decided on, so that the next
`make run` does not train a decision away.
"""

import asyncio
import os
import shutil
from pathlib import Path

from bot.model.errors import SettingsError
from bot.rasa_server import CURRENT, digest, is_rasa, read_run_file

FOLDER = CURRENT.parent
PREVIOUS = CURRENT.with_name("previous.tar.gz")
DATA = FOLDER / "data"  # what a model of the studio learned, by the model's hash
STAMP = CURRENT.with_name("current.stamp")
_ASIDE = CURRENT.with_name("aside.tar.gz")  # the model that is about to be the previous one
_PART = ".part"  # not whole yet


def exchange(root: Path) -> str:
    """Make the previous model the current one and keep the current one as the previous; return the hash of the new one.

    Raises SettingsError where there is none to go back to.
    """
    mend(root)
    current, previous, aside = root / CURRENT, root / PREVIOUS, root / _ASIDE
    for path in (current, previous):
        if not path.exists():
            raise SettingsError(f"{path.relative_to(root)} is missing: there is no model to go back to")
    _copy(current, aside)
    previous.replace(current)
    aside.replace(previous)
    return digest(current)


def put_in_place(root: Path, model: Path, data: Path, stamp: str) -> str:
    """Make a model of the studio the current one, with what it learned from and the note beside it; return its hash.

    Called again after it was killed in the middle it does what was left to do.
    """
    mend(root)
    current, previous, aside = root / CURRENT, root / PREVIOUS, root / _ASIDE
    fresh = digest(model)
    is_new = not current.exists() or digest(current) != fresh
    new = current.with_name("new.tar.gz")
    if is_new:  # all that needs room on the disk comes first
        _keep_data(root / DATA / fresh, data)
        _copy(model, new)
        if current.exists():
            _copy(current, aside)
    _write(root / STAMP, stamp)
    if is_new:
        if aside.exists():
            aside.replace(previous)
        new.replace(current)
    _forget_data(root)
    return fresh


def mend(root: Path) -> None:
    """Finish what was interrupted: a model put aside becomes the previous one if that has taken its place already."""
    for path in (root / FOLDER).glob(f"*{_PART}"):
        path.unlink()
    previous, aside = root / PREVIOUS, root / _ASIDE
    if not aside.exists():
        return
    if previous.exists():
        aside.unlink()
    else:
        aside.replace(previous)


def data_of(root: Path, model: str) -> Path | None:
    """Return the folder of what the model with this hash learned; None if the project's files, as of `make train`."""
    folder = root / DATA / model
    return folder if model and folder.is_dir() else None


async def taken(root: Path, state: Path, model: str, patience: float) -> bool | None:
    """Tell whether all running processes answer with this model before `patience` ends; None if none runs."""
    for left in range(int(patience), -1, -1):
        models = _answering(root, state)
        if models <= {model}:
            return True if models else None
        if left:
            await asyncio.sleep(1)
    return False


def _answering(root: Path, state: Path) -> set[str]:
    """Return the hashes of the models that Rasa processes of this folder answer with."""
    found = [read_run_file(path) for path in state.glob("rasa*.json")]
    return {server.model for server in found if server is not None and is_rasa(server.pid, root)}


def _copy(source: Path, target: Path) -> None:
    """Copy so that the target is whole or not there."""
    part = target.with_name(f"{target.name}{_PART}")
    with source.open("rb") as read, part.open("wb") as write:
        shutil.copyfileobj(read, write)
        write.flush()
        os.fsync(write.fileno())
    part.replace(target)


def _write(path: Path, content: str) -> None:
    part = path.with_name(f"{path.name}{_PART}")
    part.write_text(content, encoding="utf-8")
    part.replace(path)


def _keep_data(folder: Path, data: Path) -> None:
    if folder.exists():
        return
    part = folder.with_name(f"{folder.name}{_PART}")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(data, part)
    part.chmod(0o700)  # some of these sentences were people's own
    part.replace(folder)


def _forget_data(root: Path) -> None:
    """Keep what the two models learned, and nothing of older ones."""
    kept = {digest(path) for path in (root / CURRENT, root / PREVIOUS) if path.exists()}
    for folder in (root / DATA).glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
