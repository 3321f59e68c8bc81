"""Long texts: which parts are ranked, and what becomes of their rankings."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model.understanding import Ranked
from nlu.long_text import SENTENCE, merged, pieces
from nlu.normalise import LIMIT, normalise

STORY = "I came here in spring and live near the station. " * 200


def test_a_short_text_is_ranked_as_it_is() -> None:
    assert pieces("My boss does not pay. What can I do?") == ["My boss does not pay. What can I do?"]


def test_of_a_long_text_the_sentences_at_both_ends_are_ranked_too() -> None:
    whole, *sentences = pieces(f"Good morning to you! {STORY}My boss does not pay me. Thank you in advance! Ali")

    assert normalise(whole).endswith("thank you in advance! ali")
    assert sentences == [
        "Good morning to you", "I came here in spring and live near the station", "My boss does not pay me",
        "Thank you in advance",
    ]  # fmt: skip


def test_ends_of_sentences_are_known_in_many_scripts() -> None:
    for text in ("老板不给我工资。", "كم راتبي الآن؟", "मुझे वेतन नहीं मिला।", "ደመወዝ አልተከፈለኝም።", "دو ماه حقوق نگرفتم؟"):
        assert pieces(STORY + text)[-1] == text[:-1]


def test_a_text_without_sentences_is_cut_at_both_ends() -> None:
    _, first, last = pieces("begin here " + "word " * 1_000 + "my boss does not pay")

    assert first.startswith("begin here")
    assert last.endswith("my boss does not pay")
    assert len(first) == len(last) == SENTENCE


@given(st.text(min_size=LIMIT + 1, max_size=2 * LIMIT), st.text(max_size=40))
def test_any_text_gives_few_pieces_and_the_whole_first(text: str, end: str) -> None:
    found = pieces(text + end)

    assert found[0] == text + end
    assert len(found) <= 5
    assert all(len(one) <= SENTENCE for one in found[1:])


def test_the_best_guess_of_a_sentence_joins_the_ranking() -> None:
    whole = (Ranked("permits/visa", 0.3), Ranked("labour/wages", 0.1))
    sentence = (Ranked("labour/wages", 0.8), Ranked("safety/violence", 0.1))

    assert merged([whole, sentence]) == (Ranked("labour/wages", 0.8), Ranked("permits/visa", 0.3))


def test_a_thank_you_at_the_end_is_not_the_question() -> None:
    whole = (Ranked("labour/wages", 0.4),)

    assert merged([whole, (Ranked("service/thanks", 0.9),), ()]) == whole


def test_the_ranking_of_a_short_text_is_left_as_it_is() -> None:
    ranking = (Ranked("labour/wages", 0.4), Ranked("service/thanks", 0.5))

    assert merged([ranking]) == ranking
