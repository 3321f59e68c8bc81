"""What a model is made of, as hashes: code and settings on one side, what people write on the other.

Standard library only, and readable by any Python from 3.8 on: the set-up reads it before anything is installed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

DATA, DOMAIN = (
    Path("nlu", "data"),
    Path("dialogues", "domain"),
)  # in the project, and in a folder of what a model learned
CONFIG = Path("config.yml")
_MODULES = (
    "components.py", "e5_file.py", "e5_graph.py", "e5_tokens.py", "kept.py", "letters.py", "classifier.py", "featurizer.py",
)  # fmt: skip
CODE = (
    Path("nlu", "normalise.py"),
    *(Path("nlu", "rasa", name) for name in _MODULES),
    Path("nlu", "rasa", "e5_adaptation.npz"),
    Path("requirements", "nlu.lock"),
)


def fingerprint(parts: Iterable[bytes | str]) -> str:
    """Return one hash of all parts, each with its length, so that nothing can move between them."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def code_hash(root: Path) -> str:
    """Return the hash of how a model is made: the pipeline's settings and code."""
    parts: list[bytes | str] = [model_part((root / CONFIG).read_text(encoding="utf-8"))]
    for path in CODE:
        parts += [path.as_posix(), (root / path).read_bytes()]
    return fingerprint(parts)


def data_hash(folder: Path) -> str:
    """Return the hash of what a model learns: wordings and intents below the folder, the project's or an export's."""
    parts: list[bytes | str] = []
    for path in sorted([*(folder / DATA).rglob("*.yml"), *(folder / DOMAIN).rglob("*.yml")]):
        parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    return fingerprint(parts)


def stamp(root: Path) -> str:
    """Return what the note beside the current model says: the code and the files as somebody last decided on them."""
    return f"{code_hash(root)}\n{data_hash(root)}\n"


def model_part(config: str) -> str:
    """Return the lines that the model is made of: no comments, and not the block `service:`."""
    kept: list[str] = []
    in_service = False
    for line in (line.split("#")[0].rstrip() for line in config.splitlines()):
        if line and not line.startswith(" "):
            in_service = line == "service:" or line.startswith("service: ")
        if line and not in_service:
            kept.append(line)
    return "\n".join(kept)
