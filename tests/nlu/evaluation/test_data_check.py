"""The checks of the training data: on data made by hand, and on ours."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.model.errors import SettingsError
from nlu.commands import known_intents
from nlu.evaluation.cases import Case, Kind, read_cases
from nlu.evaluation.data_check import Data, Wording, ambiguous, findings, overlap, read_data
from nlu.evaluation.sameness import near_duplicates, refilled, words, worn_runs

ROOT = Path(__file__).parents[3]


def test_near_copies_are_found_and_short_ones_left_alone() -> None:
    texts = ["my boss does not pay me", "my bosss dos not pay me", "pay me my boss does not", "hello", "hello!"]

    assert {text for pair in near_duplicates(texts) for text in pair} == set(texts[:3])


def test_a_frame_that_is_filled_again_is_found() -> None:
    texts = [
        "how do i get a permit in italy",
        "how do i get a visa in france",
        "how do i renew my old visa in france",
        "i work here",
        "i live here",
        "what does it cost",
        "what did it cost",
    ]

    assert refilled(texts) == [tuple(sorted(texts[:2])), tuple(sorted(texts[5:]))]


def test_worn_runs_are_those_of_many_wordings() -> None:
    texts = [f"can you tell me {number}" for number in range(7)]

    assert worn_runs(texts) == [("can you tell me", 7)]
    assert worn_runs(texts[1:]) == []


def test_chinese_has_words_too() -> None:
    assert words("这张表怎么填?") == ("这张", "表怎", "么填")
    assert near_duplicates(["老板不给我发工资怎么办", "老板不给我发工资怎么办呢"])


def found(wordings: Sequence[Wording], cases: Sequence[Case]) -> list[tuple[str, bool]]:
    return [(finding.line, finding.fails) for finding in overlap(Data(wordings, cases, ()))]


def test_what_is_trained_is_not_tested() -> None:
    wordings = [Wording("fr", "a/x", "Où est mon permis ?"), Wording("fr", "service/greet", "Bonjour")]
    cases = [
        Case(Kind.INTENT, "fr", "ou est mon permis", "a/x"),
        Case(Kind.LANGUAGE, "fr", "bonjour"),
        Case(Kind.INTENT, "fr", "quand aurai-je mon permis", "a/x"),
    ]

    assert found(wordings, cases) == [
        ("fr: the intents case 'ou est mon permis' is in the training data (fr/a.yml, a/x)", True),
        ("1 cases of one or two words are in the training data: bonjour", False),
    ]


def test_one_wording_has_one_intent_in_all_locales() -> None:
    wordings = [Wording("sl", "service/affirm", "Jo"), Wording("sq", "service/deny", "jo"), Wording("it", "a/x", "si")]

    assert [finding.line for finding in ambiguous(Data(wordings, (), ()))] == [
        "'jo' is a wording of more than one intent: service/affirm (sl), service/deny (sq)"
    ]


def test_what_is_missing_is_told() -> None:
    data = Data([Wording("en", "a/x", "one"), Wording("en", "a/z", "two")], [], {"a/x", "a/y"})

    lines = {finding.line for finding in findings(data) if finding.fails}

    assert {
        "en: no wording of a/y",
        "en: 1 wordings of a/x, 12 are wanted",
        "en: a/z is not in dialogues/domain, or stands in the file of another topic",
        "fr: 0 cases of danger, 60 are wanted",
        "am: 0 cases of a/x, 1 are wanted",
        "0 cases out of scope, 300 are wanted",
    } <= lines


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.yml").write_text("nlu: [{intent: x}]")

    with pytest.raises(SettingsError, match=r"a\.yml"):
        read_data(tmp_path)


@pytest.mark.slow
def test_our_data_and_cases_are_in_order() -> None:
    intents = known_intents(ROOT)
    data = Data(read_data(ROOT / "nlu" / "data"), read_cases(ROOT / "tests" / "nlu_cases", intents), intents)

    assert [finding.line for finding in findings(data) if finding.fails] == []
