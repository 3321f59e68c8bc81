"""The file of figures, with its tables and plots beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from nlu.rasa.compare import tables
from nlu.rasa.compare.figures import Json
from nlu.rasa.compare.material import Material

STUDIES = ("ablation", "learning_curve")

Draw = Callable[[str, list[Json]], str]  # a study and its rows, into SVG


class Result:
    """Pipelines and each study keep what they were measured on, so that one file may hold figures of different runs."""

    def __init__(self, path: Path, material: Material, draw: Draw) -> None:
        self._path = path
        self._draw = draw
        self._content: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._material = material.told()

    def put_pipeline(self, name: str, figures: Json) -> None:
        """Write them beside those of other pipelines, if these had the same wordings and cases; otherwise alone."""
        known = self._content.get("pipelines", {})
        others = known["measured"] if known.get("material") == self._material else {}
        self._write("pipelines", {**others, name: figures})

    def put_study(self, name: str, rows: list[Json]) -> None:
        """Write the rows, all there are so far, and their plot."""
        self._write(name, rows)
        plot = self._path.with_name(f"{name.replace('_', '-')}.svg")
        plot.write_text(self._draw(name, rows) + "\n", encoding="utf-8")

    def _write(self, part: str, measured: Json | list[Json]) -> None:
        self._content[part] = {"material": self._material, "measured": measured}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(self._path)
        self._path.with_suffix(".md").write_text("\n".join(tables.page(self._content)) + "\n", encoding="utf-8")
