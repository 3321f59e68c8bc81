"""Sentences as people type and paste them, and how they come out of the training data again."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.evaluation.data_check import read_data
from nlu.teaching.content import Content, Question
from nlu.teaching.export import write_training
from nlu.teaching.lines import Refusal, clean, judged, typed
from nlu.teaching.shipped import read_shipped

PAY = "work/pay"
CONTENT = Content(
    {PAY: Question(PAY, shipped=True)},
    {(PAY, "en"): ("what is the minimum wage in my country",), (PAY, "fa"): ("حقوق من",)}, {},
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("- what is  the pay?", "what is the pay?"),
        ("• quanto\u2028guadagno", "quanto guadagno"),
        ("\u202bكم الراتب\u202c", "كم الراتب"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian is written with it
        ("my IBAN is DE89 3704 0044 0532 0130 00 where is my pay", "my IBAN is … where is my pay"),
        ("call [me](name:x) {now}", "call (me)(name:x) (now)"),
        ("they pay 850 euro since 2024", "they pay 850 euro since 2024"),
        ("zero\x00width\u200b", "zerowidth"),
    ],
)
def test_a_sentence_is_kept_clean(written: str, kept: str) -> None:
    assert clean(written) == kept


def test_one_line_is_one_sentence() -> None:
    assert typed("one\n\n  two\r\n- three") == ["one", "two", "three"]


def test_near_copies_and_numbers_are_told_and_repetitions_refused() -> None:
    texts = [
        "what is the minimum wage of my country", "Pay me on 0039 333 1234567 please", "new one", "New  one",
        "What is the minimum wage in my country",
    ]  # fmt: skip
    near, number, new, again, known = judged(texts, CONTENT, PAY, "en")

    assert (near.twin, near.refusal) == ("what is the minimum wage in my country", None)
    assert (number.masked, number.text) == (True, "Pay me on … please")
    assert (new.refusal, again.refusal, known.refusal) == (None, Refusal.KNOWN, Refusal.KNOWN)


@pytest.mark.parametrize(
    ("locale", "text", "refusal"),
    [
        ("en", "xx", Refusal.SHORT),
        ("en", "xxx", Refusal.SHORT),  # the model sees "x"
        ("it", "a b c di 1200", Refusal.SHORT),
        ("ru", "не на", Refusal.SHORT),
        ("en", "pay", None),
        ("el", "ΜΙΣ", None),
        ("zh", "钱", Refusal.SHORT),
        ("zh", "工资", None),
        ("am", "ደሞ", None),
        ("hi", "हूं", None),
        ("ar", "ش", Refusal.SHORT),
        ("ar", "cv", None),
        ("en", "<script>alert(pay)</script>", Refusal.MARKUP),
        ("en", "less pay > no pay", Refusal.MARKUP),
        ("en", "112", Refusal.EMPTY),
    ],
)
def test_what_teaches_nothing_is_refused(locale: str, text: str, refusal: Refusal | None) -> None:
    (line,) = judged([text], CONTENT, PAY, locale)

    assert line.refusal is refusal


def test_every_wording_that_ships_could_be_typed_again_unless_it_is_a_bare_number() -> None:
    refused = set()
    for (intent, locale), texts in read_shipped().wordings.items():
        lines = judged(texts, Content({}, {}, {}), intent, locale)
        refused |= {line.text for line in lines if line.refusal not in {None, Refusal.KNOWN}}

    assert refused == {"112", "88"}


def test_a_line_shows_no_sentence_in_its_repr() -> None:
    (line,) = judged(["my secret"], CONTENT, PAY, "en")

    assert "secret" not in repr(line)


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_comes_out_of_the_training_data_again(texts: list[str]) -> None:
    kept = [line for text in texts for line in typed(text)]
    with TemporaryDirectory() as folder:
        write_training(Path(folder), [PAY], {(PAY, "en"): kept}, ["en"])
        data = Path(folder, "nlu", "data")

        assert [one.text for one in read_data(data)] == kept
