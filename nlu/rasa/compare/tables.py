"""The comparison as tables for people; they are also the text alternative of the plots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nlu.rasa.compare.figures import Json

NAMES = {
    "ours": "as in `config.yml`",
    "diet": "Rasa's default: DIET, {epochs} epochs",
    "use": "USE + logistic regression",
    "n_grams": "words and n-grams + logistic regression",
    "keywords": "keywords only",
}
TITLES = {"ablation": "What each part is worth", "learning_curve": "Learning curve: more wordings, better guesses"}
_SHARES = {
    "top1": "best guess right",
    "top3": "among the first three",
    "topic": "topic right",
    "accepted": "accepted at 95 % right",
}
_COSTS = {
    "training_s": "training, s",
    "training_peak_mb": "memory in training, MB",
    "rss_mb": "memory in service, MB",
    "p50_ms": "p50, ms",
    "p99_ms": "p99, ms",
    "processor_ms": "processor time, ms",
    "batch_messages_per_s": "messages/s in batches",
    "model_mb": "model, MB",
}

_INTRODUCTION = """\
# Pipelines compared

`make nlu-compare` writes this page and `comparison.json`, which has more. Each part says what it was measured on; figures
of parts measured on different things cannot be compared. Cases out of scope are among the cases. No case is a wording, but
for some of one or two words."""
_MATERIAL = """
Measured on {wordings} wordings, at most {at_most} of each intent and locale, and {cases} cases in {locales} locales."""
_ABOUT_PIPELINES = """
## Pipelines

All are trained on the same wordings and asked the same cases."""
_ABOUT_SHARES = """
### Right and wrong

In brackets 95 % intervals. The least confidence that is accepted is chosen on the cases themselves, for each pipeline."""
_ABOUT_COSTS = """
### Time and memory

Training takes all cores and has nothing kept from before. Then one core takes one message at a time, or all in batches.
Processor time and the rate in batches do not depend on what else the machine does; the other times do."""
_ABOUT_LOCALES = """
### Best guess right, by locale"""
_ABOUT_ABLATION = f"""
## {TITLES["ablation"]}

![Points of the share of best guesses that are right, with intervals; the table has the figures](ablation.svg)

The first line is the pipeline as `config.yml` has it, without keywords; each other one differs from it in one part, or two.
In the third column stands how many more of the same cases are right than in the first line, with its 95 % interval. Vectors
that are not centred are brought to the same length together with what all have in common. The classifier counts nothing of
the thresholds and rules that follow it in the service."""
_ABOUT_CURVE = f"""
## {TITLES["learning_curve"]}

![Share of right guesses over wordings; the table has the figures](learning-curve.svg)

The pipeline as `config.yml` has it but for the tuning; mean of three random draws, in brackets the least and the most. e5 as
its makers left it has seen none of the wordings; tuned e5 has learned from all, so its column tells only how many the
classifier on top needs."""


def page(content: Json) -> Iterator[str]:
    """Yield the lines of the page for what has been measured so far."""
    yield _INTRODUCTION
    for part, (about, table) in _PARTS.items():
        if part in content:
            material = content[part]["material"]
            yield about
            yield _MATERIAL.format(**{**material, "locales": len(material["locales"])})
            yield from table(content[part]["measured"])


def _pipelines(measured: Json) -> Iterator[str]:
    pipelines = {_name(key, measured[key]): measured[key] for key in NAMES if key in measured}
    yield from _shares(pipelines)
    yield from _costs(pipelines)
    yield from _locales(pipelines)


def _name(key: str, pipeline: Json) -> str:
    epochs = next((part["epochs"] for part in pipeline.get("pipeline", ()) if "epochs" in part), "")
    return NAMES[key].format(epochs=epochs)


def _shares(pipelines: Json) -> Iterator[str]:
    yield from (_ABOUT_SHARES, *_head(["pipeline", *_SHARES.values()]))
    for name, pipeline in pipelines.items():
        one = pipeline["groups"]["all"]
        others = (_percent(one[key]) for key in _SHARES if key != "top1")
        yield _row([name, _within(one["top1"], one["top1_low"], one["top1_high"]), *others])


def _costs(pipelines: Json) -> Iterator[str]:
    yield from (_ABOUT_COSTS, *_head(["pipeline", *_COSTS.values()]))
    for name, pipeline in pipelines.items():
        if "training_s" in pipeline:
            yield _row([name, *(str(pipeline[key]) for key in _COSTS)])


def _locales(pipelines: Json) -> Iterator[str]:
    yield from (_ABOUT_LOCALES, *_head(["locale", *pipelines]))
    groups = dict.fromkeys(group for one in pipelines.values() for group in one["groups"] if group != "all")
    for group in groups:
        figures = [pipeline["groups"].get(group) for pipeline in pipelines.values()]
        if all(figures):
            yield _row([group, *(_percent(one["top1"]) for one in figures)])


def _ablation(rows: Sequence[Json]) -> Iterator[str]:
    yield from _head(
        ["variant", "best guess right", "beside the first", "among the first three", "the eight", "others"]
    )
    for row in rows:
        top1 = _within(row["top1"], row["low"], row["high"])
        gain = f"{100 * row['difference']:+.1f} ± {100 * row['difference_error']:.1f}"
        yield _row([row["name"], top1, gain, *(_percent(row[key]) for key in ("top3", "eight", "others"))])


def _learning_curve(points: Sequence[Json]) -> Iterator[str]:
    counts = ["wordings of an intent and locale at most", "on average"]
    yield from _head([*counts, "best guess right", "among the first three", "tuned e5: best guess right"])
    for point in points:
        top1 = _within(point["top1"], point["least"], point["most"])
        others = (_percent(point["top3"]), _percent(point.get("tuned_top1")))
        yield _row([str(point["at_most"]), str(point["wordings"]), top1, *others])


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield from ("", _row(cells), "|" + "---|" * len(cells))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _within(share: float, low: float, high: float) -> str:
    return f"{_percent(share)} ({100 * low:.1f}–{100 * high:.1f})"


def _percent(share: Any) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


_PARTS: dict[str, tuple[str, Callable[[Any], Iterator[str]]]] = {
    "pipelines": (_ABOUT_PIPELINES, _pipelines),
    "ablation": (_ABOUT_ABLATION, _ablation),
    "learning_curve": (_ABOUT_CURVE, _learning_curve),
}
