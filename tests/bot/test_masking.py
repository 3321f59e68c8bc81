"""Numbers that name a person go before a text is kept; numbers a question is about stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iban import calc_check_digits

from bot.masking import CURRENCIES, MARK, mask

DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９")
AROUND = (
    "il mio numero è {}, grazie", "رقمي {} شكرا", "我的号码是{}谢谢", "мій номер {}.", "ቁጥሬ {} ነው", "ο αριθμός μου ({})",
    "मेरा नंबर {} है", "{}",
)  # fmt: skip

KEPT = (
    "1.200 €", "850 euro", "12.500,00", "1.200.000 euro", "1 200 000 евро", "€ 1200000", "10 000 €", "EUR 120000",
    "12 500 lei", "7.50", "1.200,50€", "١٬٢٠٠ يورو", "03.12.2026", "03/12/2026", "2026-12-03", "12/2025", "٠٣/١٢/٢٠٢٦",
    "01.01.2024-31.12.2024", "2019-2024", "2022 2023 2024", "1200 1300 1400", "13.30-15.00", "9:00-18:00",
    "09.00-13.00 14.00-18.00", "03.12.2026 13.30", "112", "116 006", "17 anni", "2009/52", "2009/52/EC", "2024/1233",
    "d.lgs. 286/1998", "art. 18", "32014L0036", "4251/2014", "00184 Roma", "1000-205 Lisboa", "1012 AB Amsterdam",
    "D-80331", "COVID19", "15000km", "24/7", "A1",
)  # fmt: skip

DOCUMENTS = (
    "AB1234567", "AB 1234567", "I12345678", "CA12345AA", "12AB34567", "C01X00T47", "X1234567L", "12345678Z",
    "RSSMRA85T10A562S", "ΑΒ 123456", "ΑΒ123456", "КМ123456", "МН 1234567", "E12345678", "ＡＢ１２３４５６７",
    "IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456", "4111 1111 1111 1111", "7523169263",
    "85.07.30-033.28", "0101006500006", "01018500015", "passport 533380006", "паспорт: 533380006", "护照号码 533380006",
    "DNI 12345678", "12345678901234",
)  # fmt: skip

PHONES = (
    "+39 333 1234567", "(+39) 333-1234567", "333 1234567", "3331234567", "06 12 34 56 78", "06.12.34.56.78",
    "0039 333 1234567", "601 234 567", "612345678", "6912345678", "02 123 45 67", "0176/12345678", "+٩٦٣ ٩٤٤ ١٢٣ ٤٥٦",
    "۰۹۱۲۳۴۵۶۷۸۹", "+39\u200e 333\u200b1234567",
)  # fmt: skip


@pytest.mark.parametrize("said", KEPT)
@pytest.mark.parametrize("keep_phones", [False, True])
def test_what_a_question_is_about_stays(said: str, keep_phones: bool) -> None:
    for around in AROUND:
        text = around.format(said)
        assert mask(text, keep_phones=keep_phones) == text


@pytest.mark.parametrize("said", DOCUMENTS)
@pytest.mark.parametrize("keep_phones", [False, True])
def test_a_number_of_a_document_goes_always(said: str, keep_phones: bool) -> None:
    for around in AROUND:
        masked = mask(around.format(said), keep_phones=keep_phones)
        assert MARK in masked
        assert not any(char.isdigit() for char in masked)


@pytest.mark.parametrize("said", PHONES)
def test_a_telephone_number_stays_only_for_an_office(said: str) -> None:
    for around in AROUND:
        text = around.format(said)
        assert mask(text) == around.format(MARK)
        assert mask(text, keep_phones=True) == text


def test_the_rest_of_a_sentence_stays() -> None:
    said = "Passaporto AB1234567, tel. +39 333 123 45 67, guadagno 1.200 € dal 03.12.2026; IT60 X054 2811 1010 0000 0123 456 ok"

    assert mask(said) == f"Passaporto {MARK}, tel. {MARK}, guadagno 1.200 € dal 03.12.2026; {MARK} ok"


numbers = st.text("0123456789", min_size=7, max_size=9)
letters = st.text("ABCDEFGHJKLMNPRSTUVWXYZ", min_size=1, max_size=3).filter(
    lambda series: series.lower() not in CURRENCIES
)
around = st.sampled_from(AROUND)
script = st.sampled_from(DIGITS)


def written(digits: str, script: str) -> str:
    """Write digits in another script."""
    return digits.translate(str.maketrans(DIGITS[0], script))


@given(letters, numbers, around, script, st.sampled_from(["", " "]), st.booleans())
def test_letters_and_six_to_nine_digits_never_stay(
    series: str, number: str, form: str, digits: str, gap: str, keep_phones: bool
) -> None:
    masked = mask(form.format(series + gap + written(number, digits)), keep_phones=keep_phones and not gap)

    assert MARK in masked
    assert not any(char.isdigit() for char in masked)


@given(st.text("0123456789", min_size=15, max_size=15), around, script, st.sampled_from(["", " ", "-"]))
def test_no_card_stays(beginning: str, form: str, digits: str, gap: str) -> None:
    card = "4" + beginning[1:] + luhn.calc_check_digit("4" + beginning[1:])
    grouped = gap.join(card[at : at + 4] for at in range(0, 16, 4))

    assert mask(form.format(written(grouped, digits)), keep_phones=True) == form.format(MARK)


@given(st.text("0123456789", min_size=18, max_size=18), around, st.sampled_from(["", " "]))
def test_no_account_stays(rest: str, form: str, gap: str) -> None:
    account = f"DE{calc_check_digits(f'DE00{rest}')}{rest}"
    grouped = gap.join(account[at : at + 4] for at in range(0, len(account), 4))

    assert not any(char.isdigit() for char in mask(form.format(grouped), keep_phones=True))


@given(st.text("0123456789", min_size=8, max_size=11), around, script, st.sampled_from([" ", ".", "-"]))
def test_a_number_with_its_country_is_a_telephone(rest: str, form: str, digits: str, gap: str) -> None:
    phone = "+" + written(f"4{rest[0]}{gap}{rest[1:4]}{gap}{rest[4:]}", digits)

    assert mask(form.format(phone)) == form.format(MARK)
    assert mask(form.format(phone), keep_phones=True) == form.format(phone)


@given(st.dates(), st.times(), st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d"]), around, script)
def test_no_date_and_no_hour_is_lost(day: object, hour: object, how: str, form: str, digits: str) -> None:
    if getattr(day, "year", 0) // 100 not in (19, 20):
        return
    text = form.format(written(f"{day:{how}} {hour:%H:%M}", digits))

    assert mask(text) == text


@given(st.integers(1, 999_999), st.sampled_from(["{:,} €", "{} euro", "{:,}", "€ {}", "{:.2f}"]), around)
def test_no_sum_is_lost(amount: int, how: str, form: str) -> None:
    for sign in ",.'":
        text = form.format(how.format(amount).replace(",", sign) if "," in how else how.format(amount))
        assert mask(text) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[]), max_size=200), st.booleans())
def test_no_text_makes_it_raise_and_a_second_time_changes_nothing(text: str, keep_phones: bool) -> None:
    masked = mask(text, keep_phones=keep_phones)

    assert mask(masked, keep_phones=keep_phones) == masked


@settings(deadline=None, max_examples=300)
@given(st.text("0123456789 .-/()+ABit:,€\n\u200e", max_size=60))
def test_signs_of_numbers_in_any_order(text: str) -> None:
    for keep_phones in (False, True):
        masked = mask(text, keep_phones=keep_phones)
        assert mask(masked, keep_phones=keep_phones) == masked
    assert sum(map(str.isdigit, mask(text))) <= sum(map(str.isdigit, text))


@pytest.mark.parametrize("unit", ["1 ", "1234567 ", "12", "a1", "IT60", "1.2.3.", "AB12 AB34 CD56 ", "(+", "€ 1"])
def test_a_long_text_of_numbers_is_no_burden(unit: str) -> None:
    """A pattern that tries every way to read it would take hours."""
    assert len(mask(unit * (10_000 // len(unit)))) <= 10_000 + len(MARK) * 10_000
