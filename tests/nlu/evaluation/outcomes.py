"""Outcomes made by hand."""

from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.evaluation.cases import Case, Kind
from nlu.evaluation.outcomes import Outcome
from nlu.keywords import Hits

NO_HITS = Hits()


def outcome(
    expected: str,
    verdict: Verdict = Verdict.ACCEPT,
    *ranking: tuple[str, float],
    kind: Kind = Kind.INTENT,
    locale: str = "en",
    hits: Hits = NO_HITS,
    safety: tuple[str, ...] = (),
    text: str = "some words",
    heard: str = "",
    foreign: str = "",
    second: str = "",
    asked: tuple[str, ...] = (),
) -> Outcome:
    """What became of one case: the verdict, the ranking, and what else matters."""
    ranks = tuple(Ranked(intent, confidence) for intent, confidence in ranking)
    meant = Understanding(verdict, ranks, locale=heard, foreign=foreign, safety=safety, asked=asked)
    return Outcome(Case(kind, locale, text, expected, second), meant, hits)


NASTY = "<script>alert('x')</script> & \"so\""
SAMPLE = [
    outcome("a/x", Verdict.ACCEPT, ("a/x", 0.9), ("a/y", 0.1)),
    outcome("a/x", Verdict.ACCEPT, ("b/z", 0.7), locale="am", text=NASTY),
    outcome("a/x", Verdict.CLARIFY, ("b/z", 0.3), locale="am"),
    outcome("b/z", Verdict.GIVE_UP, locale="am"),
    outcome("safety/violence", Verdict.GIVE_UP, kind=Kind.DANGER, text=f"missed {NASTY}"),
    outcome("", Verdict.EMERGENCY, kind=Kind.NOT_DANGER, safety=("safety/violence",)),
    outcome("", Verdict.GIVE_UP, kind=Kind.LANGUAGE, locale="am", heard="ti"),
]
