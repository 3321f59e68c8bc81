"""The table of tricky opening hours, and the next opening as a person reads it in each of the 26 languages."""

import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model.locales import LOCALES, RTL
from bot.model.say import Say
from bot.wording import Wording
from dialogues.phrases import load_phrases
from handoff import wording
from handoff.offices import hours
from handoff.offices.contact_point import Closure, ContactPoint, PointKind
from handoff.offices.holidays import moved_holidays, orthodox_easter
from tests.handoff.case_tables import hours_cases, hours_table, table

CASES = hours_cases()


def office(opening: str, country: str = "IT", zone: str = "Europe/Rome", closures: str = "") -> ContactPoint:
    days = [date.fromisoformat(day) for day in closures.split("/")] if closures else []
    return ContactPoint(
        id="x", name="Sportello", organisation="x", kind=PointKind.UNION, hours=opening, country=country, zone=zone,
        closures=(Closure(*days),) if days else (),
    )  # fmt: skip


def moment(text: str, zone: str) -> datetime | None:
    if text == "null":
        return None
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_the_table_holds(case: dict[str, str]) -> None:
    zone = case.get("zone", "Europe/Rome")
    point = office(case["hours"], case.get("country", "IT"), zone, case.get("closures", ""))
    at = moment(case["at"], zone)
    assert at is not None

    assert hours.fault_in(point) == ""
    assert hours.is_open(point, at) is {"true": True, "false": False, "null": None}[case["open"]]
    assert hours.closes_at(point, at) == moment(case["closes"], zone)
    assert hours.opens_at(point, at) == moment(case["opens"], zone)


def test_the_table_stands_in_the_docs() -> None:
    assert table("hours") == hours_table(CASES), "run `python -m tests.handoff.case_tables`"


@pytest.mark.parametrize(
    ("opening", "fault"),
    [
        ("Mo-Fr 09:00-17:00; SH off", "school holidays"),
        ("Mo-Su sunrise-sunset", "the sun's times"),
        ("Mo-Fr 9-17 Uhr", "OpenStreetMap's syntax"),
    ],
)
def test_hours_that_would_be_read_wrongly_are_refused(opening: str, fault: str) -> None:
    assert fault in hours.fault_in(office(opening))
    assert hours.fault_in(office('Mo-Fr 09:00-17:00 "not in SH"')) == ""


def test_orthodox_easter_and_the_days_that_bulgaria_moves() -> None:
    """Against the calendars of past years: Easter 2021, 2024 and 2025, and Bulgaria's official free days of 2021 and 2024."""
    assert [orthodox_easter(year) for year in (2021, 2024, 2025)] == [
        date(2021, 5, 2), date(2024, 5, 5), date(2025, 4, 20),
    ]  # fmt: skip
    assert moved_holidays("BG", 2021) == {date(2021, 5, 4), date(2021, 12, 27), date(2021, 12, 28)}
    assert moved_holidays("BG", 2024) == {date(2024, 3, 4), date(2024, 9, 23)}
    assert moved_holidays("IT", 2026) == frozenset()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_next_opening_is_told_in_the_persons_language(locale: str) -> None:
    phrases = load_phrases()
    words = Wording(phrases.text, phrases.title)
    point = office("Mo-Fr 09:00-17:00; PH off")
    friday_night = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    opens = hours.opens_at(point, friday_night)
    assert opens is not None

    said = [words.say(locale, part) for part in wording.closed(point, opens).parts if isinstance(part, Say)]
    text = " ".join(said)

    english = words.value("en", wording.opening(point, opens))
    shown = words.value(locale, wording.opening(point, opens))
    assert shown in text
    assert ", 9:00" in shown
    assert shown.endswith(", 9:00") is (locale not in {"am", "ti"}), (
        "where hours are counted from sunrise it says which clock"
    )
    assert "23" in shown, "the day of the month"
    assert all(sign.isascii() for sign in shown if unicodedata.category(sign) == "Nd"), "western digits"
    assert (shown == english) is (locale == "en"), "weekday and month are the reader's"
    assert "{" not in text
    if locale in RTL:
        assert f"\u2068{shown}\u2069" in text, "isolated, so that the clock does not turn the line around"
