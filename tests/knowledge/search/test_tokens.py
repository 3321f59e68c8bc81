"""Words as the search compares them, in many scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.locales import LOCALES
from knowledge.search.tokens import LONGEST, stems_of, tokens_of


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [
        ("en", "permits", "permit"),
        ("fr", "licenciements", "licenciement"),
        ("it", "contratti", "contratto"),
        ("el", "άδεια", "ΑΔΕΙΑ"),
        ("el", "εργοδότης", "εργοδοτης"),
        ("ru", "документы", "документов"),
        ("uk", "роботодавець", "роботодавця"),
        ("bg", "работодател", "работодателят"),
        ("sl", "pogodba", "pogodbe"),
        ("bs", "poslodavac", "послодавац"),
        ("tr", "İŞ", "iş"),
        ("ar", "إقَامَة", "اقامه"),
        ("ar", "أجور", "اجور"),
        ("fa", "كارفرما", "کارفرما"),
        ("ur", "کام", "كام"),
        ("am", "ሥራ", "ስራ"),
        ("am", "የስራ", "ስራ"),
        ("de", "Straße", "strasse"),
        ("hi", "१२", "12"),
    ],
)
def test_two_spellings_of_a_word_are_one(locale: str, one: str, other: str) -> None:
    assert stems_of(one, locale) == stems_of(other, locale) != ()


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        ("fr", "l'employeur n’a pas", ["l", "employeur", "n", "a", "pas"]),
        ("zh", "我没有合同", ["我没", "没有", "有合", "合同"]),
        ("zh", "ok 税 ABC合同", ["ok", "税", "abc", "合同"]),
        ("am", "ስራዬን፡አጣሁ።", ["ስራዬን", "አጣሁ"]),
        ("hi", "मेरी नौकरी", ["मेरी", "नौकरी"]),
        ("bn", "পারমিট নবায়ন", ["পারমিট", "নবায়ন"]),
        ("fa", "می\u200cخواهم", ["مي", "خواهم"]),
        ("en", "don't_pay!!! 😀 ´ \u0301", ["don", "t", "pay"]),
    ],
)
def test_words_are_told_apart_in_every_script(locale: str, text: str, words: list[str]) -> None:
    assert [token.word for token in tokens_of(text, locale)] == words


@given(st.text(max_size=200), st.sampled_from([*LOCALES, "", "xx", "pt-BR", "hu"]))
def test_any_text_in_any_locale_has_words_that_stay_the_same(text: str, locale: str) -> None:
    found = tokens_of(text, locale)

    assert found == tokens_of(text, locale)
    assert all(token.stem and token.word for token in found)
    assert all(" " not in token.word for token in found)


@given(st.lists(st.sampled_from(["boss", "pays", "nothing", "перший", "اجر"]), max_size=6))
def test_the_words_of_two_texts_are_those_of_both_together(words: list[str]) -> None:
    half = len(words) // 2

    apart = [*tokens_of(" ".join(words[:half]), "en"), *tokens_of(" ".join(words[half:]), "en")]

    assert tokens_of(" ".join(words), "en") == apart


def test_a_word_without_an_end_is_cut() -> None:
    assert len(tokens_of("a" * 10_000, "en")[0].word) == LONGEST
