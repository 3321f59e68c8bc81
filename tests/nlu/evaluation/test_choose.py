"""A locale's threshold comes from the cases of the others."""

from bot.model.understanding import Verdict
from nlu.evaluation.cases import OUT_OF_SCOPE, Kind
from nlu.evaluation.choose import choose
from nlu.evaluation.outcomes import Outcome
from nlu.fallback import Thresholds
from tests.nlu.evaluation.outcomes import outcome

T = Thresholds(accept=0.5, margin=0.0, clarify=0.0, card=1.0, danger=1.0)


def answered(locale: str, confidence: float, right: bool, count: int = 1) -> list[Outcome]:
    expected = "a/x" if right else "a/y"
    return [outcome(expected, Verdict.ACCEPT, ("a/x", confidence), locale=locale)] * count


def test_the_threshold_is_the_lowest_that_keeps_the_other_locales_right() -> None:
    outcomes = [*answered("en", 0.9, True, 40), *answered("en", 0.6, False, 4), *answered("it", 0.4, False, 4)]

    chosen = choose(outcomes, T)

    assert chosen["it"] == 0.61  # only the English cases count, 4 of 44 wrong below it
    assert chosen["en"] == 0.95  # only the Italian ones, all wrong
    assert chosen["fr"] == 0.61


def test_an_answer_to_what_is_out_of_scope_counts_as_wrong_and_small_talk_does_not() -> None:
    good = answered("en", 0.9, True, 40)
    taken = [outcome(OUT_OF_SCOPE, Verdict.ACCEPT, ("a/x", 0.7), kind=Kind.OUT_OF_SCOPE)] * 4
    greeted = [outcome(OUT_OF_SCOPE, Verdict.ACCEPT, ("service/greet", 0.7), kind=Kind.OUT_OF_SCOPE)] * 4

    assert choose([*good, *taken], T)["it"] == 0.71
    assert choose([*good, *greeted], T)["it"] == 0.3
