"""`python -m handoff route`: a file of questions in, where each would go and why out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handoff.__main__ import main
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.exchange import to_csv, to_json
from tests.handoff.conftest import office, trusted

MILANO = replace(office("milano", languages=("it", "ar")), lat=45.46, lon=9.19)
ROMA = trusted(replace(office("roma", city="Roma", parent=""), lat=41.9, lon=12.5))
LIEGE = office("liege", country="BE", city="Liège", languages=("fr",), zone="Europe/Brussels", hours="")
NOON, NIGHT = "2026-11-18T12:00:00+01:00", "2026-11-21T03:00:00+01:00"


@pytest.fixture
def network(tmp_path: Path) -> Path:
    file = tmp_path / "network.json"
    file.write_text(to_json(POINT_SCHEMA, (MILANO, ROMA, LIEGE)), encoding="utf-8")
    return file


def route(network: Path, *questions: dict[str, Any], more: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    file, output = network.parent / "questions.jsonl", network.parent / "routes.jsonl"
    file.write_text("\n".join(json.dumps({"at": NOON, **one}) for one in questions), encoding="utf-8")
    assert main(["route", "--input", str(file), "--output", str(output), "--network", str(network), *more]) == 0
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_each_question_gets_its_office_its_opening_and_those_that_come_next(network: Path) -> None:
    (found,) = route(
        network, {"id": 7, "country": "IT", "city": "Milano", "locale": "ar", "topic": "permits", "at": NIGHT}
    )

    assert found["id"] == "7"
    assert (found["point"], found["state"], found["open_now"]) == ("milano", "staffed", False)
    assert found["next_opening"] == "2026-11-23T08:00:00+00:00"
    assert found["chain"] == ["roma"]
    assert {"in Milano", "speaks ar", "closed now"} <= set(found["why"].split("; "))


def test_a_place_on_the_map_leads_to_the_nearest(network: Path) -> None:
    near_rome, near_milan = route(
        network,
        {"id": "a", "country": "IT", "lat": 41.8, "lon": 12.6},
        {"id": "b", "country": "IT", "lat": 45.6, "lon": 9.2},
        more=("--staffed", "none"),
    )

    assert (near_rome["point"], near_rome["state"]) == ("roma", "listed")
    assert "14 km away" in near_rome["why"]
    assert near_milan["point"] == "milano"


def test_danger_goes_only_to_who_reports_nobody(network: Path) -> None:
    (found,) = route(network, {"id": "a", "country": "IT", "city": "Milano", "urgency": "danger"})

    assert (found["point"], found["state"]) == ("roma", "staffed")
    assert "declared to report nobody" in found["why"]


def test_where_nothing_is_known_that_is_said(network: Path) -> None:
    nowhere, elsewhere, unknown = route(network, {"id": 1}, {"id": 2, "country": "JP"}, {"id": 3, "country": "BE"})

    assert (nowhere["point"], nowhere["why"]) == (None, "neither country nor city is known")
    assert (elsewhere["point"], elsewhere["why"]) == (None, "no office of this country is known")
    assert (unknown["point"], unknown["open_now"], unknown["next_opening"]) == ("liege", None, None)


@pytest.mark.parametrize("kind", ["csv", "yml", "folder"])
def test_a_network_comes_as_spreadsheet_yaml_or_folder(tmp_path: Path, kind: str) -> None:
    network = tmp_path / ("offices" if kind == "folder" else f"offices.{kind}")
    if kind == "csv":
        network.write_text(to_csv(POINT_SCHEMA, (MILANO, ROMA)), encoding="utf-8")
    elif kind == "yml":
        network.write_text(to_json(POINT_SCHEMA, (MILANO, ROMA)), encoding="utf-8")  # JSON is YAML, too
    else:
        network.mkdir()
        (network / "it.json").write_text(to_json(POINT_SCHEMA, (MILANO, ROMA)), encoding="utf-8")

    (found,) = route(network, {"id": "a", "country": "IT", "city": "Milano"})

    assert found["point"] == "milano"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "this is not JSON"),
        ("[]", "there must be an object of fields"),
        ('{"at": "2026-11-18T12:00:00+01:00"}', "id: must be a text or a whole number"),
        ('{"id": 1}', "at: must be a moment"),
        ('{"id": 1, "at": "2026-11-18T12:00:00"}', "at: needs its time zone"),
        (f'{{"id": 1, "at": "{NOON}", "country": "Italy"}}', "country: "),
        (f'{{"id": 1, "at": "{NOON}", "lat": 45.0}}', "lat: must come together with lon"),
        (f'{{"id": 1, "at": "{NOON}", "topic": "cooking"}}', "topic: no such topic: 'cooking'"),
        (f'{{"id": 1, "at": "{NOON}", "urgency": "soon"}}', "urgency: must be one of danger, deadline, normal"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(
    network: Path, capsys: pytest.CaptureFixture[str], line: str, fault: str
) -> None:
    file, output = network.parent / "questions.jsonl", network.parent / "routes.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")

    assert main(["route", "--input", str(file), "--output", str(output), "--network", str(network)]) == 1
    assert f"error: questions.jsonl: line 2: {fault}" in capsys.readouterr().err
    assert not output.exists()


def test_an_office_that_is_not_there_cannot_be_staffed(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = network.parent / "questions.jsonl"
    file.write_text("", encoding="utf-8")
    arguments = ["--input", str(file), "--output", str(network.parent / "out"), "--network", str(network)]

    assert main(["route", *arguments, "--staffed", "milano,torino"]) == 1
    assert "there is no office 'torino'" in capsys.readouterr().err
