"""The figures of a pipeline, from its rankings of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import inf, sqrt
from typing import Any

from nlu.rasa.compare.material import Material, Utterance

EIGHT = ("en", "fr", "it", "ar", "uk", "el", "bg", "sl")
PRECISION = 0.95
_Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations

Ranking = Sequence[tuple[str, float]]
Json = dict[str, Any]


def groups(material: Material, rankings: Sequence[Ranking]) -> dict[str, Json]:
    """Return the figures of all cases, of the eight locales, of the others, and of each locale.

    `accepted` is the share of cases whose best guess is sure enough, `accepted_right` how many of these are right. How
    sure is enough is chosen on these very cases, once for all locales: the least confidence from which on 95 % are right.
    """
    pairs = list(zip(material.cases, rankings, strict=True))
    least = threshold([(ranking[0][1], ranking[0][0] == case.intent) for case, ranking in pairs if ranking])
    members = {
        "all": material.locales,
        "eight": [locale for locale in material.locales if locale in EIGHT],
        "others": [locale for locale in material.locales if locale not in EIGHT],
        **{locale: [locale] for locale in material.locales},
    }
    found = {}
    for name, locales in members.items():
        some = [(case, ranking) for case, ranking in pairs if case.locale in locales]
        if some:
            found[name] = _figures(some, material.topics, least)
    return found


def threshold(guesses: Iterable[tuple[float, bool]], precision: float = PRECISION) -> float:
    """Return the least confidence from which on at least this share of guesses is right; infinity if there is none."""
    least, right, of = inf, 0, 0
    ordered = sorted(guesses, key=lambda guess: -guess[0])
    for confidence, alike in groupby(ordered, key=lambda guess: guess[0]):
        answers = [answer for _, answer in alike]
        right, of = right + sum(answers), of + len(answers)
        if right >= precision * of:
            least = confidence
    return least


def interval(share: float, of: int) -> tuple[float, float]:
    """Return the 95 % interval of Wilson: where the true share lies, given so few cases."""
    spread = _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return middle - half, middle + half


def difference(first: Sequence[bool], second: Sequence[bool]) -> Json:
    """Return how much more the second gets right of the same cases, and half the width of its 95 % interval."""
    of = len(first)
    won = sum(b and not a for a, b in zip(first, second, strict=True))
    lost = sum(a and not b for a, b in zip(first, second, strict=True))
    error = _Z * sqrt(max(0.0, won + lost - (won - lost) ** 2 / of)) / of
    return {"difference": round((won - lost) / of, 4), "difference_error": round(error, 4)}


def _figures(some: Sequence[tuple[Utterance, Ranking]], topics: dict[str, str], least: float) -> Json:
    of = len(some)
    best = [ranking[0] if ranking else ("", -inf) for _, ranking in some]
    right = [name == case.intent for (case, _), (name, _) in zip(some, best, strict=True)]
    accepted = [answer for answer, (_, confidence) in zip(right, best, strict=True) if confidence >= least]
    top3 = sum(case.intent in [name for name, _ in ranking[:3]] for case, ranking in some)
    topic = sum(topics.get(name) == case.topic for (case, _), (name, _) in zip(some, best, strict=True))
    low, high = interval(sum(right) / of, of)
    return {
        "cases": of,
        "top1": round(sum(right) / of, 4),
        "top1_low": round(low, 4),
        "top1_high": round(high, 4),
        "top3": round(top3 / of, 4),
        "topic": round(topic / of, 4),
        "accepted": round(len(accepted) / of, 4),
        "accepted_right": round(sum(accepted) / len(accepted), 4) if accepted else None,
    }
