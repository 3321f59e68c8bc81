"""What a machine must not touch comes back as it was, or the translation is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.base import TranslationFailed
from bot.translation.shield import SIGN, Shields, numbers
from bot.wording import western
from tests.bot.translation.conftest import OFFICE, TERMS
from tests.fakes.libretranslate import reversed_words

SHIELDS = Shields(lambda: [OFFICE], TERMS)
KEPT = (
    "1,200.50 €", "EUR 50", "€ 1 200", "12.5 %", "D.Lgs. 286/1998", "2003/88/EC", "§ 23", "Art. 18", "art. 5 bis (2)",
    "03/05/2027", "2027-05-03", "9:30", "17.30-19.00", "5 pm", "+39 02 123 4567", "(02) 1234567", "333 123 4567", OFFICE,
    "https://example.org/a?b=1&c=2", "www.example.org/x", "info@example.org", "1500", "Ν. 4251/2014", "۱۲۰۰ €",
)  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(KEPT),
    st.sampled_from(("Residence permit", "12 March 2027", "[[1]]", "【2】", "[[", "]]", "24/7", "3 weeks")),
    st.text(max_size=12),
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join)


@pytest.mark.parametrize("kept", KEPT)
def test_it_is_kept_from_the_machine_and_comes_back(kept: str) -> None:
    shielded = SHIELDS.over(f"Come with {kept} please", "en", "it")

    assert not numbers(SIGN.sub(" ", shielded.text))
    assert western(kept) in shielded.restore(shielded.text)


def test_an_address_and_an_office_are_not_turned_around_with_the_words() -> None:
    shielded = SHIELDS.over(f"Ask {OFFICE} at info@example.org", "en", "it")

    assert shielded.restore(reversed_words(shielded.text)) == f"ksA {OFFICE} ta info@example.org"


@given(TEXTS)
def test_an_honest_machine_gives_every_text_back(text: str) -> None:
    shielded = Shields(lambda: [OFFICE]).over(text, "fr", "fr")

    assert western(shielded.restore(shielded.text)) == western(text)


@given(TEXTS, st.data())
def test_a_sign_that_is_lost_or_doubled_is_refused(text: str, data: st.DataObject) -> None:
    shielded = SHIELDS.over(f"{text} on 03/05/2027", "en", "it")
    sign = data.draw(st.sampled_from(range(1, len(shielded.kept) + 1)))
    broken = data.draw(st.sampled_from(("", f"[[{sign}]] [[{sign}]]", f"[[{len(shielded.kept) + 1}]]")))

    with pytest.raises(TranslationFailed, match="placeholder"):
        shielded.restore(shielded.text.replace(f"[[{sign}]]", broken))


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_small_number_that_changed_is_refused(right: int, wrong: int) -> None:
    shielded = SHIELDS.over(f"within {right} weeks", "en", "it")

    if right == wrong:
        assert shielded.restore(f"entro {wrong} settimane") == f"entro {right} settimane"
    else:
        with pytest.raises(TranslationFailed, match="number"):
            shielded.restore(f"entro {wrong} settimane")


def test_a_number_that_nobody_wrote_is_refused_but_a_word_may_become_a_small_one() -> None:
    shielded = SHIELDS.over("Come in two days", "en", "it")

    assert shielded.restore("Vieni tra 2 giorni") == "Vieni tra 2 giorni"
    with pytest.raises(TranslationFailed, match="number"):
        shielded.restore("Vieni tra due giorni con 1000 euro")


def test_the_same_number_in_other_digits_and_with_other_separators_is_the_same() -> None:
    assert numbers("1.200 und 7") == numbers("١٬٢٠٠ و ٧") == numbers("1 200 og 7".replace(" 2", "2"))


def test_signs_come_back_from_other_brackets_and_spaces() -> None:
    shielded = SHIELDS.over("Call +39 02 123 4567 at 9:30", "en", "zh")

    assert shielded.restore("在【【 2 】】拨打 [ [ 1 ] ]") == "在9:30拨打 +39 02 123 4567"


def test_what_goes_into_a_line_from_right_to_left_stays_in_one_piece() -> None:
    shielded = SHIELDS.over("Call +39 02 123 4567", "en", "ar")

    assert "\u2068+39 02 123 4567\u2069" in shielded.restore("اتصل [[1]]")


def test_a_term_of_the_glossary_gets_the_field_s_own_name() -> None:
    shielded = SHIELDS.over("Residence permit? Bring the residence permit", "en", "it")

    assert shielded.restore(shielded.text) == "Permesso di soggiorno? Bring the permesso di soggiorno"


def test_a_term_is_found_between_chinese_words() -> None:
    shielded = SHIELDS.over("请带居留许可来", "zh", "it")

    assert shielded.kept == ("permesso di soggiorno",)


def test_part_of_a_word_is_no_term() -> None:
    assert SHIELDS.over("nonresidence permits", "en", "it").kept == ()
