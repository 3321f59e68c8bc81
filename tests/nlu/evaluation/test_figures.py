"""Every figure of the report, from outcomes made by hand."""

import pytest

from bot.model.understanding import Verdict
from nlu.evaluation.cases import OUT_OF_SCOPE, Kind
from nlu.evaluation.figures import TITLES, shares
from nlu.evaluation.measures import Share
from nlu.keywords import Hits
from tests.nlu.evaluation.outcomes import outcome

INTENTS = [
    outcome("a/x", Verdict.ACCEPT, ("a/x", 0.9), ("a/y", 0.1)),
    outcome("a/y", Verdict.ACCEPT, ("a/x", 0.8), ("b/z", 0.1), ("a/y", 0.05)),
    outcome("b/z", Verdict.CLARIFY, ("a/x", 0.4), ("a/y", 0.3), ("b/z", 0.2)),
    outcome("b/z", Verdict.CLARIFY, ("a/x", 0.4), ("a/y", 0.3), ("a/w", 0.2), ("b/z", 0.1)),
    outcome("a/x", Verdict.GIVE_UP),
]


def figures_of(name: str, outcomes: list[object]) -> Share:
    return shares(outcomes)[name]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "right", "of"),
    [
        ("top1", 1, 5),
        ("top3", 3, 5),
        ("topic", 2, 5),
        ("accepted", 2, 5),
        ("accepted_right", 1, 2),
        ("asked", 2, 5),
        ("asked_offered", 1, 2),
        ("given_up", 1, 5),
    ],
)
def test_figures_of_intents(name: str, right: int, of: int) -> None:
    assert shares(INTENTS)[name] == Share(right, of)


def out(verdict: Verdict, *ranking: tuple[str, float]) -> object:
    return outcome(OUT_OF_SCOPE, verdict, *ranking, kind=Kind.OUT_OF_SCOPE)


def test_figures_of_what_is_out_of_scope() -> None:
    outcomes = [
        out(Verdict.ACCEPT, (OUT_OF_SCOPE, 0.9)),
        out(Verdict.GIVE_UP, ("a/x", 0.05)),
        out(Verdict.CLARIFY, ("a/x", 0.4)),
        out(Verdict.ACCEPT, ("service/are_you_human", 0.9)),
        out(Verdict.ACCEPT, ("a/x", 0.9)),
    ]

    assert figures_of("out_of_scope_fallback", outcomes) == Share(3, 5)
    assert figures_of("out_of_scope_declined", outcomes) == Share(2, 5)
    assert figures_of("out_of_scope_mistaken", outcomes) == Share(1, 5)
    assert figures_of("top1", outcomes) == Share(0, 0)


HIT = Hits(safety=("safety/violence",))
CARD = {"safety": ("safety/violence",)}
ALARMS = [
    outcome("safety/violence", Verdict.EMERGENCY, kind=Kind.DANGER, hits=HIT, **CARD),  # type: ignore[arg-type]
    outcome("safety/emergency", Verdict.EMERGENCY, kind=Kind.INTENT, **CARD),  # type: ignore[arg-type]
    outcome("safety/emergency", Verdict.CLARIFY, ("safety/emergency", 0.4), kind=Kind.DANGER),
    outcome("a/x", Verdict.EMERGENCY, ("a/x", 0.9), hits=HIT, **CARD),  # type: ignore[arg-type]
    outcome("a/x", Verdict.ACCEPT, ("a/x", 0.9)),
    outcome("", Verdict.EMERGENCY, kind=Kind.NOT_DANGER, **CARD),  # type: ignore[arg-type]
    outcome("", Verdict.ACCEPT, ("a/x", 0.9), kind=Kind.NOT_DANGER),
]


@pytest.mark.parametrize(
    ("name", "right", "of"),
    [
        ("danger_recall", 2, 3),
        ("danger_right_card", 1, 3),
        ("danger_precision", 2, 4),
        ("danger_precision_alike", 2, 3),
        ("alike_alarms", 1, 2),
        ("other_alarms", 1, 2),
        ("keywords_danger_recall", 1, 3),
        ("keywords_danger_precision", 1, 2),
        ("keywords_danger_precision_alike", 1, 1),
        ("keywords_alike_alarms", 0, 2),
    ],
)
def test_figures_of_danger(name: str, right: int, of: int) -> None:
    assert shares(ALARMS)[name] == Share(right, of)


def test_figures_of_language() -> None:
    heard = [outcome("", Verdict.GIVE_UP, kind=Kind.LANGUAGE, locale="fr", heard=code) for code in ("fr", "", "it")]

    assert shares(heard)["language_right"] == Share(1, 3)
    assert shares(heard)["language_unsure"] == Share(1, 3)
    assert shares(heard)["language_wrong"] == Share(1, 3)


def test_figures_of_languages_that_we_do_not_speak() -> None:
    named, unsure, taken = (
        outcome("", Verdict.GIVE_UP, kind=Kind.FOREIGN, locale="hu", heard=heard, foreign=foreign)
        for heard, foreign in (("", "hu"), ("", ""), ("ro", ""))
    )

    assert shares([named, unsure, taken])["foreign_named"] == Share(1, 3)
    assert shares([named, unsure, taken])["foreign_mistaken"] == Share(1, 3)


@pytest.mark.parametrize("kind", [Kind.ROMANISED, Kind.MIXED])
def test_being_unsure_is_neither_right_nor_wrong(kind: Kind) -> None:
    heard = [outcome("", Verdict.GIVE_UP, kind=kind, locale="uk", heard=code) for code in ("uk", "uk", "", "so")]

    assert shares(heard)[f"{kind}_right"] == Share(2, 4)
    assert shares(heard)[f"{kind}_wrong"] == Share(1, 4)


def test_every_figure_has_a_title_and_a_value() -> None:
    assert list(shares([])) == list(TITLES)


def pair(verdict: Verdict, *ranking: tuple[str, float], asked: tuple[str, ...] = ()) -> object:
    return outcome("a/x", verdict, *ranking, kind=Kind.PAIR, second="a/y", asked=asked)


def test_figures_of_two_questions() -> None:
    outcomes = [
        pair(Verdict.ACCEPT, ("a/y", 0.9), ("a/x", 0.1), asked=("a/x", "a/y")),
        pair(Verdict.ACCEPT, ("a/x", 0.9), asked=("a/x", "a/z")),
        pair(Verdict.ACCEPT, ("a/y", 0.9)),
        pair(Verdict.CLARIFY, ("a/z", 0.4), ("a/x", 0.3), ("a/y", 0.2)),
        pair(Verdict.CLARIFY, ("a/x", 0.4)),
        pair(Verdict.EMERGENCY, ("a/x", 0.4), ("a/y", 0.2)),
        pair(Verdict.ACCEPT, ("a/z", 0.9)),
    ]

    names = ("pair_both", "pair_one", "pair_offered", "pair_none")
    assert [figures_of(name, outcomes).right for name in names] == [1, 2, 1, 3]
    assert figures_of("single_second", outcomes) == Share(0, 0)


def test_a_second_answer_to_a_single_question_is_counted() -> None:
    twice = outcome("a/x", Verdict.ACCEPT, ("a/x", 0.9), asked=("a/x", "a/y"))

    assert figures_of("single_second", [*INTENTS, twice]) == Share(1, 3)
