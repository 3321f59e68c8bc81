"""Which office fits."""

from dataclasses import replace
from datetime import UTC, datetime

from handoff import wording
from handoff.contact_point import ContactPoint, Duty, PointKind
from handoff.routing import Network, Route, ids
from tests.handoff.conftest import heard, office, trusted

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)

MILANO = office("milano")
ROMA = office("roma", city="Roma", city_also=("Rome",))
LISTED = office("listed", city="Roma")
TOWN_HALL = office("town-hall", kind=PointKind.MUNICIPALITY)
LIEGE = office("liege", country="BE", city="Liège", languages=("fr",), zone="Europe/Brussels")
DEMO = office("demo-office", country="*", city="—", demo=True)


def choose(
    *points: ContactPoint, staffed: str = "", country: str = "IT", city: str = "", locale: str = "it", topic: str = "",
    trusted_only: bool = False, at: datetime = NOON, minor: bool = False, without: tuple[str, ...] = (),
) -> Route:  # fmt: skip
    network = Network(points, frozenset(staffed.split()))
    return network.choose(country, city, locale, topic, at, trusted_only, minor=minor, without=without)


def test_only_offices_of_the_country_and_the_demonstration_are_staffed() -> None:
    route = choose(DEMO, MILANO, LIEGE, staffed="demo-office milano liege")

    assert ids(route.staffed) == ("milano", "demo-office")


def test_the_order_is_city_then_language_then_open_now() -> None:
    closed = office("closed", city="Roma", hours="Sa 09:00-12:00")
    french = office("french", city="Roma", languages=("fr",))

    route = choose(MILANO, closed, french, ROMA, staffed="milano closed french roma", city="ROMA")

    assert ids(route.staffed) == ("roma", "closed", "french", "milano")


def test_a_city_is_found_in_any_language_accent_or_case() -> None:
    assert ids(choose(MILANO, ROMA, staffed="milano roma", city="ROME").staffed)[0] == "roma"
    assert ids(choose(LIEGE, country="BE", city="liege").listed) == ("liege",)


def test_an_office_whose_opening_is_unknown_cannot_be_queued_to() -> None:
    """We must be able to say when they read."""
    route = choose(
        office("unknown", hours=""), office("never", hours="2020 Mo-Fr 09:00-18:00"), staffed="unknown never"
    )

    assert route.staffed == ()
    assert ids(route.listed) == ("unknown", "never")


def test_what_cannot_be_queued_to_is_never_offered() -> None:
    said = wording.offer(office("unknown", hours=""), "it", NOON, minor=False)

    assert heard(said) == ["unknown", "no_pass_on"]


def test_an_unstaffed_office_is_only_listed_and_the_demonstration_never() -> None:
    route = choose(MILANO, LISTED, DEMO, city="roma")

    assert route.staffed == ()
    assert ids(route.listed) == ("listed", "milano")


def test_at_most_three_are_listed_same_city_first() -> None:
    points = [office(f"p{number}", city=city) for number, city in enumerate(["Bari", "Roma", "Pisa", "Roma", "Como"])]

    assert ids(choose(*points, city="Roma").listed) == ("p1", "p3", "p0")


def test_a_trusted_subject_goes_only_to_offices_that_declared_no_duty() -> None:
    points = (MILANO, trusted(ROMA), replace(LISTED, duty_to_report=Duty.POSSIBLE), TOWN_HALL)
    everywhere = "milano roma listed town-hall"

    route = choose(*points, staffed=everywhere, trusted_only=True)

    assert ids(route.staffed) == ("roma",)
    assert ids(route.listed) == ("milano", "listed", "town-hall"), "the others as addresses, authorities last"


def test_a_declaration_without_its_day_is_none() -> None:
    point = replace(MILANO, duty_to_report=Duty.NONE, declared_on=None)

    assert choose(point, staffed="milano", trusted_only=True).staffed == ()


def test_the_demonstration_gets_no_trusted_subject() -> None:
    assert choose(DEMO, staffed="demo-office", trusted_only=True).staffed == ()


def test_an_unknown_country_lists_nothing_unless_the_city_is_known() -> None:
    assert choose(MILANO, LIEGE, country="") == Route((), ())
    assert ids(choose(MILANO, LIEGE, country="", city="Liège").listed) == ("liege",)
    assert ids(choose(MILANO, DEMO, country="", staffed="milano demo-office").staffed) == ("demo-office",)


def test_a_country_without_offices_gets_nothing_invented() -> None:
    assert choose(MILANO, LIEGE, country="PT", city="Milano") == Route((), ())


def test_topics_and_refused_offices_are_left_out() -> None:
    permits = replace(ROMA, topics=("permits",))

    assert ids(choose(MILANO, permits, staffed="milano roma", topic="labour_rights").staffed) == ("milano",)
    refused = choose(MILANO, ROMA, staffed="milano roma", without=("milano",))
    assert (ids(refused.staffed), ids(refused.listed)) == (("roma",), ())


def test_listed_offices_that_know_the_topic_come_first() -> None:
    permits = replace(MILANO, topics=("permits",))

    assert ids(choose(permits, ROMA, topic="benefits").listed) == ("roma", "milano")


def test_a_minor_comes_first_to_an_office_trained_for_minors() -> None:
    route = choose(MILANO, replace(ROMA, minors=True), staffed="milano roma", city="Milano", minor=True)

    assert ids(route.staffed) == ("roma", "milano")
