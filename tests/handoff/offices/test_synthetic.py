"""The made-up network: large, varied, sound, never to be taken for real, and routing finds its way in it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.countries import EU
from bot.model.errors import GuichetError
from bot.model.say import Reply, Say
from bot.shelf import office_card
from handoff import wording
from handoff.__main__ import main
from handoff.bridge import Bridge, BridgeKind
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint, PointKind, Visit
from handoff.offices.directory import load_points
from handoff.offices.places import places
from handoff.offices.services import load_services
from handoff.offices.synthetic import make_points, make_services, synthesise
from handoff.routing import Network, Route

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
POINTS = make_points(7)
BY_ID = {point.id: point for point in POINTS}
COUNTRIES = sorted({point.country for point in POINTS})
TOPICS = ["", "labour_rights", "permits", "recognition", "benefits", "arrival", "safety"]
LOCALES = ["it", "fr", "en", "ar", "ti", "zh"]


def test_it_has_the_size_and_the_variety_of_the_network() -> None:
    assert len(POINTS) == len(BY_ID) == 186
    assert len(COUNTRIES) == 16
    assert set(COUNTRIES) - EU == {"AL", "TN"}
    assert {point.kind for point in POINTS} == set(PointKind)
    assert {point.visit for point in POINTS} == set(Visit)
    assert {point.holidays for point in POINTS} == set(COUNTRIES)
    assert len({point.hours for point in POINTS}) > 5
    assert any(not point.hours for point in POINTS)
    assert any(point.closures for point in POINTS)
    assert any(point.hours and hours.opens_at(point, NOON) is None for point in POINTS), "some are shut for good"
    assert any(point.minors for point in POINTS)
    assert 0.2 < sum(point.trusted for point in POINTS) / len(POINTS) < 0.8
    assert 0.8 < sum(bool(point.parent) for point in POINTS) / len(POINTS) < 1


def test_the_same_seed_makes_the_same_files_and_the_reader_takes_them(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["synthesise", "--seed", "7", "--output", str(tmp_path / name)]) == 0
    synthesise(8, tmp_path / "other")

    def content(name: str) -> dict[str, bytes]:
        folder = tmp_path / name
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.yml")}

    assert content("one") == content("two") != content("other")
    assert sorted(load_points(tmp_path / "one" / "points"), key=lambda point: list(BY_ID).index(point.id)) == list(
        POINTS
    )
    assert len(load_services(tmp_path / "one" / "services")) == 32


def test_it_is_never_written_over_anything(tmp_path: Path) -> None:
    (tmp_path / "points").mkdir()

    with pytest.raises(GuichetError, match="this folder is not empty"):
        synthesise(1, tmp_path)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_nothing_can_be_taken_for_real(seed: int) -> None:
    for place in (*make_points(seed), *make_services(seed)):
        assert place.demo
        assert place.id.startswith("synthetic-")
        assert place.name.endswith("(synthetic)")
        assert place.organisation.endswith("(synthetic)")
        assert place.address.startswith("Example street ")
        assert (place.phone, place.email, place.web, place.sources, place.checked_on) == ("", "", "", (), "")


@pytest.mark.parametrize("point", POINTS[::9], ids=lambda point: point.id)
def test_every_text_about_an_office_says_that_it_is_a_demonstration(point: ContactPoint) -> None:
    told = [
        wording.consent(point),
        wording.waiting(point, 1, 5),
        wording.kept(point, NOON, ask_contact=True),
        wording.nobody_answered(point, NOON),
        wording.assigned(point),
        wording.joined(point),
        wording.continue_ask(point),
        wording.closed(point, NOON),
        wording.addresses((point,), ()),
    ]
    if hours.opens_at(point, NOON) is not None:
        told.append(wording.offer(point, Bridge(BridgeKind.OFFICE), NOON, minor=False))

    assert all(Say("offer_demo") in reply.parts for reply in told if isinstance(reply, Reply))
    assert office_card(point, NOON).demo


def test_the_whole_network_on_the_public_page_is_marked() -> None:
    listed = places(POINTS, make_services(7), open_at=NOON)

    assert len(listed) == 186 + 32
    assert all(one.place.demo for one in listed)


def find(
    country: str, city: str, locale: str, topic: str, *, trusted_only: bool = False, without: tuple[str, ...] = (),
    staffed: frozenset[str] = frozenset(BY_ID), points: tuple[ContactPoint, ...] = POINTS,
) -> Route:  # fmt: skip
    return Network(points, staffed).choose(country, city, locale, topic, NOON, trusted_only, without=without)


def test_every_question_in_the_eu_finds_an_office_of_its_country() -> None:
    """Measured over country, city, topic and language: the national office answers all topics, so nobody is left.

    Since the language is before the city (issue 5), half of the people are sent to an office of their own city, not three
    quarters; all are understood where an office of their country can.
    """
    found: Counter[str] = Counter()
    for country in COUNTRIES:
        for city in {point.city for point in POINTS if point.country == country} | {""}:
            for topic, locale in product(TOPICS, LOCALES):
                route = find(country, city, locale, topic)
                best = route.staffed[0]
                understood = [
                    p for p in route.staffed if p.country == country and locale in p.languages
                ] or route.staffed
                found["all"] += 1
                found["city"] += best.in_city(city)
                found["language"] += locale in best.languages
                assert best.covers(topic)
                assert best.country == country
                assert best in understood, "who speaks the language comes first"
                assert best.in_city(city) or not any(point.in_city(city) for point in understood), "then who is near"
    assert found["all"] > 3000
    assert found["city"] / found["all"] > 0.45
    assert found["language"] / found["all"] > 0.6, "six languages, of which an office speaks two to seven"


def test_without_anybody_signed_in_nobody_is_promised_anything() -> None:
    for country in COUNTRIES:
        assert find(country, "", "it", "", staffed=frozenset()) == Route((), ())


ASKED = {
    "country": st.sampled_from(["", "PT", "SE", *COUNTRIES]),
    "city": st.sampled_from(["", "Nowhere", *sorted({point.city for point in POINTS})]),
    "topic": st.sampled_from(TOPICS),
    "locale": st.sampled_from(LOCALES),
    "staffed": st.frozensets(st.sampled_from(sorted(BY_ID)), min_size=20, max_size=90),
    "without": st.lists(st.sampled_from(sorted(BY_ID)), max_size=3).map(tuple),
}


@settings(deadline=None)
@given(trusted_only=st.booleans(), real=st.booleans(), **ASKED)
def test_whatever_is_asked_the_answer_is_an_office_that_may_have_it_or_an_honest_none(
    country: str, city: str, topic: str, locale: str, staffed: frozenset[str], without: tuple[str, ...],
    trusted_only: bool, real: bool,
) -> None:  # fmt: skip
    points = tuple(replace(point, demo=not real) for point in POINTS)

    route = find(
        country, city, locale, topic, trusted_only=trusted_only, without=without, staffed=staffed, points=points
    )

    network = Network(points, staffed)
    for point in route.staffed:
        assert point.id in staffed
        assert point.id not in without
        assert network.can_queue(point, NOON)
        assert point.covers(topic)
        assert point.trusted or not trusted_only
        assert point.in_eu or point.country == country, "outside the EU only who named the country"
        if country in EU:
            assert point.country == country
    assert len(set(route.staffed)) == len(route.staffed)
    assert all(point.in_eu or point.country == country for point in route.listed)
    assert real or not route.listed, "a demonstration is no address"


@settings(deadline=None)
@given(**ASKED)
def test_the_offices_above_come_in_the_order_of_the_chain(
    country: str, city: str, topic: str, locale: str, staffed: frozenset[str], without: tuple[str, ...]
) -> None:
    """Of one refused office of the country that is asked for, whoever is above it comes before all others, nearest first.

    Since issue 5: among those who speak the language, and then among those who do not.
    """
    for refused in without[:1]:
        if country not in {"", BY_ID[refused].country}:
            continue  # what was refused for another country says nothing
        route = find(BY_ID[refused].country, city, locale, topic, without=(refused,), staffed=staffed)
        above = [point for point in Network(POINTS, staffed).chain(BY_ID[refused]) if point in route.staffed]
        for speaks in (True, False):
            alike = [point for point in route.staffed if (locale in point.languages) is speaks]
            first = [point for point in above if point in alike]
            assert alike[: len(first)] == first
