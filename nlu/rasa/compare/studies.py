"""The ablation and the learning curve: what each part is worth, and what more wordings would bring."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sklearn.model_selection import KFold

from nlu.rasa.compare.features import RAW, TUNED, USE, Variant, Vectors, best_three, features
from nlu.rasa.compare.figures import Json, interval
from nlu.rasa.compare.material import Material, Utterance
from nlu.rasa.compare.pipelines import Tell

FOLDS = 5
SIZES = (1, 2, 4, 8, 16, None)  # wordings of each intent and locale at most; None: all there are
DRAWS = 3


def variants(scale: float, tuned: bool) -> list[Variant]:
    """Return the pipeline as it is configured, then what differs from it in one part, the quickest first."""
    ours = Variant("as configured", (TUNED if tuned else RAW,), scale)
    changed = [
        *([Variant("e5 not tuned", (RAW,), scale)] if tuned else []),
        replace(ours, name="not centred", centred=False),
        replace(ours, name=f"scale {scale / 2:g}", scale=scale / 2),
        replace(ours, name=f"scale {scale * 2:g}", scale=scale * 2),
        Variant("USE instead", (USE,), scale),
        replace(ours, name="USE beside", encoders=(*ours.encoders, USE)),
        *([Variant("e5 not tuned, USE beside", (RAW, USE), scale)] if tuned else []),
        replace(ours, name="n-grams beside", letters=True),
        *([Variant("e5 not tuned, n-grams beside", (RAW,), scale, letters=True)] if tuned else []),
        Variant("n-grams instead", (), scale, letters=True),
    ]
    return [ours, *changed]


def ablation(chosen: Sequence[Variant], material: Material, vectors: Vectors, tell: Tell) -> Iterator[list[Json]]:
    """Yield all rows so far after each new figure: first every variant on the cases, then cross-validation.

    `cross_validated` is the share of training wordings guessed right by a classifier that saw only the other folds.
    """
    rows: list[Json] = []
    for variant in chosen:
        rows.append(_on_cases(variant, material, vectors))
        tell(f"ablation: {variant.name}: best guess right {rows[-1]['top1']:.3f} of the cases")
        yield rows
    for variant, row in zip(chosen, rows, strict=True):
        if variant.is_cross_validated:
            row["cross_validated"] = _cross_validated(variant, material.wordings, vectors)
            tell(f"ablation: {variant.name}: {row['cross_validated']:.3f} of the wordings, in {FOLDS} folds")
            yield rows


def _on_cases(variant: Variant, material: Material, vectors: Vectors) -> Json:
    guesses = _guesses(variant, material.wordings, material.cases, vectors)
    wanted = np.array([case.intent for case in material.cases])[:, np.newaxis]
    top1 = float((guesses[:, :1] == wanted).mean())
    low, high = interval(top1, len(wanted))
    return {
        "name": variant.name,
        "top1": round(top1, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "top3": round(float((guesses == wanted).any(axis=1).mean()), 4),
        "cross_validated": None,
    }


def _cross_validated(variant: Variant, wordings: Sequence[Utterance], vectors: Vectors) -> float:
    right = 0
    for train, test in KFold(FOLDS, shuffle=True, random_state=1).split(wordings):
        asked = [wordings[at] for at in test]
        guesses = _guesses(variant, [wordings[at] for at in train], asked, vectors)
        right += int((guesses[:, 0] == [one.intent for one in asked]).sum())
    return round(right / len(wordings), 4)


def _guesses(
    variant: Variant, wordings: Sequence[Utterance], asked: Sequence[Utterance], vectors: Vectors
) -> np.ndarray:
    train, test = features(variant, vectors, [one.text for one in wordings], [one.text for one in asked])
    return best_three(train, [one.intent for one in wordings], test)


def learning_curve(scale: float, tuned: bool, material: Material, vectors: Vectors, tell: Tell) -> Iterator[list[Json]]:
    """Yield all points so far after each new one: mean, least and most of three random draws.

    The main figures are those of e5 as its makers left it, which has seen none of the wordings; tuned e5 has learned
    from all of them, so its curve tells only how many the classifier on top needs.
    """
    points: list[Json] = []
    for size in SIZES:
        draws = [_drawn(material.wordings, size, draw) for draw in range(DRAWS if size else 1)]
        points.append(_point(size, draws, Variant("raw", (RAW,), scale), material, vectors))
        if tuned:
            other = _point(size, draws, Variant("tuned", (TUNED,), scale), material, vectors)
            points[-1]["tuned_top1"] = other["top1"]
        tell(f"learning curve: at most {size or 'all'} wordings: {points[-1]['top1']:.3f}")
        yield points


def _point(
    size: int | None, draws: Sequence[Sequence[Utterance]], variant: Variant, material: Material, vectors: Vectors
) -> Json:
    rows = [_on_cases(variant, Material(draw, material.cases), vectors) for draw in draws]
    kinds = {(one.locale, one.intent) for one in material.wordings}
    top1 = [row["top1"] for row in rows]
    return {
        "wordings": round(len(draws[0]) / len(kinds), 1),
        "at_most": size or "all",
        "top1": round(sum(top1) / len(top1), 4),
        "least": min(top1),
        "most": max(top1),
        "top3": round(sum(row["top3"] for row in rows) / len(rows), 4),
    }


def _drawn(wordings: Sequence[Utterance], size: int | None, draw: int) -> list[Utterance]:
    """Return at most `size` wordings of each intent and locale, by chance."""
    kinds: defaultdict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for one in wordings:
        kinds[one.locale, one.intent].append(one)
    chance = random.Random(draw)  # noqa: S311 - nothing is guarded by it
    return [one for some in kinds.values() for one in chance.sample(some, min(size or len(some), len(some)))]
