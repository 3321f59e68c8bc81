"""Compares pipelines, leaves parts out, and draws the learning curve: `python -m nlu.rasa.compare`, or `make nlu-compare`.

Runs in Rasa's environment. Each figure is written as soon as it is known; a later run adds to it what is measured on
the same wordings and cases.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nlu.rasa.__main__ import QUIET
from nlu.rasa.compare import tables
from nlu.rasa.compare.figures import Json
from nlu.rasa.compare.material import Material, read
from nlu.rasa.compare.pipelines import compare, configurations, keywords_only, ours

ROOT = Path(__file__).resolve().parents[3]
OUTPUT = Path("docs", "nlu", "comparison.json")
STEPS = ("keywords", "ours", "use", "n_grams", "ablation", "learning_curve", "diet")
EPOCHS = 100  # Rasa's default


class Result:
    """The file of figures, with its plots and its tables beside it."""

    def __init__(self, path: Path, material: Material) -> None:
        self._path = path
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        told = material.told()
        self._content: Json = known if known.get("material") == told else {"material": told, "pipelines": {}}

    def put(self, name: str, part: Json | list[Json]) -> None:
        """Write the part and what is drawn from it."""
        if isinstance(part, list):
            self._content[name] = part
        else:
            self._content["pipelines"][name] = part
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(self._path)
        self._path.with_suffix(".md").write_text("\n".join(tables.page(self._content)) + "\n", encoding="utf-8")
        if isinstance(part, list):
            (self._path.parent / f"{name.replace('_', '-')}.svg").write_text(_drawn(name, part), encoding="utf-8")


def main() -> None:
    """Run the steps in order."""
    chosen = _parser().parse_args()
    os.chdir(ROOT)
    os.environ.update(QUIET)
    material = read(ROOT, chosen.locales, chosen.limit)
    if not material.wordings or not material.cases:
        sys.exit("no wordings or no cases of these locales")
    _tell(f"{len(material.wordings)} wordings, {len(material.cases)} cases, {len(material.locales)} locales")
    result = Result(chosen.output, material)
    for step in (step for step in STEPS if step in chosen.only):
        _tell(f"step {step}")
        for part in _parts(step, material, chosen.epochs):
            result.put(step, part)


def _parts(step: str, material: Material, epochs: int) -> Iterable[Any]:
    """Yield the step's part of the result, again and again while it grows."""
    if step == "keywords":
        return [keywords_only(ROOT, material)]
    if step in ("ablation", "learning_curve"):
        return _study(step, material)
    return [compare(ROOT, step, configurations(ROOT, epochs)[step], material, _tell)]


def _study(step: str, material: Material) -> Iterator[list[Json]]:
    from nlu.rasa.compare.features import Vectors
    from nlu.rasa.compare.studies import ablation, learning_curve, variants

    encoder = next(part for part in ours(ROOT)["pipeline"] if "scale" in part)
    adaptation = encoder.get("adaptation")
    tuned, scale = adaptation is not None, float(encoder["scale"])
    vectors = Vectors(Path(".cache", "compare", "vectors"), Path(adaptation) if tuned else None, _tell)
    if step == "ablation":
        return ablation(variants(scale, tuned), material, vectors, _tell)
    return learning_curve(scale, tuned, material, vectors, _tell)


def _drawn(name: str, rows: list[Json]) -> str:
    from nlu.rasa import plots

    plots.prepare()
    told = f"{tables.TITLES[name]}; comparison.md has the figures as a table."
    draw = plots.ablation if name == "ablation" else plots.learning_curve
    return plots.svg(draw(rows), name, told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlu.rasa.compare", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=OUTPUT, help=f"{OUTPUT} unless told; plots and tables go beside it"
    )
    parser.add_argument(
        "--only", nargs="+", choices=STEPS, default=STEPS, metavar="NAME", help=f"of {', '.join(STEPS)}"
    )
    parser.add_argument(
        "--locales", nargs="+", default=(), metavar="LOCALE", help="of the data and the cases; all unless told"
    )
    parser.add_argument("--limit", type=int, help="wordings and cases of each intent and locale, for a quick try")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"of DIET; {EPOCHS} unless told, as in Rasa")
    return parser


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
