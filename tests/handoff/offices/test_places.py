"""What the public page lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handoff.offices.contact_point import Duty
from handoff.offices.places import Listing, places
from handoff.offices.services import Service, ServiceKind
from handoff.offices.synthetic import make_points, make_services
from tests.handoff.conftest import office, trusted

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)

MILANO = office("milano")
SATURDAY = office("saturday", hours="Sa 10:00-12:00")
ROMA = office("roma", city="Roma", city_also=("Rome",))
UNKNOWN = office("unknown", hours="", languages=())
LIEGE = office("liege", country="BE", city="Liège", languages=("fr",), zone="Europe/Brussels")
DEMO = office("demo-office", country="*", city="—", demo=True)


def service(service_id: str, **values: str | tuple[str, ...] | ServiceKind) -> Service:
    common = {
        "name": service_id.title(), "organisation": "Charity", "kind": ServiceKind.FOOD, "country": "IT",
        "city": "Milano", "zone": "Europe/Rome",
    }  # fmt: skip
    return Service(id=service_id, **{**common, **values})  # type: ignore[arg-type]


MEALS = service("meals", hours="Mo-Su 12:00-14:00")
CLINIC = service("clinic", kind=ServiceKind.LEGAL_CLINIC, topics=("permits",), languages=("fr", "ar"))
NETWORK = make_points(3)
ALL = (MILANO, SATURDAY, ROMA, UNKNOWN, LIEGE, DEMO)


def ids(*listed: Listing) -> list[str]:
    return [one.place.id for one in listed]


def test_open_now_first_then_the_city_then_the_name() -> None:
    assert ids(*places(ALL, (MEALS,), country="IT", city="rome", open_at=NOON)) == [
        "roma", "meals", "milano", "saturday", "unknown",
    ]  # fmt: skip
    assert ids(*places(ALL, (), country="IT", city="Milano", open_at=NIGHT)) == [
        "milano",
        "saturday",
        "unknown",
        "roma",
    ]


def test_without_a_country_the_city_filters() -> None:
    assert ids(*places(ALL, (MEALS, CLINIC), city="Liege", open_at=NOON)) == ["liege"]
    assert ids(*places(ALL, (), city="Nowhere", open_at=NOON)) == []
    assert len(places(ALL, (MEALS,), open_at=NOON)) == 6, "all but the demonstration, which is nowhere"


def test_an_office_without_topics_answers_all_a_service_without_topics_none() -> None:
    permits = replace(ROMA, topics=("permits",))
    everything = (MILANO, permits)

    assert ids(*places(everything, (MEALS, CLINIC), topic="permits", open_at=NOON)) == ["milano", "roma", "clinic"]
    assert ids(*places(everything, (MEALS, CLINIC), topic="benefits", open_at=NOON)) == ["milano"]


def test_who_is_known_not_to_speak_the_language_is_left_out_who_may_is_not() -> None:
    listed = places((MILANO, UNKNOWN, LIEGE), (CLINIC,), language="fr", open_at=NIGHT)

    assert [(one.place.id, one.speaks) for one in listed] == [("clinic", True), ("liege", True), ("unknown", None)]


def test_a_line_says_what_is_known_and_no_more() -> None:
    now, later = places((MILANO, UNKNOWN), (), open_at=NOON)

    assert (now.kind, now.is_open, now.in_city, now.speaks) == ("union", True, False, None)
    assert now.closes == NOON + timedelta(hours=6)
    assert now.opens == NOON + timedelta(hours=21)
    assert (later.is_open, later.closes, later.opens) == (None, None, None)


def test_what_is_said_about_reporting_people() -> None:
    for point, expected in [
        (MILANO, None),
        (trusted(MILANO), True),
        (replace(MILANO, duty_to_report=Duty.POSSIBLE), False),
    ]:
        (line,) = places((point,), (), open_at=NOON)
        assert line.reports_nobody is expected


@pytest.mark.parametrize("country", ["", *sorted({point.country for point in NETWORK})])
def test_the_order_depends_on_nothing_but_what_is_listed(country: str) -> None:
    services = make_services(3)

    listed = places(NETWORK, services, country=country, city="Roma", open_at=NOON)

    assert listed == places(reversed(NETWORK), reversed(services), country=country, city="Roma", open_at=NOON)
    is_open = [one.is_open is True for one in listed]
    assert is_open == sorted(is_open, reverse=True)
    assert {one.place.country for one in listed} == ({country} if country else {"IT"})
