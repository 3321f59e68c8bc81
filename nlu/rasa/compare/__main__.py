"""Compares pipelines, leaves parts out, and draws the learning curve: `python -m nlu.rasa.compare`, or `make nlu-compare`.

Runs in Rasa's environment. Each figure is written as soon as it is known. Pipelines, ablation and learning curve each
keep with them what they were measured on: a later run adds to what is known on the same wordings and cases, and starts
that one anew on others.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from nlu.rasa.__main__ import QUIET
from nlu.rasa.compare import tables
from nlu.rasa.compare.figures import Json
from nlu.rasa.compare.material import Material, read
from nlu.rasa.compare.pipelines import compare, configurations, keywords_only, ours
from nlu.rasa.compare.result import STUDIES, Result
from nlu.rasa.compare.variants import as_configured

ROOT = Path(__file__).resolve().parents[3]
OUTPUT = Path("docs", "nlu", "comparison.json")
STEPS = ("keywords", "ours", "use", "n_grams", *STUDIES, "diet")
EPOCHS = 100  # Rasa's default


def main() -> None:
    """Run the steps in order."""
    chosen = _parser().parse_args()
    os.chdir(ROOT)
    os.environ.update(QUIET)
    material = read(ROOT, chosen.locales, chosen.limit)
    if not material.wordings or not material.cases:
        sys.exit("no wordings or no cases of these locales")
    _tell(f"{len(material.wordings)} wordings, {len(material.cases)} cases, {len(material.locales)} locales")
    result = Result(chosen.output, material, _drawn)
    for step in (step for step in STEPS if step in chosen.only):
        _tell(f"step {step}")
        if step in STUDIES:
            for rows in _study(step, material):
                result.put_study(step, rows)
        else:
            result.put_pipeline(step, _pipeline(step, material, chosen.epochs))


def _pipeline(name: str, material: Material, epochs: int) -> Json:
    if name == "keywords":
        return keywords_only(ROOT, material)
    return compare(ROOT, name, configurations(ROOT, epochs)[name], material, _tell)


def _study(name: str, material: Material) -> Iterator[list[Json]]:
    """Yield the rows of the study, again and again while they grow."""
    from nlu.rasa.compare.features import Vectors
    from nlu.rasa.compare.studies import ablation, learning_curve

    pipeline = ours(ROOT)["pipeline"]
    adaptation = next((Path(part["adaptation"]) for part in pipeline if part.get("adaptation")), None)
    vectors = Vectors(Path(".cache", "compare", "vectors"), adaptation, _tell)
    study = ablation if name == "ablation" else learning_curve
    return study(as_configured(pipeline), material, vectors, _tell)


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
