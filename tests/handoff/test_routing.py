"""Which office fits."""

from dataclasses import replace
from datetime import UTC, datetime

from handoff import wording
from handoff.bridge import Bridge, BridgeKind
from handoff.offices.contact_point import ContactPoint, Duty, PointKind
from handoff.routing import Network, Route, ids
from tests.handoff.conftest import heard, office, trusted

SPOKEN = Bridge(BridgeKind.OFFICE)
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


def test_the_order_is_language_then_city_then_open_now() -> None:
    """The language is before the city: at the near office nobody would understand them (until issue 4 the city was first)."""
    closed = office("closed", city="Roma", hours="Sa 09:00-12:00")
    french = office("french", city="Roma", languages=("fr",))

    route = choose(MILANO, closed, french, ROMA, staffed="milano closed french roma", city="ROMA")

    assert ids(route.staffed) == ("roma", "closed", "milano", "french")


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
    said = wording.offer(office("unknown", hours=""), SPOKEN, NOON, minor=False)

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


NATION = office("nation", city="Roma")
REGION = office("region", city="Bergamo", parent="nation")
MONZA = office("monza", city="Monza", parent="region")
TIRANA = office("tirana", country="AL", city="Tirana", zone="Europe/Tirane", parent="nation")


def test_where_nobody_is_in_the_city_the_office_above_comes_first() -> None:
    """Milan is staffed and comes first in the file, but Monza's own chain goes over Bergamo to Rome."""
    points = (MILANO, NATION, REGION, MONZA)

    assert ids(choose(*points, staffed="milano nation region", city="Monza").staffed) == ("region", "nation", "milano")
    assert ids(choose(*points, staffed="milano nation", city="Monza").staffed) == ("nation", "milano")
    assert ids(choose(*points, staffed="milano nation region monza", city="Monza").staffed)[0] == "monza"


def test_who_refuses_an_office_is_offered_the_one_above_it() -> None:
    points = (MILANO, ROMA, NATION, REGION, MONZA)

    route = choose(*points, staffed="milano roma nation region", city="Roma", without=("monza",))

    assert ids(route.staffed) == ("region", "nation", "roma", "milano")


def test_the_office_above_a_city_is_found_without_the_country() -> None:
    assert ids(choose(MILANO, NATION, REGION, MONZA, country="", city="Monza", staffed="milano nation").staffed) == (
        "nation",
    )


def test_the_chain_keeps_a_trusted_subject_from_an_office_that_declared_nothing() -> None:
    route = choose(NATION, trusted(REGION), MONZA, staffed="nation region", city="Monza", trusted_only=True)

    assert ids(route.staffed) == ("region",)


def test_a_chain_ends_where_it_would_turn_in_a_circle_or_leave_the_country() -> None:
    def above(*points: ContactPoint) -> list[str]:
        return [point.id for point in Network(points, frozenset()).chain(points[0])]

    assert above(office("a", parent="b"), office("b", parent="a")) == ["b"]
    assert above(office("a", parent="gone")) == []
    assert above(office("a", parent="b"), office("b", country="BE")) == []
    assert above(office("a", parent="b"), office("b", country="AL")) == []
    assert above(office("a", country="AL", parent="b"), office("b", country="AL")) == []
    assert above(office("a", country="AL", parent="b"), office("b")) == ["b"]


def test_an_office_outside_the_eu_is_there_only_for_who_named_its_country() -> None:
    points = (TIRANA, NATION)

    assert choose(*points, staffed="tirana", country="", city="Tirana") == Route((), ())
    assert ids(choose(*points, staffed="tirana nation", country="AL", city="Tirana").staffed) == ("tirana", "nation")
    assert ids(choose(*points, staffed="nation", country="AL", city="Tirana").staffed) == ("nation",)
    assert ids(choose(*points, staffed="tirana", country="IT").staffed) == ()


def test_somebody_who_wants_to_go_to_an_office_is_shown_the_nearest() -> None:
    """A chat goes to who speaks the language; one's feet go to the own city."""
    french = office("french", city="Roma", languages=("fr",))
    network = Network((MILANO, LISTED, french, DEMO, LIEGE), frozenset({"milano", "demo-office"}))

    assert ids(network.near("IT", "Roma", "fr", "", NOON, False)) == ("french", "listed", "milano")
    assert ids(network.choose("IT", "Roma", "it", "", NOON, False).staffed) == ("milano", "demo-office")
    assert ids(Network((DEMO,), frozenset({"demo-office"})).near("IT", "", "it", "", NOON, False)) == ("demo-office",)
    assert Network((DEMO,), frozenset()).near("IT", "", "it", "", NOON, False) == ()
