"""Writes the report: `report.json` for programs, `report.md` for a review, and `index.html`, one page for people.

The page loads nothing, runs no script and carries the strictest content security policy that shows it. It also shows
the learning curve and the ablation of `docs/nlu/comparison.json`, which `make nlu-compare` measures.
"""

import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES, OWN_NAMES, RTL
from nlu.evaluation.figures import LESS_IS_BETTER, TITLES
from nlu.evaluation.report import Json

FOLDER = Path(__file__).parent
BY_LOCALE = (
    "top1",
    "top3",
    "topic",
    "accepted",
    "accepted_right",
    "asked_offered",
    "out_of_scope_mistaken",
    "danger_recall",
    "alike_alarms",
    "language_right",
)
STUDIES = ("learning_curve", "ablation")  # parts of COMPARISON, where somebody measured them
COMPARISON = Path("docs", "nlu", "comparison.json")
PAIRS, SENTENCES = 30, 6  # shown of all confusions


def write_pages(folder: Path, report: Json, root: Path) -> None:
    """Write the three files; `root` is the project, whose `.venv-nlu` draws the plots. Raises SettingsError."""
    studies = _studies(root / COMPARISON)
    drawn = draw(root, {**report, **{name: study["measured"] for name, study in studies.items()}})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
        (folder / "report.md").write_text("\n".join([*markdown(report), ""]), encoding="utf-8")
        (folder / "index.html").write_text(page(report, studies, drawn), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{folder}: {error.strerror}") from error


def _studies(path: Path) -> dict[str, Json]:
    """Return what was measured, and on what, of each study that there is."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: known[name] for name in STUDIES if name in known}


def draw(root: Path, figures: Json) -> dict[str, str]:
    """Return the plots as SVG by name; matplotlib lives in Rasa's environment (`nlu/rasa/plots.py`)."""
    python = root / ".venv-nlu" / "bin" / "python"
    command = [str(python), "-m", "nlu.rasa.plots"]
    try:
        done = subprocess.run(command, cwd=root, input=json.dumps(figures), capture_output=True, text=True, check=True)  # noqa: S603
    except OSError as error:
        raise SettingsError(f"{python} is missing: run `make setup`") from error
    except subprocess.CalledProcessError as error:
        last = str(error.stderr).strip().splitlines()[-1:] or ["no reason given"]
        raise SettingsError(f"the plots could not be drawn: {last[0]}") from error
    return dict(json.loads(done.stdout))


def page(report: Json, studies: Mapping[str, Json], drawn: Mapping[str, str]) -> str:
    """Return the HTML; every sentence in it is escaped, only the plots are markup."""
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters["percent"] = percent
    return templates.get_template("report.html").render(
        report=report,
        studies=studies,
        plots={name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 - ours
        style=Markup(style),  # noqa: S704 - ours
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        titles=TITLES,
        less=LESS_IS_BETTER,
        locales={locale: OWN_NAMES[locale] for locale in LOCALES},
        rtl=RTL,
        columns=BY_LOCALE,
        pairs=PAIRS,
        sentences=SENTENCES,
    )


def percent(share: Json) -> str:
    """Return a share in words: "81.2 %", or a dash of nothing."""
    return "–" if share["share"] is None else f"{100 * share['share']:.1f} %"


def markdown(report: Json) -> Iterator[str]:
    """Yield the lines of the short report."""
    groups = report["groups"]
    yield from ("# Understanding, measured", "")
    yield f"{report['cases']} cases in {len(LOCALES)} locales, written apart from the training data; in brackets 95 % intervals"
    yield from ("", "| figure | all | the eight | the others |", "|---|---|---|---|")
    for name, title in TITLES.items():
        yield _row([title, *(_with_interval(groups[group][name]) for group in ("all", "eight", "others"))])
    errors = [f"{groups[group]['calibration_error']:.3f}" for group in ("all", "eight", "others")]
    yield _row(["expected calibration error", *errors])
    yield from ("", "## By locale", "", _row(["locale", *(TITLES[name] for name in BY_LOCALE)]))
    yield "|" + "---|" * (len(BY_LOCALE) + 1)
    for locale in LOCALES:
        yield _row([locale, *(percent(groups[locale][name]) for name in BY_LOCALE)])
    yield from ("", "## Most frequent confusions", "", "| meant | taken for | cases |", "|---|---|---|")
    for pair in report["confusions"][:PAIRS]:
        yield _row([pair["expected"], pair["got"], str(pair["count"])])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _with_interval(share: Json) -> str:
    if share["share"] is None:
        return percent(share)
    return f"{percent(share)} ({100 * share['low']:.1f}–{100 * share['high']:.1f})"
