"""The ablation and the learning curve: what each part is worth, and what more wordings would bring."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nlu.rasa.compare.features import Vectors, best_three, features
from nlu.rasa.compare.figures import EIGHT, Json, difference, interval
from nlu.rasa.compare.material import Material, Utterance
from nlu.rasa.compare.pipelines import Tell
from nlu.rasa.compare.variants import RAW, TUNED, Variant, variants

SIZES = (1, 2, 4, 8, 16, None)  # wordings of each intent and locale at most; None: all there are
DRAWS = 3


def ablation(ours: Variant, material: Material, vectors: Vectors, tell: Tell) -> Iterator[list[Json]]:
    """Yield all rows so far after each new one; each is told apart from the first, case by case."""
    rows: list[Json] = []
    first: list[bool] = []
    for variant in variants(ours):
        hits = _hits(variant, material, vectors)
        best = hits[:, 0].tolist()
        first = first or best
        rows.append({"name": variant.name, **_figures(hits, material.cases), **difference(first, best)})
        tell(f"ablation: {variant.name}: best guess right {rows[-1]['top1']:.3f} of the cases")
        yield rows


def _hits(variant: Variant, material: Material, vectors: Vectors) -> np.ndarray:
    """Return for each case which of its three likeliest intents is right, best first."""
    wordings, cases = ([one.text for one in some] for some in (material.wordings, material.cases))
    train, test = features(variant, vectors, wordings, cases)
    guesses = best_three(variant, train, [one.intent for one in material.wordings], test)
    return guesses == np.array([[case.intent] for case in material.cases])


def _figures(hits: np.ndarray, cases: Sequence[Utterance]) -> Json:
    best = hits[:, 0]
    in_eight = np.array([case.locale in EIGHT for case in cases])
    low, high = interval(float(best.mean()), len(best))
    return {
        "top1": _share(best),
        "low": round(low, 4),
        "high": round(high, 4),
        "top3": _share(hits.any(axis=1)),
        "eight": _share(best[in_eight]),
        "others": _share(best[~in_eight]),
    }


def _share(hits: Any) -> float | None:
    return round(float(hits.mean()), 4) if len(hits) else None


def learning_curve(ours: Variant, material: Material, vectors: Vectors, tell: Tell) -> Iterator[list[Json]]:
    """Yield all points so far after each new one: mean, least and most of three random draws.

    The main figures are those of e5 as its makers left it, which has seen none of the wordings; tuned e5 has learned
    from all of them, so its curve tells only how many the classifier on top needs.
    """
    points: list[Json] = []
    for size in SIZES:
        draws = [_drawn(material.wordings, size, draw) for draw in range(DRAWS if size else 1)]
        tuned = TUNED in ours.encoders
        points.append(_point(size, draws, replace(ours, encoders=(RAW,)) if tuned else ours, material, vectors))
        if tuned:
            points[-1]["tuned_top1"] = _point(size, draws, ours, material, vectors)["top1"]
        tell(f"learning curve: at most {size or 'all'} wordings: {points[-1]['top1']:.3f}")
        yield points


def _point(
    size: int | None, draws: Sequence[Sequence[Utterance]], variant: Variant, material: Material, vectors: Vectors
) -> Json:
    hits = [_hits(variant, Material(draw, material.cases), vectors) for draw in draws]
    kinds = {(one.locale, one.intent) for one in material.wordings}
    top1 = [float(some[:, 0].mean()) for some in hits]
    return {
        "wordings": round(len(draws[0]) / len(kinds), 1),
        "at_most": size or "all",
        "top1": round(sum(top1) / len(top1), 4),
        "least": round(min(top1), 4),
        "most": round(max(top1), 4),
        "top3": round(float(np.mean([some.any(axis=1).mean() for some in hits])), 4),
    }


def _drawn(wordings: Sequence[Utterance], size: int | None, draw: int) -> list[Utterance]:
    """Return at most `size` wordings of each intent and locale, by chance."""
    kinds: defaultdict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for one in wordings:
        kinds[one.locale, one.intent].append(one)
    chance = random.Random(draw)  # noqa: S311 - nothing is guarded by it
    return [one for some in kinds.values() for one in chance.sample(some, min(size or len(some), len(some)))]
