"""Pieces for the machine."""

from hypothesis import given
from hypothesis import strategies as st

from bot.translation.cut import cut

TEXTS = st.lists(
    st.sampled_from(("Word", "[[12]]", ". ", "。", "\n", "! ", " ", "longword" * 9, "[", "]")), max_size=60
).map("".join)


@given(st.one_of(TEXTS, st.text(max_size=200)), st.integers(9, 60))
def test_pieces_are_the_text_are_short_and_hold_whole_signs(text: str, most: int) -> None:
    pieces = cut(text, most)

    assert "".join(pieces) == text
    assert all(0 < len(piece) <= most for piece in pieces)
    assert sum(piece.count("[[12]]") for piece in pieces) == text.count("[[12]]")


def test_it_is_cut_at_the_end_of_a_sentence() -> None:
    assert cut("One two three. Four five six. Seven.", 20) == ["One two three. ", "Four five six. ", "Seven."]
