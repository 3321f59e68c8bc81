"""Trains the model when something it is made of has changed; keeps the one before it.

A model that the studio published was trained from what people changed there, not from the files alone. It is trained
again when code or pipeline change, from the data kept beside it; changed files wait for the next training in the studio.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path
from time import monotonic

from nlu.made_of import CODE, CONFIG, DATA, DOMAIN, code_hash, stamp
from scripts.common import CACHE, ROOT, Stop, run, say, signs_of_life

MODELS = ROOT / "models"
CURRENT, PREVIOUS, STAMP = (MODELS / name for name in ("current.tar.gz", "previous.tar.gz", "current.stamp"))
KEPT = MODELS / "data"  # what models of the studio learned, by the model's hash
STAGES = {
    "E5Encoder": "sentences become vectors",
    "LetterGrams": "runs of letters are counted",
    "TemperedClassifier": "the classifier learns, the longest part",
}


def train(force: bool = False) -> None:
    """Check the data, train, and put the new model in place; does nothing when nothing changed."""
    learned = _studios_data()
    source = learned or ROOT
    _check_paths(source)
    made_of = stamp(ROOT)
    known = STAMP.read_text() if CURRENT.exists() and STAMP.exists() else ""
    if not force and known == made_of:
        return
    if not force and _in_studio() and known.startswith(code_hash(ROOT)):
        say(
            "files in nlu/data or dialogues/domain changed, and the studio has changes of its own: train there to take both"
        )
        return
    say(
        "training the model: five to fifteen minutes on two cores the first time, less when only some sentences are new"
    )
    started = monotonic()
    _put_in_place(_trained(source), learned)
    STAMP.write_text(made_of)
    say(f"{CURRENT.relative_to(ROOT)} is trained, in {monotonic() - started:.0f} s")


def _trained(source: Path) -> Path:
    data, domain = source / DATA, source / DOMAIN
    paths = ["--config", str(ROOT / CONFIG), "--domain", str(domain)]
    _rasa(
        "validate", "the sentences are checked", ["data", "validate", "--fail-on-warnings", "--data", str(data), *paths]
    )
    new = CACHE / "models"
    _rasa(
        "train",
        "Rasa starts",
        ["train", "nlu", "--nlu", str(data), "--out", str(new), "--fixed-model-name", "new", *paths],
    )
    return new / "new.tar.gz"


def _put_in_place(new: Path, learned: Path | None) -> None:
    MODELS.mkdir(exist_ok=True)
    STAMP.unlink(missing_ok=True)
    if learned:  # the new one learned what the old one did
        shutil.copytree(learned, KEPT / _digest(new), dirs_exist_ok=True)
    if CURRENT.exists():  # copied, so that there is a current one at every moment
        shutil.copyfile(CURRENT, PREVIOUS)
    new.replace(CURRENT)


def _studios_data() -> Path | None:
    """Return what the current model learned, if it is one of the studio."""
    folder = KEPT / _digest(CURRENT) if CURRENT.exists() else None
    return folder if folder and folder.is_dir() else None


def _in_studio() -> bool:
    """Tell whether the current model or the one before it is of the studio: somebody works there."""
    return KEPT.is_dir() and any(KEPT.iterdir())


def _digest(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


def _check_paths(source: Path) -> None:
    """Rasa silently trains without a folder that it cannot find."""
    data, domain = source / DATA, source / DOMAIN
    for path in (ROOT / CONFIG, data, domain, *(ROOT / path for path in CODE)):
        if not path.exists():
            raise Stop(f"{path.relative_to(ROOT)} is missing, the model is made of it")
    for folder in (data, domain):
        if not any(folder.rglob("*.yml")):
            raise Stop(f"{folder.relative_to(ROOT)} holds no .yml file, the model is made of them")


def _rasa(name: str, stage: str, arguments: list[str]) -> None:
    python = ROOT / ".venv-nlu" / "bin" / "python"
    one_thread = {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }  # the fit is slower with more; the encoder takes all
    told = Told(stage)
    with signs_of_life(lambda: f"training: {told.stage}"):
        run(name, [str(python), "-m", "nlu.rasa", *arguments], told, one_thread)


class Told:
    """Turns Rasa's lines into ours, and knows from them what it is at."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        say(f"training: {stage}")

    def __call__(self, line: str) -> None:
        if found := re.search(r"Starting to train component '(\w+)'", line):
            self.stage = STAGES.get(found[1], found[1])
            say(f"training: {self.stage}")
        found = re.match(r"progress: (\d+) of (\d+) ", line)
        if found and (int(found[1]) % 1000 == 0 or found[1] == found[2]):
            say(line.replace("progress:", "training:"))


if __name__ == "__main__":
    try:
        train(force="--force" in sys.argv)
    except Stop as stop:
        sys.exit(f"setup: {stop}")
