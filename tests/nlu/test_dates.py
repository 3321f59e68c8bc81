"""Dates in figures, by name and counted from the day of the message, in every locale."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.locales import LOCALES
from nlu.dates import find_dates
from nlu.normalise import respell

ON = date(2026, 11, 22)  # a Sunday
ISO = re.compile(r"\d{4}(?:-(?:W\d\d|\d\d(?:-\d\d)?))?")


def dates(text: str, locale: str = "", on: date | None = ON) -> tuple[str, ...]:
    return find_dates(respell(text), on, locale)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.03.2026", ("2026-03-12",)),
        ("2026-03-12", ("2026-03-12",)),
        ("12/3/26", ("2026-03-12",)),
        ("3/11", ("2026-11-03",)),
        ("03/2026", ("2026-03",)),
        ("١٢/٠٣/٢٠٢٦", ("2026-03-12",)),
        ("12 March", ("2027-03-12",)),
        ("12 March 2025", ("2025-03-12",)),
        ("March 12th, 2025", ("2025-03-12",)),
        ("on Monday", ("2026-11-16",)),
        ("next Monday", ("2026-11-23",)),
        ("since 2019", ("2019",)),
        ("next week", ("2026-W48",)),
        ("a year ago", ("2025",)),
        ("day before yesterday", ("2026-11-20",)),
        ("上周一", ("2026-11-09",)),
        ("2025年3月12日", ("2025-03-12",)),
        ("三个月前", ("2026-08",)),
    ],
)
def test_dates_are_read_in_the_way_people_write_them(text: str, expected: tuple[str, ...]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "open 24/7", "at 12:30", "1.5 hours", "phone 0333 12 34 56", "30/02/2026", "99/99/9999", "may I ask", "2019",
        "contract for two months", "I am 25", "law 286/98",
    ],
)  # fmt: skip
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert dates(text, "en") == ()


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "two months ago, yesterday, last week"),
        ("fr", "il y a deux mois, hier, la semaine dernière"),
        ("it", "due mesi fa, ieri, la settimana scorsa"),
        ("es", "hace dos meses, ayer, la semana pasada"),
        ("pt", "há dois meses, ontem, na semana passada"),
        ("de", "vor zwei Monaten, gestern, letzte Woche"),
        ("nl", "twee maanden geleden, gisteren, vorige week"),
        ("el", "πριν από δύο μήνες, χθες, την περασμένη εβδομάδα"),
        ("bg", "преди два месеца, вчера, миналата седмица"),
        ("sl", "pred dvema mesecema, včeraj, prejšnji teden"),
        ("bs", "prije dva mjeseca, jučer, prošle sedmice"),
        ("ro", "acum două luni, ieri, săptămâna trecută"),
        ("sq", "para dy muajsh, dje, javën e kaluar"),
        ("pl", "dwa miesiące temu, wczoraj, w zeszłym tygodniu"),
        ("tr", "iki ay önce, dün, geçen hafta"),
        ("ar", "قبل شهرين، أمس، الأسبوع الماضي"),
        ("fa", "دو ماه پیش، دیروز، هفته گذشته"),
        ("ur", "دو مہینے پہلے، گزشتہ روز، پچھلے ہفتے"),
        ("uk", "два місяці тому, вчора, минулого тижня"),
        ("ru", "два месяца назад, вчера, на прошлой неделе"),
        ("ti", "ቅድሚ ክልተ ወርሒ፣ ትማሊ፣ ዝሓለፈ ሰሙን"),
        ("am", "ከሁለት ወር በፊት፣ ትናንት፣ ባለፈው ሳምንት"),
        ("so", "laba bilood ka hor, shalay, toddobaadkii hore"),
        ("bn", "দুই মাস আগে, গতকাল, গত সপ্তাহে"),
        ("hi", "दो महीने पहले, कल निकाल दिया, पिछले हफ्ते"),
        ("zh", "两个月前，昨天，上周"),
    ],
)
def test_the_past_in_every_locale(locale: str, text: str) -> None:
    assert set(dates(text, locale)) == {"2026-09", "2026-11-21", "2026-W46"}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("it", "da due mesi"),
        ("fr", "depuis deux mois"),
        ("de", "seit zwei Monaten"),
        ("es", "desde hace dos meses"),
        ("tr", "iki aydır"),
        ("ar", "منذ شهرين"),
        ("el", "εδώ και δύο μήνες"),
        ("bn", "দুই মাস ধরে"),
    ],
)
def test_since_a_while_is_the_month_it_began_in(locale: str, text: str) -> None:
    assert dates(text, locale) == ("2026-09",)


@settings(deadline=None)  # a busy machine is no failure
@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from(["{:%d.%m.%Y}", "{:%d/%m/%Y}", "{:%Y-%m-%d}"]))
def test_every_day_comes_back_from_its_figures(day: date, form: str) -> None:
    assert dates("since " + form.format(day), on=None) == (day.isoformat(),)


@settings(deadline=None)  # a busy machine is no failure
@given(st.dates(date(1952, 1, 1), date(2047, 12, 31)), st.dates(date(1952, 1, 1), date(2047, 12, 31)))
def test_a_day_without_a_year_is_the_nearest_one(day: date, on: date) -> None:
    (found,) = dates(f"{day.day}/{day.month}", on=on) or ("none",)

    if found == "none":
        assert f"{day.day}/{day.month}" in {"1/2", "7/7", "24/7"} or (day.day, day.month) == (29, 2)
    else:
        assert abs(date.fromisoformat(found) - on) <= timedelta(days=184 if day.day < 29 else 4 * 366)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.text(st.characters(exclude_categories=[]), max_size=60),
    st.sampled_from(["12 March", "两个月前", "قبل شهر", "999 years ago", "31/12", "in 99 days", "上周日"]),
    st.dates(date(1960, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["", *LOCALES]),
)
def test_whatever_is_found_is_in_iso_form(text: str, more: str, on: date, locale: str) -> None:
    assert all(ISO.fullmatch(found) for found in dates(f"{text} {more}", locale, on))
