"""Values in the reader's language, for every locale: countries, languages, dates and times in western digits."""

import unicodedata
from datetime import UTC, date, datetime

import pytest

from bot.model.locales import LOCALES, OWN_NAMES, RTL
from bot.model.say import Country, IntentTitle, Language, Moment, Region, Say, Value, place_named
from bot.wording import Wording, isolate, numbers_kept, western

AT = datetime(2026, 11, 18, 8, 5, tzinfo=UTC)  # Wednesday, 9:05 in Rome
COUNTRIES = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT"),
    *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "UA"),
)
TEXTS = {
    "office": "Office {office}, {city}.",
    "kind_union": "a union",
    "kind": "It is {kind}.",
    "two": "{a} {b}",
    "region_be_wal": "Wallonie",
}
SEPARATORS = {"ar": "، ", "fa": "، ", "ur": "، ", "zh": "、"}


@pytest.fixture
def wording() -> Wording:
    return Wording(lambda _locale, phrase: TEXTS[phrase], lambda locale, intent: f"{locale}:{intent}")


def bare(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("locale", LOCALES)
def test_countries_and_languages_have_names_in_every_locale(wording: Wording, locale: str) -> None:
    countries = [wording.value(locale, Country(code)) for code in COUNTRIES]
    languages = [wording.value(locale, Language(tag)) for tag in LOCALES]

    assert not set(countries) & set(COUNTRIES)
    assert len(set(countries)) == len(COUNTRIES)
    assert not set(languages) & set(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_shows_its_own_name_to_its_speakers(wording: Wording, locale: str) -> None:
    assert wording.value(locale, Language("ti", own=True)) == OWN_NAMES["ti"]
    assert wording.value(locale, Language("xx")) == "xx"
    assert wording.value(locale, Country("XX")) == "XX"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("style", "numbers"),
    [("clock", ["9", "05"]), ("day", ["18", "2026"]), ("opening", ["18", "9", "05"]), ("clock_day", ["18", "9", "05"])],
)
def test_moments_have_western_digits_in_the_zone_of_the_place(
    wording: Wording, locale: str, style: str, numbers: list[str]
) -> None:
    shown = wording.value(locale, Moment(AT, style, "Europe/Rome"))

    assert all(number in shown for number in numbers)
    assert all(sign.isascii() for sign in shown if unicodedata.category(sign) == "Nd")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_day_is_written_out(wording: Wording, locale: str) -> None:
    shown = wording.day(locale, date(2027, 3, 12))

    assert "12" in shown
    assert "2027" in shown
    assert "/" not in shown
    assert wording.value(locale, date(2027, 3, 12)) == shown


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en", "Wednesday 18 November, 9:05"), ("it", "mercoledì 18 novembre, 9:05"), ("zh", "11月18日 星期三, 9:05"),
        ("uk", "середа 18 листопада, 9:05"),
    ],
)  # fmt: skip
def test_an_opening_reads_as_its_speakers_write_it(wording: Wording, locale: str, shown: str) -> None:
    assert wording.value(locale, Moment(AT, "opening", "Europe/Rome")) == shown


@pytest.mark.parametrize("locale", LOCALES)
def test_values_are_isolated_only_where_the_line_runs_from_right_to_left(wording: Wording, locale: str) -> None:
    shown = wording.say(locale, Say("office", {"office": "CGIL Milano", "city": "Milano"}))

    expected = "Office \u2068CGIL Milano\u2069, \u2068Milano\u2069." if locale in RTL else "Office CGIL Milano, Milano."
    assert shown == expected
    assert isolate(locale, "112") == ("\u2068112\u2069" if locale in RTL else "112")


@pytest.mark.parametrize("locale", LOCALES)
def test_lists_are_joined(wording: Wording, locale: str) -> None:
    shown = wording.value(locale, ("a", "b", 3))

    assert shown == SEPARATORS.get(locale, ", ").join(["a", "b", "3"])


def test_a_phrase_within_a_phrase_is_not_isolated(wording: Wording) -> None:
    assert wording.say("ar", Say("kind", {"kind": Say("kind_union")})) == "It is a union."


def test_words_of_people_cannot_format(wording: Wording) -> None:
    shown = wording.say("en", Say("office", {"office": "*X*", "city": "[a](https://evil.example)"}))

    assert "*" not in shown
    assert "[" not in shown


def test_braces_within_a_value_stay_as_they_are(wording: Wording) -> None:
    values: dict[str, Value] = {"a": "{b}", "b": "{a}"}

    assert wording.say("en", Say("two", values)) == "{b} {a}"


def test_a_placeholder_without_a_value_stays(wording: Wording) -> None:
    assert wording.fill("en", "Source: {sources}.", {}) == "Source: {sources}."


def test_an_intent_without_a_title_is_named_by_its_words() -> None:
    nameless = Wording(lambda _locale, _phrase: "", lambda _locale, _intent: "")
    english = Wording(lambda _locale, _phrase: "", lambda locale, _intent: "Papers" if locale == "en" else "")

    assert nameless.value("ti", IntentTitle("permits/permit_renewal")) == "permit renewal"
    assert english.value("ti", IntentTitle("permits/permit_renewal")) == "Papers"


@pytest.mark.parametrize(("text", "shown"), [("١٢٣", "123"), ("۱۲", "12"), ("१०", "10"), ("10²", "10²"), ("x", "x")])
def test_digits_of_every_script_become_western(text: str, shown: str) -> None:
    assert western(text) == shown


def test_isolates_are_always_closed(wording: Wording) -> None:
    for locale in RTL:
        shown = wording.say(locale, Say("two", {"a": 3, "b": ("x", Country("IT"))}))
        assert shown.count("\u2068") == shown.count("\u2069") == 2
        assert bare(shown).startswith("3 x")


def test_a_region_is_named_with_its_country_and_one_without_a_name_by_its_code(wording: Wording) -> None:
    assert wording.value("fr", place_named("BE-WAL")) == "Wallonie, Belgique"
    assert wording.value("fr", place_named("IT")) == "Italie"
    assert wording.value("fr", Region("IT-25")) == "IT-25"


def test_a_date_that_ends_in_a_dot_ends_the_sentence(wording: Wording) -> None:
    day = {"kind": date(2027, 3, 12)}

    assert wording.say("bs", Say("kind", day)).endswith("2027.")
    assert not wording.say("bs", Say("kind", day)).endswith("..")
    assert wording.say("en", Say("kind", day)).endswith("2027.")


@pytest.mark.parametrize("locale", ["am", "ti"])
@pytest.mark.parametrize("style", ["clock", "opening", "clock_day"])
def test_the_clock_is_named_where_hours_are_counted_from_sunrise(wording: Wording, locale: str, style: str) -> None:
    told, plain = (wording.value(one, Moment(AT, style, "Europe/Rome")) for one in (locale, "en"))

    assert "9:05 (" in told
    assert plain.endswith("9:05")


@pytest.mark.parametrize("locale", sorted(RTL))
@pytest.mark.parametrize("number", ["800 290 290", "+39 02 511 64 64", "2027-05-31", "22/15", "12–14"])
def test_the_groups_of_a_number_keep_their_order(locale: str, number: str) -> None:
    assert numbers_kept(locale, f"x {number}, 112.") == f"x \u2068{number}\u2069, 112."
    assert numbers_kept("en", f"x {number}") == f"x {number}"
    for link in (f"[x](https://example.org/{number.replace(' ', '-')})", "https://example.org/2027-05-31/22-15"):
        assert numbers_kept(locale, link) == link


def test_numbers_in_a_sentence_keep_their_order() -> None:
    assert Wording(lambda *_: "80 10 {n}", lambda *_: "").fill("ar", "80 10 {n}", {"n": "1 2"}) == (
        "\u206880 10\u2069 \u20681 2\u2069"
    )
