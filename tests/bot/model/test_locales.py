"""The list of locales that everything else goes by."""

import pytest
from babel import Locale

from bot.model.locales import LOCALES, OWN_NAMES, RTL, text_direction


def test_there_are_26_and_each_has_a_name_in_its_own_script() -> None:
    assert len(LOCALES) == len(set(LOCALES)) == 26
    assert all(OWN_NAMES[locale].strip() for locale in LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_direction_is_the_one_that_cldr_gives(locale: str) -> None:
    assert text_direction(locale) == Locale.parse(locale).text_direction


def test_a_region_does_not_change_the_direction() -> None:
    assert text_direction("fa-AF") == "rtl"
    assert text_direction("pt-BR") == "ltr"
    assert set(LOCALES) >= RTL
