"""The files of contact points: what ships is sound, and a fault names file, point and field."""

import re
from pathlib import Path

import pytest

from handoff.offices.contact_point import ContactPoint, Duty, PointKind
from handoff.offices.directory import load_points, parent_faults
from handoff.offices.records import BadContactPoint

GOOD = """
country: IT
zone: Europe/Rome
points:
  - id: milano
    name: Office
    organisation: Union
    kind: union
    hours: "Mo-Fr 09:00-18:00; PH off"
    door_document: no
    lat: 45.4
    lon: 9.2
    closures: [{from: 2026-12-24, until: "2026-12-31"}]
    duty_to_report: none
    declared_on: 2026-10-01
    minors: true
    sources: [https://example.org]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "it.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_points_are_sound() -> None:
    points = load_points()

    assert {point.country for point in points} == {"IT", "BE", "BG", "SI", "GR", "AL", "*"}
    assert [point.id for point in points if point.demo] == ["demo-office"]
    for point in points:
        assert point.duty_to_report is Duty.UNKNOWN, "nobody declared anything"
        assert not point.trusted
        assert point.demo or point.sources
        assert not re.search(r"@(gmail|yahoo|hotmail|outlook|libero|abv)\.", point.email), (
            "institutional addresses only"
        )


def test_the_shipped_kinds_are_what_the_offices_are() -> None:
    kinds = {point.id: point.kind for point in load_points()}

    assert kinds["milano-welcome-center"] is PointKind.MUNICIPALITY
    assert kinds["zrsz-info-tocka"] is PointKind.STATE_OFFICE
    assert kinds["citub-sofia"] is PointKind.UNION
    assert kinds["fairwork-belgium"] is PointKind.ASSOCIATION


def test_addresses_on_which_the_sources_disagree_are_left_out() -> None:
    addresses = {point.id: point.address for point in load_points()}

    assert addresses["monde-des-possibles"] == addresses["zrsz-info-tocka"] == addresses["sofia-info-bureau"] == ""


def test_a_point_takes_what_its_file_says_for_all(tmp_path: Path) -> None:
    (point,) = load_points(write(tmp_path, GOOD))

    assert (point.country, point.zone, point.door_document) == ("IT", "Europe/Rome", "no")
    assert point.trusted
    assert point.closures[0].first.isoformat() == "2026-12-24"


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("name: Office", "name: ''", "point milano: name: is missing"),
        ("id: milano", "id: Milano", "point Milano: id: 'Milano' does not look like milano-welcome-center"),
        ("id: milano", f"id: {'m' * 32}", "id: '" + "m" * 32 + "' is longer than 31 characters"),
        ("kind: union", "kind: shop", "point milano: kind: 'shop' is none of union, association, municipality, state_office"),
        ("zone: Europe/Rome", "zone: Europe/Milan", "zone: 'Europe/Milan' is not a time zone"),
        ("country: IT", "country: Italy", "country: 'Italy' does not look like IT"),
        ("country: IT", 'country: "*"', 'country: only a demonstration may have "*"'),
        ("Mo-Fr 09:00-18:00; PH off", "9 to 5", "hours: '9 to 5' is not in OpenStreetMap's syntax"),
        ("minors: true", "minors: 'yes'", "minors: must be true or false"),
        ("minors: true", "holidays: XX", "hours: the holidays of 'XX' are not known"),
        ("minors: true", "colour: red", "colour: no such field"),
        ("minors: true", "phone: 020202", "phone: must be a text, not 8322"),
        ("minors: true", "email: office", "email: 'office' does not look like office@example.org"),
        ("minors: true", "languages: it", "languages: must be a list"),
        ("minors: true", "languages: [gr]", "languages: 'gr' is no language; Greek is el"),
        ("minors: true", "languages: ['']", "languages: '' is no language"),
        ("minors: true", "city_also: ['Rome|Roma']", "city_also: an item is empty or holds '|'"),
        ("minors: true", "parent: Milano", "parent: 'Milano' does not look like milano-welcome-center"),
        ("name: Office", 'name: "Office\\nof Milan"', "name: must be one line without control signs"),
        ("country: IT", "country: UK", "country: 'UK' is no country; Greece is GR, the United Kingdom GB"),
        ("lon: 9.2", "lon: .nan", "lon: must be a number of degrees, at most 180"),
        ("declared_on: 2026-10-01", "declared_on: 2026-10-01 10:00:00", "declared_on: datetime.datetime(2026, 10, 1, 10, 0)"),
        ("minors: true", "topics: [cooking]", "topics: no such topic: cooking"),
        ("minors: true", "checked_on: '23 August'", "checked_on: '23 August' does not look like 2026-11-12"),
        ("sources: [https://example.org]", "sources: []", "sources: is missing; an office is shown only with its source"),
        ("declared_on: 2026-10-01", "", "declared_on: is missing; `none` needs the day"),
        ("declared_on: 2026-10-01", "declared_on: autumn", "declared_on: 'autumn' is not a day like 2026-12-24"),
        ("lat: 45.4", "", "lat: must come together with lon"),
        ("lat: 45.4", "lat: 145.4", "lat: must be a number of degrees, at most 90"),
        ('until: "2026-12-31"', 'until: "2026-12-01"', "closures: ends before it begins"),
        ('until: "2026-12-31"', 'to: "2026-12-31"', "closures: must be a list of {from: day, until: day}"),
    ],
)  # fmt: skip
def test_a_fault_names_file_point_and_field(tmp_path: Path, was: str, becomes: str, fault: str) -> None:
    assert was in GOOD

    with pytest.raises(BadContactPoint, match="^it.yml: point .*" + re.escape(fault.removeprefix("point "))):
        load_points(write(tmp_path, GOOD.replace(was, becomes)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("points: [", "it.yml: this is not YAML"),
        ("country: IT", "it.yml: a list `points` is missing"),
        ("points: [milano]", "it.yml: point 1: this is not a list of fields"),
        (
            GOOD + GOOD[GOOD.index("  - id") :],
            "it.yml: point milano: id: another office has this id (it.yml: point milano)",
        ),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadContactPoint, match=re.escape(fault)):
        load_points(write(tmp_path, text))


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace("kind: union", "kind: shop").replace("minors: true", "minors: maybe")

    with pytest.raises(BadContactPoint) as caught:
        load_points(write(tmp_path, broken))

    assert len(str(caught.value).splitlines()) == 2


def chain_of(folder: Path, *links: str) -> tuple[ContactPoint, ...]:
    """Offices whose links read "office > parent", with the country after a colon where it is not Italy."""
    entries = []
    for link in links:
        office, _, parent = link.partition(" > ")
        office_id, _, country = office.partition(":")
        entries.append(
            f"  - {{id: {office_id}, name: x, organisation: x, kind: union, country: {country or 'IT'},"
            f" zone: Europe/Rome, parent: '{parent}', sources: [https://example.org]}}"
        )
    (folder / "chain.yml").write_text("points:\n" + "\n".join(entries), encoding="utf-8")
    return load_points(folder)


@pytest.mark.parametrize(
    ("links", "fault"),
    [
        (["a > a"], "point a: parent: 'a' leads back to 'a'"),
        (["a > b", "b > c", "c > a"], "point c: parent: 'a' leads back to 'c'"),
        (["a > b", "b:BE"], "point a: parent: 'b' is in another country (BE)"),
    ],
)
def test_a_chain_of_offices_ends_and_stays_in_its_country(tmp_path: Path, links: list[str], fault: str) -> None:
    with pytest.raises(BadContactPoint, match=re.escape(fault)):
        chain_of(tmp_path, *links)


def test_from_outside_the_eu_the_chain_may_lead_into_another_country(tmp_path: Path) -> None:
    assert [point.id for point in chain_of(tmp_path, "tirana:AL > roma", "roma")] == ["tirana", "roma"]


def test_a_parent_that_left_with_a_new_version_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (point,) = chain_of(tmp_path, "milano > gone")

    assert point.parent == "gone"
    assert "point milano: its parent gone is not there" in caplog.text
    assert list(parent_faults({"milano": point})) == [("milano", "parent: there is no point 'gone'")]


def test_an_installations_own_record_takes_the_place_of_one_that_ships(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(tmp_path, GOOD)
    (own / "mine.yml").write_text(GOOD.replace("name: Office", "name: Corrected"), encoding="utf-8")

    assert [point.name for point in load_points(tmp_path, own)] == ["Corrected"]
    assert [point.name for point in load_points(tmp_path, tmp_path / "nowhere")] == ["Office"]


def test_json_is_read_too_and_a_field_that_stands_twice_is_refused(tmp_path: Path) -> None:
    record = '{"id": "roma", "name": "x", "organisation": "x", "kind": "union", "country": "IT", "zone": "Europe/Rome"'
    file = tmp_path / "roma.json"
    file.write_text(f'{{"points": [{record}, "sources": ["https://example.org"]}}]}}', encoding="utf-8")

    assert [point.id for point in load_points(tmp_path)] == ["roma"]

    file.write_text(f'{{"points": [{record}, "id": "milano"}}]}}', encoding="utf-8")
    with pytest.raises(BadContactPoint, match=r"roma\.json: this is not JSON: a field stands twice: id"):
        load_points(tmp_path)
