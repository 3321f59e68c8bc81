"""Cleaning utterances: training and service must see the same, whatever people type."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.normalise import LIMIT, fold, normalise

# Whatever a platform can deliver, lone surrogates included.
any_text = st.text(st.characters(exclude_categories=[]), max_size=200)


@settings(deadline=None)  # a busy machine is no failure
@given(any_text)
def test_normalising_never_raises_and_twice_is_once(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once
    assert len(once) <= LIMIT


@settings(deadline=None)  # a busy machine is no failure
@given(any_text)
def test_what_is_left_can_be_sent_and_has_no_hidden_characters(text: str) -> None:
    once = normalise(text)

    once.encode()
    assert not [char for char in once if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}]
    assert once == " ".join(once.split())


@settings(deadline=None)  # a busy machine is no failure
@given(any_text)
def test_folding_never_raises_and_leaves_words_only(text: str) -> None:
    folded = fold(text)

    assert folded == " ".join(folded.split())
    assert not [char for char in folded if unicodedata.category(char)[0] == "P"]


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=3000))
def test_a_long_text_keeps_its_two_ends(text: str) -> None:
    long = f"alpha {'lorem ipsum ' * 60}{text} omega"

    assert normalise(long).startswith("alpha")
    assert normalise(long).endswith("omega")
    assert len(normalise(long)) <= LIMIT


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("HEEEELP  me\n please", "help me please"),
        ("١٢٣ ۴۵۶ ৭৮৯ १२", "123 456 789 12"),
        ("İSTANBUL", "istanbul"),
        ("می‌خواهم", "می خواهم"),
        ("\u202bسلام\u202c", "سلام"),
        ("𝗛𝗲𝗹𝗽", "help"),
        ("", ""),
        (" \u200b\u2060 ", ""),
        ("112 1000", "112 1000"),
        ("hello, pizza", "hello, pizza"),
    ],
)
def test_examples_of_normalising(typed: str, seen: str) -> None:
    assert normalise(typed) == seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J’ai été licenciée !", "j'ai ete licenciee"),
        ("إلى المُستشفى", "الى المستشفي"),
        ("کار می‌کنم", "كار مي كنم"),
        ("ёлка", "елка"),
        ("Ελλάδα", "ελλαδα"),
        ("ሐኪም ኣነ ዓለም", "ሀኪም አነ አለም"),
        ("straße łódź đak", "strasse lodz dak"),
        ("फ़ोन यहाँ", "फोन यहां"),
        ("help!!! (now)", "help now"),
        ("IŞIK ışık", "isik isik"),
    ],
)
def test_spellings_that_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("мій", "міи"), ("їжа", "іжа"), ("কি", "কী"), ("मै", "मे"), ("ሰ", "ሱ")])
def test_words_that_differ_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_picture_is_a_word_of_its_own() -> None:
    assert fold("🆘help👍🏽") == "🆘 help 👍"
