"""Money beside the name of its currency, in every script; nothing else that is a number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.amounts import find_amounts
from nlu.normalise import respell


def amounts(text: str) -> tuple[str, ...]:
    return find_amounts(respell(text))[0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.200,50 €", "1200.50 EUR"),
        ("1,200.50 euros", "1200.50 EUR"),
        ("1 200 eur", "1200.00 EUR"),
        ("1'200 CHF", "1200.00 CHF"),
        ("800e", "800.00 EUR"),
        ("€ 800", "800.00 EUR"),
        ("900 ευρώ", "900.00 EUR"),
        ("500лв", "500.00 BGN"),
        ("٨٠٠ يورو", "800.00 EUR"),
        ("۸۰۰٫۵ یورو", "800.50 EUR"),
        ("৫ হাজার টাকা", "5000.00 BDT"),
        ("5 тысяч рублей", "5000.00 RUB"),
        ("2mila euro", "2000.00 EUR"),
        ("1.5万元", "15000.00 CNY"),
        ("欠我，800欧元", "800.00 EUR"),
        ("800-900 euro", "900.00 EUR"),
        ("3,50€/h", "3.50 EUR"),
        ("1200.- €", "1200.00 EUR"),
        ("2000 złotych", "2000.00 PLN"),
        ("500 грн", "500.00 UAH"),
    ],
)
def test_an_amount_is_read_in_the_way_people_write_it(text: str, amount: str) -> None:
    assert amounts(text) == (amount,)


@pytest.mark.parametrize(
    "text",
    [
        "call 0039 333 123 4567", "at 6 pm", "12:30", "40 hours a week", "100 %", "I am 25", "euro", "12.03.2026",
        "800 e 900", "00 €", "333 123 456 789 euro", "24/7 euro zone",
    ],
)  # fmt: skip
def test_a_number_without_money_is_no_amount(text: str) -> None:
    assert amounts(text) == ()


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(1, 9_999_999), st.integers(0, 99), st.sampled_from(["{:,}.{:02} €", "{:,}.{:02} euro"]))
def test_every_amount_comes_back_with_its_cents(whole: int, cents: int, form: str) -> None:
    assert amounts("I got " + form.format(whole, cents)) == (f"{whole}.{cents:02} EUR",)
    continental = form.format(whole, cents).replace(",", ";").replace(".", ",").replace(";", ".")
    assert amounts(continental) == (f"{whole}.{cents:02} EUR",)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.sampled_from("0123456789.,'’ €eur-/:٣৩千万kmila"), max_size=40))
def test_whatever_is_found_is_a_positive_amount_of_two_decimals(text: str) -> None:
    for amount in amounts(text):
        value, currency = amount.split()
        assert 0 < float(value) <= 10_000_000
        assert len(value.partition(".")[2]) == 2
        assert len(currency) == 3
