"""Messages with two questions, made of test cases."""

from nlu.evaluation.cases import Case, Kind
from nlu.evaluation.pairs import EACH, WAYS, pairs

CASES = [
    Case(Kind.INTENT, "el", "πότε πληρώνομαι;", "a/wages"),
    Case(Kind.INTENT, "el", "πώς ανανεώνω την άδεια;", "a/permit"),
    Case(Kind.INTENT, "el", "πώς ανανεώνω την άδεια; πότε πληρώνομαι φέτος;", "a/both"),  # two questions already
    Case(Kind.INTENT, "el", "Γεια σας!", "service/greet"),
    Case(Kind.OUT_OF_SCOPE, "el", "τι ώρα είναι;", "service/out_of_scope"),
    Case(Kind.INTENT, "fr", "bonjour", "service/greet"),
    Case(Kind.INTENT, "fr", "quand suis-je payé", "a/wages"),
]


def test_each_pair_has_two_content_intents_and_the_marks_of_its_locale() -> None:
    made = pairs(CASES)

    assert len(made) == EACH  # French has no second intent
    assert {(one.kind, one.locale) for one in made} == {(Kind.PAIR, "el")}
    assert {frozenset((one.expected, one.second)) for one in made} == {frozenset({"a/wages", "a/permit"})}
    assert {one.text for one in made if one.expected == "a/wages"} <= {
        "πότε πληρώνομαι. πώς ανανεώνω την άδεια",
        "πότε πληρώνομαι; πώς ανανεώνω την άδεια;",
        "πότε πληρώνομαι\nπώς ανανεώνω την άδεια",
        "Γεια σας. πότε πληρώνομαι; πώς ανανεώνω την άδεια;",
    }
    assert all(one.needs_rasa for one in made)


def test_the_draw_is_the_same_each_time_and_uses_all_ways() -> None:
    assert pairs(CASES) == pairs(list(CASES))
    assert EACH % len(WAYS) == 0
    assert sum("\n" in one.text for one in pairs(CASES)) == EACH // len(WAYS)
