"""Dates with the month's name, in and out of languages."""

import pytest

from bot.model.locales import LOCALES
from bot.translation.written_dates import find_dates


def _said(text: str, source: str, target: str) -> list[str]:
    return [written for _, _, written in find_dates(text, source, target)]


@pytest.mark.parametrize(
    ("source", "text", "english"),
    [
        ("it", "Vieni il 12 marzo 2027", "12 March 2027"), ("fr", "le 1er août", "1 August"),
        ("de", "am 3. Mai 2027", "3 May 2027"), ("el", "στις 3 Μαΐου 2027", "3 May 2027"),
        ("sl", "3. maja 2027", "3 May 2027"), ("bg", "на 3 май 2027", "3 May 2027"), ("es", "3 de mayo de 2027", "3 May 2027"),
        ("pt", "3 de maio", "3 May"), ("ar", "في 3 مايو 2027", "3 May 2027"), ("zh", "2027年3月12日", "12 March 2027"),
        ("zh", "3月12日来", "12 March"), ("uk", "3 травня 2027", "3 May 2027"), ("en", "March 12, 2027", "12 March 2027"),
    ],
)  # fmt: skip
def test_a_date_is_written_out_in_the_other_language(source: str, text: str, english: str) -> None:
    assert _said(text, source, "en") == [english]


@pytest.mark.parametrize("target", LOCALES)
def test_every_locale_gets_its_own_form_with_western_digits(target: str) -> None:
    (written,) = _said("12 March 2027", "en", target)

    assert "12" in written
    assert "2027" in written or target in {"fa", "am"}  # CLDR may use another calendar's year nowhere: see the digits
    assert not any(char.isdecimal() and not char.isascii() for char in written)


@pytest.mark.parametrize(
    "text", ["30 February 2027", "section 12 may apply", "March is cold", "12 Marchs", "1.3 March"]
)
def test_it_is_no_date(text: str) -> None:
    assert _said(text, "en", "it") == []
