"""Passages hold all words of a text, in order, and none is too long."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.documents import Text, document, titled_passages
from knowledge.search.passages import LONGEST, passages_of

_SENTENCES = st.lists(st.sampled_from(["Pay is late. ", "Why? ", "一个合同。", "word ", "ስራ። ", "x" * 50]), max_size=60)


@given(_SENTENCES | st.text(max_size=900), st.integers(20, 400))
def test_nothing_is_lost_and_nothing_is_too_long(parts: list[str] | str, longest: int) -> None:
    text = "".join(parts)

    passages = passages_of(text, longest)

    assert all(0 < len(passage) <= longest for passage in passages)
    assert "".join("".join(passages).split()) == "".join(text.split())


def test_a_cut_is_made_at_the_end_of_a_sentence() -> None:
    text = "The first sentence is here. " * 8 + "Another one follows it! " * 8

    passages = passages_of(text)

    assert len(passages) == 2
    assert all(passage.endswith((".", "!")) for passage in passages)


def test_a_title_stands_before_each_passage_within_the_length() -> None:
    found = titled_passages("Unpaid wages " * 20, "Your boss must pay. " * 60)

    assert len(found) > 1
    assert all(passage.startswith("Unpaid wages") and len(passage) <= LONGEST for passage in found)
    assert titled_passages("Only a title", " ") == ["Only a title"]
    assert titled_passages("", "") == []


def test_a_document_shows_the_same_passage_once() -> None:
    assert document("a", Text("T", "Same."), Text("T", "Same.")).passages == ("T. Same.",)
