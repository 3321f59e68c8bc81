"""Two models on the same cases: their figures, and each sentence that one of them understands better than the other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.model.understanding import Verdict
from nlu.evaluation.cases import OUT_OF_SCOPE, Kind
from nlu.evaluation.outcomes import OFFERED, Outcome
from nlu.evaluation.report import Json, report

SHOWN = 50  # sentences each way
LONGEST = 300  # characters of a sentence that are shown
_KINDS = frozenset({Kind.INTENT, Kind.OUT_OF_SCOPE, Kind.DANGER, Kind.NOT_DANGER})


def side_by_side(before: Sequence[Outcome], after: Sequence[Outcome]) -> Json:
    """Return the comparison of two models' outcomes of the same cases, in the same order.

    `groups` holds, by group and figure, the shares `before` and `after`; `questions` counts sentences by intent;
    `better` and `worse` are the sentences whose grade changed, those that matter most first.
    """
    both = [pair for pair in zip(before, after, strict=True) if pair[0].case.kind in _KINDS]
    moved = sorted(((grade(b) - grade(a), a, b) for a, b in both if grade(a) != grade(b)), key=_weight, reverse=True)
    better = [_told(a, b) for by, a, b in moved if by > 0]
    worse = [_told(a, b) for by, a, b in moved if by < 0]
    return {
        "cases": len(both),
        "groups": _groups(before, after),
        "questions": _questions(both),
        "better": better[:SHOWN],
        "worse": worse[:SHOWN],
        "better_count": len(better),
        "worse_count": len(worse),
    }


def grade(one: Outcome) -> int:
    """Return how well the bot serves this person, from 0 (wrong answer, missed danger, false alarm) to 3."""
    if one.case.kind is Kind.NOT_DANGER:
        return 0 if one.has_card else 3
    if one.is_danger:
        return (3 if one.is_right else 2) if one.has_card else 0
    if one.case.expected == OUT_OF_SCOPE:
        return 0 if one.is_mistaken else 3 if one.is_declined else 2
    if one.is_accepted:
        return 3 if one.is_right else 0
    return 2 if one.meant.verdict is Verdict.CLARIFY and one.is_offered else 1


def _weight(moved: tuple[int, Outcome, Outcome]) -> tuple[bool, int]:
    """Dangers first, then by how far it moved; sorting keeps the order of the cases otherwise."""
    by, before, _ = moved
    return before.is_danger, abs(by)


def _groups(before: Sequence[Outcome], after: Sequence[Outcome]) -> Json:
    old, new = report(before)["groups"], report(after)["groups"]
    return {
        group: {figure: {"before": _share(old[group][figure]), "after": _share(value)} for figure, value in figures.items()}
        for group, figures in new.items()
    }  # fmt: skip


def _share(figure: Json | float) -> Json:
    """The error of calibration is a bare number."""
    if isinstance(figure, dict):
        return {"share": figure["share"], "right": figure["right"], "of": figure["of"]}
    return {"share": figure}


def _questions(both: Iterable[tuple[Outcome, Outcome]]) -> Json:
    found: defaultdict[str, list[tuple[Outcome, Outcome]]] = defaultdict(list)
    for pair in both:
        if pair[0].case.expected:
            found[pair[0].case.expected].append(pair)
    return {
        intent: {
            "of": len(pairs),
            "before": sum(a.is_right for a, _ in pairs),
            "after": sum(b.is_right for _, b in pairs),
            "better": sum(grade(b) > grade(a) for a, b in pairs),
            "worse": sum(grade(b) < grade(a) for a, b in pairs),
        }
        for intent, pairs in sorted(found.items())
    }


def _told(before: Outcome, after: Outcome) -> Json:
    case = before.case
    return {
        "locale": case.locale,
        "text": case.text[:LONGEST],
        "expected": case.expected,
        "before": _meant(before),
        "after": _meant(after),
    }


def _meant(one: Outcome) -> Json:
    sure = one.sureness
    return {
        "decision": one.meant.verdict.value,
        "best": one.best,
        "sure": round(sure.confidence, 2) if sure and sure.intent == one.best else None,
        "choices": [ranked.intent for ranked in one.meant.ranking[:OFFERED]],
    }
