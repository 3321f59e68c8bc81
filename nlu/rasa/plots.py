"""Draws the plots of the report, inside Rasa's environment: `python -m nlu.rasa.plots`, JSON in, JSON of SVGs out.

Each SVG stands inline in a page whose policy allows no style attribute, so what matplotlib writes as one becomes
plain attributes; words stay words, and a title tells what a person who cannot see the plot should know.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
WIDTH = 4.6  # inches: letters are still read where the plot is 330 pixels wide
ROW = 0.2
STRONG, WEAK = "#0b5d4e", "#b9d3cd"
CURVES = {
    "top3": ("among the first three", WEAK),
    "top1": ("best guess right", STRONG),
    "tuned_top1": ("best guess right, encoder tuned on all", "#a8470a"),
}
Json = dict[str, Any]


def bars(parts: Mapping[str, Json], title: str) -> Figure:
    """Draw the share of best guesses that are right, its interval, and behind it the first three."""
    names = list(parts)[::-1]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.9 + ROW * len(names)), layout="constrained")
    top1, top3 = ([parts[name][figure]["share"] or 0.0 for name in names] for figure in ("top1", "top3"))
    axes.barh(names, top3, color=WEAK, label="among the first three")
    axes.barh(names, top1, color=STRONG, height=0.5, label="best guess right")
    for row, name in enumerate(names):
        axes.plot([parts[name]["top1"]["low"], parts[name]["top1"]["high"]], [row, row], color="black", linewidth=1)
    axes.set(xlim=(0, 1), title=title)
    axes.margins(y=0.01)
    figure.legend(loc="outside lower center", ncols=2, fontsize=7)
    return figure


def reliability(bins: Sequence[Json]) -> Figure:
    """Draw accuracy over confidence; on the diagonal both are the same."""
    figure, axes = plt.subplots(figsize=(WIDTH, WIDTH * 0.85), layout="constrained")
    full = [one for one in bins if one["of"]]
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
    _line(axes, [one["confidence"] for one in full], full)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="mean confidence", ylabel="share right", title="Confidence and accuracy")
    return figure


def learning_curve(points: Sequence[Json]) -> Figure:
    """Draw the share of right guesses over the mean number of wordings of an intent and locale, with its spread."""
    figure, axes = plt.subplots(figsize=(WIDTH, WIDTH * 0.7), layout="constrained")
    wordings = [point["wordings"] for point in points]
    for name, (label, color) in CURVES.items():
        if all(name in point for point in points):
            axes.plot(wordings, [point[name] for point in points], marker="o", color=color, label=label)
    axes.fill_between(wordings, *([point[end] for point in points] for end in ("least", "most")), color=WEAK)
    axes.set_xscale("log", base=2)
    ticks = [2**power for power in range(8) if 2**power <= max(wordings)]
    axes.set_xticks(ticks, labels=[str(tick) for tick in ticks])
    axes.set(
        ylim=(0, 1), xlabel="wordings of an intent and locale, on average", ylabel="share right", title="Learning curve"
    )
    axes.legend(fontsize=7, loc="lower right")
    return figure


def ablation(runs: Sequence[Json]) -> Figure:
    """Draw the share of right guesses, and its interval, with each part left out or exchanged; the line is the first."""
    figure, axes = plt.subplots(figsize=(WIDTH, 0.9 + 1.5 * ROW * len(runs)), layout="constrained")
    spread = [[run["top1"] - run["low"] for run in runs], [run["high"] - run["top1"] for run in runs]]
    axes.axvline(runs[0]["top1"], color=WEAK, linewidth=1)
    axes.errorbar([run["top1"] for run in runs], [run["name"] for run in runs], xerr=spread, fmt="o", color=STRONG)
    axes.invert_yaxis()
    axes.set(title="Best guess right")
    return figure


def _line(axes: Axes, places: Sequence[float], shares: Sequence[Json]) -> None:
    middle = [one["share"] for one in shares]
    spread = [[one["share"] - one["low"] for one in shares], [one["high"] - one["share"] for one in shares]]
    axes.errorbar(places, middle, yerr=spread, marker="o", color=STRONG, linewidth=1, elinewidth=0.8)


def svg(figure: Figure, name: str, told: str) -> str:
    """Return the figure as inline SVG with the text alternative `told`."""
    with mpl.rc_context({"svg.hashsalt": name}):  # so that the same plot gets the same ids
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    plt.close(figure)
    root = ElementTree.fromstring(written.getvalue())  # noqa: S314 - written by ourselves
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag in {f"{{{SVG}}}style", f"{{{SVG}}}metadata"}]:
            parent.remove(child)
    for element in root.iter():
        element.attrib.update(_attributes(element.attrib.pop("style", "")))
        element.attrib.update({key: _own(key, value, name) for key, value in element.attrib.items()})
    for size in ("width", "height"):
        del root.attrib[size]
    root.attrib.update({"role": "img", "stroke-linejoin": "round", "aria-label": told})
    return ElementTree.tostring(root, encoding="unicode")


def _own(attribute: str, value: str, name: str) -> str:
    """Put the plot's name before ids and what refers to them: no two plots of a page may share one."""
    if attribute == "id":
        return f"{name}-{value}"
    if attribute.endswith("href"):
        return value.replace("#", f"#{name}-", 1)
    return value.replace("url(#", f"url(#{name}-")


def _attributes(style: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, map(str.strip, style.split(";"))):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        if name == "font":  # the only shorthand matplotlib writes: "10px 'DejaVu Sans', …"
            yield "font-size", value.partition("px")[0].split()[-1]
        else:
            yield name, value


def plots(report: Json) -> Iterator[tuple[str, str]]:
    """Yield the name and the SVG of each plot that there are figures for."""
    groups = report["groups"]
    locales = {name: one for name, one in groups.items() if len(name) == 2}
    yield (
        "locales",
        svg(bars(locales, "Locales"), "locales", "Bars of each locale; the table after it has the figures."),
    )
    told = "Bars of each topic; the table after it has the figures."
    yield "topics", svg(bars(report["topics"], "Topics"), "topics", told)
    told = "Accuracy over confidence; the table after it has the figures."
    yield "reliability", svg(reliability(report["reliability"]["bins"]), "reliability", told)
    for name, draw in (("learning_curve", learning_curve), ("ablation", ablation)):
        if report.get(name):
            yield name, svg(draw(report[name]), name, "The table after it has the figures.")


def prepare() -> None:
    """Set how all plots look."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    mpl.rcParams.update({"svg.fonttype": "none", "font.size": 8, "axes.spines.top": False, "axes.spines.right": False})


def main() -> None:
    prepare()
    print(json.dumps(dict(plots(json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
