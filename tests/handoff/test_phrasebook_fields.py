"""What an adviser fills in: read strictly, shown in the person's language, and never able to break the message."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import to_html, to_plain
from bot.model.locales import LOCALES, RTL
from handoff.phrasebook import BadField, Phrasebook, load

CARD = {
    "day": "2027-03-12", "hour": "09:05", "place": "Via Roma 3, Milano", "who": "the adviser at the desk",
    "paper": "contract,payslips", "map": "45.4642,9.1900",
}  # fmt: skip
MAP = "https://www.openstreetmap.org/?mlat=45.4642&mlon=9.1900#map=18/45.4642/9.1900"
LINES = 8
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return load()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_card_of_an_appointment_has_a_line_for_each_thing(book: Phrasebook, locale: str) -> None:
    lines = to_plain(book.text(locale, "appointment", CARD)).splitlines()
    papers = book.papers(locale)

    assert len(lines) == LINES
    shown = "\n".join(lines)
    for part in ("12", "2027", "9:05", "Via Roma 3, Milano", "the adviser at the desk", MAP):
        assert part in shown
    assert papers["contract"] in shown
    assert papers["payslips"] in shown
    assert "{" not in shown
    assert all(sign.isascii() for sign in shown if unicodedata.category(sign) == "Nd")


def test_the_card_as_a_reader_of_english_and_of_french_sees_it(book: Phrasebook) -> None:
    assert to_plain(book.text("en", "appointment", CARD)).splitlines() == [
        "Your appointment", "Day: Friday, 12 March 2027", "Time: 9:05", "Address: Via Roma 3, Milano",
        f"Map: OpenStreetMap: {MAP}", "Ask for: the adviser at the desk", "Please bring: work contract, payslips",
        "If you cannot come, please write here.",
    ]  # fmt: skip
    assert "vendredi 12 mars 2027" in book.text("fr", "appointment", CARD)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_not_known_takes_its_line_away(book: Phrasebook, locale: str) -> None:
    needed = {name: CARD[name] for name in ("day", "hour", "place")}
    lines = book.text(locale, "appointment", {**needed, "who": " ", "unknown": "x"}).splitlines()

    assert len(lines) == LINES - 3


@pytest.mark.parametrize("missing", ["day", "hour", "place"])
def test_an_appointment_without_time_or_place_is_none(book: Phrasebook, missing: str) -> None:
    with pytest.raises(BadField) as caught:
        book.phrase("appointment", {**CARD, missing: " \u200f "})

    assert caught.value.name == missing
    assert "Roma" not in str(caught.value)


@pytest.mark.parametrize(
    ("sentence", "field", "raw", "kept"),
    [
        ("do_before", "day", "2027-03-12", "2027-03-12"),
        ("answer_by", "hour", "9.05", "9:05"), ("answer_by", "hour", "23:59", "23:59"),
        ("other_office", "place", " Via\nRoma\t3 ", "Via Roma 3"),
        ("other_office", "place", "خیابان می\u200cخواهم", "خیابان می\u200cخواهم"),
        ("keep_papers", "paper", "payslips, contract,payslips", "payslips,contract"),
        ("costs", "amount", "120", "120.00 EUR"), ("costs", "amount", "120,5 BGN", "120.50 BGN"),
        ("other_language", "language", "fr", "fr"),
    ],
)  # fmt: skip
def test_a_form_is_kept_in_one_form(book: Phrasebook, sentence: str, field: str, raw: str, kept: str) -> None:
    others = {"day": "2027-03-12", "hour": "9:00"}
    assert book.phrase(sentence, {**others, field: raw}).fields[field] == kept


@pytest.mark.parametrize(
    ("sentence", "field", "raw"),
    [
        ("do_before", "day", "12.03.2027"), ("do_before", "day", "2027-02-30"), ("do_before", "day", "20270312"),
        ("answer_by", "hour", "24:00"), ("answer_by", "hour", "9:60"), ("answer_by", "hour", "nine"),
        ("other_office", "place", "x" * 121), ("keep_papers", "paper", "contract,secret"), ("keep_papers", "paper", ","),
        ("costs", "amount", "-5"), ("costs", "amount", "1e9"), ("costs", "amount", "12345678"), ("costs", "amount", "5 XYZ"),
        ("costs", "amount", "٥"), ("other_language", "language", "xx"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_by_its_field(book: Phrasebook, sentence: str, field: str, raw: str) -> None:
    with pytest.raises(BadField) as caught:
        book.phrase(sentence, {"day": "2027-03-12", "hour": "9:00", field: raw})

    assert caught.value.name == field


@pytest.mark.parametrize("place", ["91,9", "45,181", "45", "a,b", "45.1,9.1) [x](http://e.example"])
def test_a_map_needs_a_point_on_earth(book: Phrasebook, place: str) -> None:
    with pytest.raises(BadField):
        book.phrase("appointment", {**CARD, "map": place})


@pytest.mark.parametrize("locale", LOCALES)
def test_an_amount_is_written_as_its_readers_write_it_in_western_digits(book: Phrasebook, locale: str) -> None:
    shown = book.text(locale, "costs", {"amount": "1120.5 EUR"})

    assert re.sub(r"\D", "", shown) == "112050"
    assert "€" in shown or "EUR" in shown
    assert all(sign.isascii() for sign in shown if unicodedata.category(sign) == "Nd")


def test_a_language_is_named_in_its_own_words(book: Phrasebook) -> None:
    assert "Français" in book.text("ti", "other_language", {"language": "fr"})


def test_an_unknown_locale_reads_english_and_an_unknown_sentence_is_refused(book: Phrasebook) -> None:
    assert book.text("xx", "thanks") == book.text("en", "thanks")
    with pytest.raises(KeyError):
        book.phrase("gone", {})
    assert book.answer("en", "gone", "yes") == ""


def refused(sentence: str, fields: dict[str, str]) -> str:
    """Return the field that cannot be used, if there is one."""
    try:
        load().phrase(sentence, fields)
    except BadField as bad:
        return bad.name
    return ""


HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["*", "[x](https://evil.example)", "<b>", "{day}", "{place}", "\n", "\r\n", "\u2028", "\u202e",
                         "\u2067", "\u2069", "\u200f", "\ue000", "\ue001", "שלום", "عنوان", "&amp;", "`", "_", "\x00"]),
    ),
    max_size=8,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(place=HOSTILE, who=HOSTILE, locale=st.sampled_from(LOCALES))
def test_no_value_can_format_link_break_a_line_or_turn_it_around(place: str, who: str, locale: str) -> None:
    fields = {**CARD, "place": place, "who": who}
    if refused("appointment", fields) in {"place", "who"}:
        return
    text = load().text(locale, "appointment", fields)
    html = to_html(text)

    assert len(text.splitlines()) in {LINES, LINES - 1}  # nothing to see in `who` is nobody to ask for
    assert html.count("<") == 4  # our heading and our map
    assert html.count("<b>") == html.count("<a ") == html.count("openstreetmap.org/?") == 1
    assert len(text) < 1024  # what WhatsApp takes above buttons
    if locale in RTL:
        assert text.count("\u2068") == text.count("\u2069")
    else:
        assert not TURNING.search(text)


@settings(deadline=None)
@given(raw=st.text(max_size=200), field=st.sampled_from(["day", "hour", "paper", "amount", "language", "map"]))
def test_any_text_is_kept_well_formed_or_refused(raw: str, field: str) -> None:
    book = load()
    sentence = {
        "day": "do_before", "hour": "answer_by", "paper": "keep_papers", "amount": "costs", "language": "other_language",
        "map": "appointment",
    }[field]  # fmt: skip
    if refused(sentence, {**CARD, field: raw}) == field:
        return
    phrase = book.phrase(sentence, {**CARD, field: raw})
    assert book.phrase(sentence, phrase.fields) == phrase
    assert book.text("ar", sentence, phrase.fields)
