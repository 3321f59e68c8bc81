"""The report as one JSON-like mapping: all figures, the worst confusions, and what went wrong with danger."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.model.locales import LOCALES
from nlu import entity_report
from nlu.evaluation.cases import EIGHT, ONLY_LANGUAGE, Kind
from nlu.evaluation.figures import shares
from nlu.evaluation.measures import Share, calibration_error, reliability
from nlu.evaluation.outcomes import Outcome, topic

NOTHING = "nothing"  # no guess at all
REST = "another intent"
WORST = 14  # intents in the matrix

Json = dict[str, Any]


def report(outcomes: Sequence[Outcome], entities: Path | None = None) -> Json:
    """Return the report.

    `groups` holds the figures of `all`, `eight`, `others` and each locale; `topics` and `intents` those of each topic
    and intent. A share is `{share, low, high, right, of}` with its 95 % interval, and `share` None of no cases.
    """
    intents = [one for one in outcomes if one.case.kind is Kind.INTENT]
    return {
        "cases": len(outcomes),
        "groups": {name: _group(members) for name, members in _groups(outcomes).items()},
        "topics": _by(intents, lambda one: topic(one.case.expected)),
        "intents": _by(intents, lambda one: one.case.expected),
        "dangers": _by([one for one in outcomes if one.is_danger], lambda one: one.case.expected),
        "confusions": _confusions(intents),
        "topic_matrix": _topic_matrix(intents),
        "intent_matrix": _intent_matrix(intents),
        "reliability": _reliability(intents),
        "missed_dangers": [_told(one) for one in outcomes if one.is_danger and not one.has_card],
        "false_alarms": [
            _told(one) for one in outcomes if one.has_card and not one.is_danger and one.case.kind is not Kind.PAIR
        ],
        "mistaken_out_of_scope": [
            _told(one) for one in outcomes if one.case.kind is Kind.OUT_OF_SCOPE and one.is_mistaken
        ],
        "languages": _languages([one for one in outcomes if one.case.kind in ONLY_LANGUAGE]),
        "entities": _entities(entities) if entities and entities.exists() else {},
    }


def _groups(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The languages that we do not speak are in the first group only."""
    found: dict[str, list[Outcome]] = {name: [] for name in ("all", "eight", "others", *LOCALES)}
    for one in outcomes:
        found["all"].append(one)
        if one.case.locale in LOCALES:
            found["eight" if one.case.locale in EIGHT else "others"].append(one)
            found[one.case.locale].append(one)
    return found


def _group(outcomes: Sequence[Outcome]) -> Json:
    bins = reliability(_predictions(one for one in outcomes if one.case.kind is Kind.INTENT))
    figures: Json = {name: told(share) for name, share in shares(outcomes).items()}
    return {**figures, "calibration_error": round(calibration_error(bins), 4)}


def told(share: Share) -> Json:
    """Return a share as the report shows it."""
    low, high = share.interval
    value = None if share.value is None else round(share.value, 4)
    return {"share": value, "low": round(low, 4), "high": round(high, 4), "right": share.right, "of": share.of}


def _by(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> Json:
    found: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        found[key(one)].append(one)
    kept = ("top1", "top3", "topic", "accepted", "accepted_right", "danger_recall", "danger_right_card")
    return {
        name: {figure: told(share) for figure, share in shares(members).items() if figure in kept and share.of}
        for name, members in sorted(found.items())
    }


def _confusions(outcomes: Iterable[Outcome]) -> list[Json]:
    pairs: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if not one.is_right:
            pairs[one.case.expected, one.best or NOTHING].append(one)
    return [
        {"expected": expected, "got": got, "count": len(wrong), "sentences": [_told(one) for one in wrong]}
        for (expected, got), wrong in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _told(one: Outcome) -> Json:
    case = one.case
    told = {"locale": case.locale, "text": case.text, "expected": case.expected, "got": one.best or NOTHING}
    return {**told, "decision": one.meant.verdict.value}


def _topic_matrix(outcomes: Sequence[Outcome]) -> Json:
    rows = sorted({topic(one.case.expected) for one in outcomes})
    counts = Counter((topic(one.case.expected), topic(one.best) or NOTHING) for one in outcomes)
    return _matrix(rows, [*rows, NOTHING], counts)


def _intent_matrix(outcomes: Sequence[Outcome]) -> Json:
    """The intents that are taken for others, or others for them, most often."""
    involved = Counter(name for one in outcomes if not one.is_right for name in (one.case.expected, one.best))
    del involved[""]
    worst = sorted(name for name, _ in involved.most_common(WORST))
    rows = [name for name in worst if any(one.case.expected == name for one in outcomes)]
    counts = Counter((one.case.expected, one.best if one.best in worst else REST) for one in outcomes)
    return _matrix(rows, [*worst, REST], counts)


def _matrix(rows: list[str], columns: list[str], counts: Mapping[tuple[str, str], int]) -> Json:
    return {"rows": rows, "columns": columns, "counts": [[counts[row, column] for column in columns] for row in rows]}


def _reliability(outcomes: Iterable[Outcome]) -> Json:
    bins = reliability(_predictions(outcomes))
    table = [
        {
            "low_edge": round(one.low, 4),
            "high_edge": round(one.high, 4),
            "confidence": round(one.confidence, 4),
            **told(one.right),
        }
        for one in bins
    ]
    return {"calibration_error": round(calibration_error(bins), 4), "bins": table}


def _predictions(outcomes: Iterable[Outcome]) -> list[tuple[float, bool]]:
    """The classifier's own best intent and confidence; keywords have none."""
    return [(best.confidence, best.intent == one.case.expected) for one in outcomes if (best := one.sureness)]


def _languages(outcomes: Iterable[Outcome]) -> list[Json]:
    """A language that we do not speak is right as long as it is not taken for one that we do."""
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in outcomes:
        heard = one.meant.locale or one.meant.foreign or NOTHING
        if one.meant.locale if one.case.kind is Kind.FOREIGN else not one.is_language_right:
            pairs[one.case.locale, heard].append(one.case.text)
    return [
        {"expected": expected, "got": got, "count": len(texts), "sentences": texts}
        for (expected, got), texts in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _entities(path: Path) -> Json:
    scores = entity_report.score(entity_report.read_cases(path))
    return {
        kind: {
            "precision": told(Share(one.right, one.right + one.wrong)),
            "recall": told(Share(one.right, one.right + one.missed)),
        }
        for kind, one in scores.items()
    }
