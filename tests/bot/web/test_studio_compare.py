"""Two editions beside each other: nothing of either gets lost, and no word is called changed that stayed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.web.studio.articles.compare import pieces

WORDS = st.lists(st.sampled_from(["paga", "الأجر", "200", "€", "legge.[^IT-1]", "\n", "no"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(before: str, after: str) -> None:
    found = list(pieces(before, after))
    old = "".join(piece.text for piece in found if piece.kind in {"same", "gone"})
    new = "".join(piece.text for piece in found if piece.kind in {"same", "new"})

    assert old == before
    assert new == after


def test_single_words_are_compared_where_most_stayed() -> None:
    found = [
        (piece.kind, piece.text) for piece in pieces("La paga è di 900 euro al mese.", "La paga è di 950 euro al mese.")
    ]

    assert found == [("same", "La paga è di "), ("gone", "900"), ("new", "950"), ("same", " euro al mese.")]


def test_another_text_is_shown_as_a_whole() -> None:
    found = [piece.kind for piece in pieces("Chiedi la busta paga ogni mese.", "In Italia dal 2027 vale un minimo.")]

    assert found == ["gone", "new"]
