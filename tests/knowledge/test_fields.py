from datetime import date

import pytest

from knowledge.fields import ContentError, Fields, read_yaml


def fields(raw: str) -> Fields:
    problems: list[str] = []
    return Fields.of(read_yaml(raw, "x.yml", problems), "x.yml", problems, raw)


def noted(read: Fields) -> list[str]:
    """The problems so far, of which the code under test only adds to the list."""
    assert isinstance(read.problems, list)
    return read.problems


def test_norway_is_not_false_and_a_date_is_what_was_written() -> None:
    read = fields("applies_in: [NO, IT]\nday: 2026-11-12")

    assert read.words("applies_in") == ("NO", "IT")
    assert read.day("day") == date(2026, 11, 12)
    assert not read.problems


def test_a_complaint_names_file_line_and_field() -> None:
    read = fields("title: a\nversion: zero")

    read.number("version")

    assert read.problems == ["x.yml, line 2: 'version' must be a whole number from 1 on"]


def test_a_misspelt_key_is_refused_with_the_known_ones() -> None:
    read = fields("titel: a")

    read.only("title", "version")

    assert read.problems == ["x.yml, line 1: 'titel' is not known; use title, version"]


def test_a_key_given_twice_is_refused() -> None:
    assert noted(fields("a: 1\na: 2"))[0] == "x.yml, line 2: this is not valid YAML ('a' is there twice); correct it"


@pytest.mark.parametrize("raw", ["a: [", "- a", "just words", "", "a: &x [*x]", "\x00"])
def test_what_is_no_mapping_is_a_problem_and_no_crash(raw: str) -> None:
    assert fields(raw).problems


def test_a_tag_builds_nothing() -> None:
    assert fields("a: !!python/object/apply:os.getcwd []").values == {"a": []}


def test_deep_nesting_is_a_problem_and_no_crash() -> None:
    assert fields("[" * 3_000).problems


def test_missing_and_wrong_values_are_all_noted_at_once() -> None:
    read = fields("flag: perhaps\nday: 2026-02-30\nlist: word\nchoice: z\ntext: [a]")

    read.flag("flag"), read.day("day"), read.words("list"), read.choice("choice", ("a", "b")), read.text("text")
    read.text("absent"), read.inner("list")

    assert len(noted(read)) == 7
    assert "write a date such as 2026-11-12" in noted(read)[1]


def test_null_is_no_date() -> None:
    read = fields("day: null")

    assert read.perhaps_day("day") is None
    assert not read.problems
    read.day("day")
    assert read.problems == ["x.yml, line 1: 'day' is missing; write a date such as 2026-11-12"]


def test_typed_values_of_the_store_read_as_well_as_words() -> None:
    problems: list[str] = []
    read = Fields.of({"flag": True, "number": 3, "day": None, "list": ["a"]}, "revision x", problems)

    assert (read.flag("flag"), read.number("number"), read.perhaps_day("day"), read.words("list")) == (
        True,
        3,
        None,
        ("a",),
    )
    assert not problems


def test_the_error_carries_every_problem() -> None:
    error = ContentError(["one", "two"])

    assert error.problems == ("one", "two")
    assert str(error) == "one\ntwo"
