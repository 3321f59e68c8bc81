"""Services: listed with their source, by the same reader as offices."""

from pathlib import Path

import pytest

from handoff.offices.contact_point import ContactPoint, Duty
from handoff.offices.directory import load_points
from handoff.offices.records import BadContactPoint
from handoff.offices.services import Service, ServiceKind, load_services

GOOD = """
country: IT
zone: Europe/Rome
services:
  - {id: meals, name: Mensa, organisation: x, kind: food, sources: [https://example.org]}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "it.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_services_are_sound_and_none_is_an_office() -> None:
    services = load_services()

    assert {service.kind for service in services} >= {ServiceKind.LEGAL_CLINIC, ServiceKind.FOOD, ServiceKind.HEALTH}
    for service in services:
        assert service.sources
        assert service.duty_to_report is Duty.UNKNOWN, "nobody declared anything"
        assert not service.demo
        assert not isinstance(service, ContactPoint), "nothing can be left with a service"
    assert not {service.id for service in services} & {point.id for point in load_points()}


def test_a_service_that_stopped_is_not_listed() -> None:
    """The legal aid office of the Bulgarian Helsinki Committee closed on 1 January 2026; older lists still name it."""
    assert not any("Helsinki" in service.organisation or "БХК" in service.organisation for service in load_services())


def test_a_service_is_read_like_an_office(tmp_path: Path) -> None:
    assert load_services(write(tmp_path, GOOD)) == (
        Service(
            id="meals", name="Mensa", organisation="x", kind=ServiceKind.FOOD, country="IT", zone="Europe/Rome",
            sources=("https://example.org",),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("kind: food", "kind: union", "it.yml: service meals: kind: 'union' is none of shelter, food"),
        ("kind: food", "kind: food, parent: roma", "it.yml: service meals: parent: no such field"),
        ("services:", "points:", "it.yml: a list `services` is missing"),
    ],
)
def test_a_fault_names_file_service_and_field(tmp_path: Path, was: str, becomes: str, fault: str) -> None:
    with pytest.raises(BadContactPoint, match=fault):
        load_services(write(tmp_path, GOOD.replace(was, becomes)))
