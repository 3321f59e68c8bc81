"""Reads the platforms' payloads that the tests keep as files, each named by its condition."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2] / "payloads"


def names(channel: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / channel).glob("*.json"))


def load(channel: str, name: str) -> object:
    return json.loads((ROOT / channel / f"{name}.json").read_text())
