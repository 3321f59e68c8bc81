"""Trains the model when something it is made of has changed; keeps the one before it."""

from __future__ import annotations

import re
import shutil
import sys
from time import monotonic

from scripts.common import CACHE, ROOT, Stop, fingerprint, run, say

CONFIG = ROOT / "config.yml"
DATA = ROOT / "nlu" / "data"
DOMAIN = ROOT / "dialogues" / "domain"
MODULES = ("components.py", "e5_file.py", "e5_graph.py", "e5_tokens.py", "letters.py", "classifier.py", "featurizer.py")
CODE = [
    ROOT / "nlu" / "normalise.py",
    *(ROOT / "nlu" / "rasa" / name for name in MODULES),
    ROOT / "nlu" / "rasa" / "e5_adaptation.npz",
    ROOT / "requirements" / "nlu.lock",
]
MODELS = ROOT / "models"
CURRENT, PREVIOUS, STAMP = (MODELS / name for name in ("current.tar.gz", "previous.tar.gz", "current.stamp"))


def train(force: bool = False) -> None:
    """Check the data, train, and put the new model in place; does nothing when nothing changed."""
    _check_paths()
    made_of = fingerprint(_ingredients())
    if not force and CURRENT.exists() and STAMP.exists() and STAMP.read_text() == made_of:
        return
    say("training the model: about four minutes the first time, one minute later")
    started = monotonic()
    paths = ["--config", str(CONFIG), "--domain", str(DOMAIN)]
    _rasa("validate", ["data", "validate", "--fail-on-warnings", "--data", str(DATA), *paths])
    new = CACHE / "models"
    _rasa("train", ["train", "nlu", "--nlu", str(DATA), "--out", str(new), "--fixed-model-name", "new", *paths])
    MODELS.mkdir(exist_ok=True)
    STAMP.unlink(missing_ok=True)
    if CURRENT.exists():  # copied, so that there is a current one at every moment
        shutil.copyfile(CURRENT, PREVIOUS)
    (new / "new.tar.gz").replace(CURRENT)
    STAMP.write_text(made_of)
    say(f"{CURRENT.relative_to(ROOT)} is trained, in {monotonic() - started:.0f} s")


def _check_paths() -> None:
    """Rasa silently trains without a folder that it cannot find."""
    for path in (CONFIG, DATA, DOMAIN, *CODE):
        if not path.exists():
            raise Stop(f"{path.relative_to(ROOT)} is missing, the model is made of it")
    for folder in (DATA, DOMAIN):
        if not any(folder.rglob("*.yml")):
            raise Stop(f"{folder.relative_to(ROOT)} holds no .yml file, the model is made of them")


def _ingredients() -> list[bytes | str]:
    files = sorted([*DATA.rglob("*.yml"), *DOMAIN.rglob("*.yml"), *CODE])
    parts: list[bytes | str] = [_model_part(CONFIG.read_text())]
    for file in files:
        parts += [str(file.relative_to(ROOT)), file.read_bytes()]
    return parts


def _model_part(config: str) -> str:
    """Return the lines that the model is made of: no comments, and not the block `service:`."""
    kept: list[str] = []
    in_service = False
    for line in (line.split("#")[0].rstrip() for line in config.splitlines()):
        if line and not line.startswith(" "):
            in_service = line == "service:" or line.startswith("service: ")
        if line and not in_service:
            kept.append(line)
    return "\n".join(kept)


def _rasa(name: str, arguments: list[str]) -> None:
    python = ROOT / ".venv-nlu" / "bin" / "python"
    one_thread = {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }  # the fit is slower with more; the encoder takes all
    run(name, [str(python), "-m", "nlu.rasa", *arguments], _show_progress, one_thread)


def _show_progress(line: str) -> None:
    found = re.match(r"progress: (\d+) of (\d+) (.*)", line)
    if found and (int(found[1]) % 1000 == 0 or found[1] == found[2]):
        say(line.replace("progress:", "training:"))


if __name__ == "__main__":
    try:
        train(force="--force" in sys.argv)
    except Stop as stop:
        sys.exit(f"setup: {stop}")
