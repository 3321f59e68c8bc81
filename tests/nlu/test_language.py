"""Which language is it? The table `languages.yml` holds what people write."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.locales import LOCALES
from nlu.files import read_strings
from nlu.language import LanguageGuess, identify
from nlu.language_evidence import ROMANISED, learn, read_wordings

TABLE: dict[str, Any] = read_strings(Path(__file__).with_name("languages.yml"))
FOREIGN = Path(__file__).parents[2] / "nlu" / "foreign.yml"
LONG = [(locale, text) for locale in LOCALES for text in TABLE[locale]["long"]]
SHORT = [(locale, text) for locale in LOCALES for text in TABLE[locale].get("short", [])]


def test_the_table_has_five_texts_for_each_locale() -> None:
    assert all(len(TABLE[locale]["long"]) >= 5 for locale in LOCALES)


@pytest.mark.parametrize(("locale", "text"), LONG)
def test_a_sentence_is_recognised(locale: str, text: str) -> None:
    assert identify(text).locale == locale


def test_nineteen_of_twenty_sentences_are_sure() -> None:
    assert sum(identify(text).sure for _, text in LONG) >= 0.95 * len(LONG)


@pytest.mark.parametrize(("locale", "text"), SHORT)
def test_a_word_is_never_sure_and_never_foreign(locale: str, text: str) -> None:
    guess = identify(text)

    assert not guess.sure
    assert not guess.foreign
    assert identify(text, known=locale).locale in {locale, ""}


@pytest.mark.parametrize("text", ["ok", "hi", "ciao", "стоп", "سلام", "NASpI", "Milano"])
def test_a_short_text_does_not_switch_a_known_language(text: str) -> None:
    assert not identify(text, known="tr").sure


@pytest.mark.parametrize("text", ["γεια", "বেতন", "工资"])
def test_a_script_of_one_language_decides_alone(text: str) -> None:
    assert identify(text, known="it").sure


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in TABLE["foreign"].items() for text in texts])
def test_a_language_we_do_not_speak_is_named(code: str, text: str) -> None:
    assert identify(text) == LanguageGuess(foreign=code)


@pytest.mark.parametrize("text", TABLE["roman"])
def test_romanised_text_is_unsure_and_never_somali(text: str) -> None:
    guess = identify(text)

    assert not guess.sure
    assert not guess.foreign
    assert guess.locale != "so"


@pytest.mark.parametrize(
    ("locale", "text"), [(locale, text) for locale in TABLE["mixed"] for text in TABLE["mixed"][locale]]
)
def test_a_quoted_term_of_another_script_does_not_decide(locale: str, text: str) -> None:
    assert identify(text).locale == locale


@pytest.mark.parametrize("text", TABLE["names"])
def test_a_name_is_no_language(text: str) -> None:
    assert identify(text) == LanguageGuess()


@pytest.mark.slow
def test_romanised_wordings_are_hardly_ever_sure() -> None:
    wordings = [text for (_, code), texts in read_wordings().items() if code.endswith(ROMANISED) for text in texts]
    surely = sum(identify(text).sure for text in wordings)

    assert len(wordings) > 500
    assert surely <= 0.05 * len(wordings)


def test_the_known_language_tips_the_scales() -> None:
    assert identify("salam").locale == ""
    assert identify("permesso", known="it").locale == "it"


def test_what_is_no_language_says_nothing() -> None:
    for text in ("", "123", "👍", "https://example.org/ciao", "name@example.org", "?!"):
        assert identify(text) == LanguageGuess()


def test_a_language_we_have_a_sentence_for_is_none_of_ours() -> None:
    assert not set(yaml.safe_load(FOREIGN.read_text())) & set(LOCALES)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.characters(exclude_categories=[]), max_size=120), st.sampled_from([None, "it", "xx", ""]))
def test_identifying_never_raises(text: str, known: str | None) -> None:
    guess = identify(text, known)

    assert guess.locale in {*LOCALES, ""}
    assert not (guess.locale and guess.foreign)
    assert guess.locale or not guess.sure


def test_evidence_grows_with_the_wordings(tmp_path: Path) -> None:
    for locale, wording in (("it", "voglio una mano"), ("es", "quiero una ayuda"), ("ar", "bghit shi 7ed")):
        (tmp_path / locale).mkdir()
        lines = "".join(f"    - {wording} {'abcdefgh'[n % 8] * (n // 8 + 1)}\n" for n in range(60))
        (tmp_path / locale / "service.yml").write_text(f"nlu:\n- intent: greet\n  examples: |\n{lines}")

    heard = learn(read_wordings(tmp_path), {"hu": "kell " * 60})["Latn"].of("voglio")

    assert set(heard) == {"it", "es", "ar-Latn", "hu"}
    assert max(heard, key=lambda code: heard[code]) == "it"
    assert heard["it"] > 0
