"""`make bench-gaps`: how well questions in many languages are grouped by meaning.

Prints purity and the number of groups, and draws the picture that the studio shows of the same questions.
"""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.encoder import Encoder, Vectors
from bot.gaps.grouping import APART, centred, group, purity
from bot.gaps.picture import arranged

CASES = Path(__file__).parent / "bot" / "gaps" / "gaps_cases.yml"
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "gaps.svg"
_COLOURS = (
    "#1b6fb5",
    "#c2571a",
    "#23863a",
    "#b3225f",
    "#7a55c7",
    "#8a6a00",
    "#00838f",
    "#9c4a2f",
    "#5b6e1e",
    "#5c5f9e",
)
_WIDTH, _HEIGHT, _EDGE = 900, 560, 40


@dataclass(frozen=True, slots=True)
class Case:
    """A made-up question; `theme` is what it is about."""

    theme: str
    locale: str
    text: str


def read_cases(path: Path) -> list[Case]:
    """Read the file of themes, each with questions by locale."""
    themes = yaml.safe_load(path.read_text(encoding="utf-8"))["themes"]
    return [
        Case(theme, locale, text)
        for theme, spoken in themes.items()
        for locale, texts in spoken.items()
        for text in texts
    ]


def agreement(groups: Sequence[Sequence[int]], labels: Sequence[str]) -> float:
    """Return the normalised mutual information of groups and labels: 1 is the same division, 0 none in common."""
    count = len(labels)
    joint = Counter((at, labels[row]) for at, rows in enumerate(groups) for row in rows)
    ours, theirs = [len(rows) for rows in groups], Counter(labels)
    shared = sum(n / count * math.log(n * count / (ours[at] * theirs[label])) for (at, label), n in joint.items())
    spread = sum(-n / count * math.log(n / count) for n in (*ours, *theirs.values()))
    return shared / (spread / 2) if spread else 1.0


def together(groups: Sequence[Sequence[int]], labels: Sequence[str]) -> float:
    """Return the share of questions that are in the largest group of their theme."""
    largest: Counter[str] = Counter()
    for rows in groups:
        for label, n in Counter(labels[row] for row in rows).items():
            largest[label] = max(largest[label], n)
    return largest.total() / len(labels)


def picture(points: Vectors, groups: Sequence[Sequence[int]], cases: Sequence[Case]) -> str:
    """Draw the questions as dots: the ten largest groups in colours, each group of three or more with its theme."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f"<title>{len(cases)} questions in {len(groups)} groups</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    names = []
    for at, spots in enumerate(arranged(points, groups, _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE)):
        colour = _COLOURS[at] if at < len(_COLOURS) else "#aab4b3"
        lines += [f'<circle cx="{x + _EDGE:.0f}" cy="{y + _EDGE:.0f}" r="5" fill="{colour}"/>' for x, y in spots]
        if len(spots) > 2:
            x, y = spots.mean(axis=0) + _EDGE
            theme = Counter(cases[row].theme for row in groups[at]).most_common(1)[0][0].replace("_", " ")
            names.append(
                f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" fill="#17212b" stroke="#fff" stroke-width="4" '
                f'paint-order="stroke">{theme}</text>'
            )
    return "\n".join([*lines, *names, "</svg>", ""])


def main() -> None:
    """Measure, print, draw."""
    cases, encoder = read_cases(CASES), Encoder()
    vectors = np.stack([vector for case in cases if (vector := encoder.query(case.text)) is not None])
    themes, locales = [case.theme for case in cases], [case.locale for case in cases]
    points = centred(vectors, locales)
    sys.stdout.write(f"{len(cases)} questions, {len(set(themes))} themes, {len(set(locales))} languages\n")
    sys.stdout.write("apart  groups  of two or more  purity  together  agreement\n")
    for apart in (0.58, 0.66, APART, 0.82):
        groups = group(points, apart)
        large = sum(len(rows) > 1 for rows in groups)
        figures = (purity(groups, themes), together(groups, themes), agreement(groups, themes))
        sys.stdout.write(
            f"{apart:5.2f}  {len(groups):6d}  {large:14d}  {figures[0]:6.3f}  {figures[1]:8.3f}  {figures[2]:9.3f}\n"
        )
    PICTURE.write_text(picture(points, group(points), cases), encoding="utf-8")


if __name__ == "__main__":
    main()
