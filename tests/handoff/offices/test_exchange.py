"""Spreadsheets and JSON: what goes out comes back exactly, does nothing on the way, and what is wrong is said at once."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.exchange import columns, read_exchanged, to_csv, to_json
from handoff.offices.records import BadContactPoint, Schema, collect
from handoff.offices.services import SERVICE_SCHEMA
from tests.handoff.conftest import office
from tests.handoff.records import points, services

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
HEAD = "id,name,organisation,kind,country,zone,sources\n"
ROW = "milano,Office,Union,union,IT,Europe/Rome,https://example.org\n"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def read(schema: Schema[Any], file: Path) -> list[Any]:
    return list(collect(read_exchanged(schema, file), lambda _: ()).values())


def faults(file: Path) -> list[str]:
    with pytest.raises(BadContactPoint) as caught:
        read(POINT_SCHEMA, file)
    return str(caught.value).splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exchange")


def there_and_back(schema: Schema[Any], records: list[Any], folder: Path, delimiter: str, mark: bool) -> None:
    table, document = folder / "records.csv", folder / "records.json"
    table.write_text(to_csv(schema, records, delimiter), encoding="utf-8-sig" if mark else "utf-8", newline="")
    document.write_text(to_json(schema, records), encoding="utf-8")

    assert read(schema, table) == records
    assert read(schema, document) == records


DELIMITER = st.sampled_from([",", ";"])


@SLOW
@given(st.lists(points(), max_size=3, unique_by=lambda point: point.id), DELIMITER, st.booleans())
def test_offices_come_back_exactly(folder: Path, records: list[Any], delimiter: str, mark: bool) -> None:
    there_and_back(POINT_SCHEMA, records, folder, delimiter, mark)


@SLOW
@given(st.lists(services(), max_size=3, unique_by=lambda service: service.id), DELIMITER, st.booleans())
def test_services_come_back_exactly(folder: Path, records: list[Any], delimiter: str, mark: bool) -> None:
    there_and_back(SERVICE_SCHEMA, records, folder, delimiter, mark)


@SLOW
@given(points(), DELIMITER)
def test_no_cell_is_a_formula_or_loses_a_nought(record: Any, delimiter: str) -> None:
    head, cells = csv.reader(io.StringIO(to_csv(POINT_SCHEMA, [record], delimiter), newline=""), delimiter=delimiter)

    assert tuple(head) == columns(POINT_SCHEMA)
    for cell in cells:
        assert not cell.startswith(FORMULA)
        assert not re.fullmatch(r"[\d .,/:-]+", cell), "a spreadsheet would take this for a number or a date"


def test_every_cell_is_in_quotes_so_that_no_other_delimiter_splits_it() -> None:
    table = to_csv(POINT_SCHEMA, [office("milano", name="Office;=1+1")])

    assert '"Office;=1+1"' in table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_table_written_by_hand_is_read(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    lines = [
        "id,name,organisation,kind,country,zone,city,languages,closures,lat,lon,minors,door_document,sources",
        'milano,"Ufficio, Milano",CGIL,union,IT,Europe/Rome,Milano,it | ar,2026-12-24/2026-12-31|2027-01-05,'
        '"45,4",9.2,YES,no,https://example.org',
        ",,,,,,,,,,,,,",
    ]
    text = line_end.join(lines) + line_end
    if delimiter == ";":
        quoted = csv.reader(io.StringIO(text, newline=""))
        output = io.StringIO()
        csv.writer(output, delimiter=";", lineterminator=line_end).writerows(quoted)
        text = output.getvalue()
    file = tmp_path / "offices.csv"
    file.write_bytes(text.encode(encoding))

    (point,) = read(POINT_SCHEMA, file)

    assert (point.name, point.languages, point.lat, point.minors) == ("Ufficio, Milano", ("it", "ar"), 45.4, True)
    assert [str(closure.first) for closure in point.closures] == ["2026-12-24", "2027-01-05"]
    assert point.closures[1].last == point.closures[1].first


def test_all_faults_of_a_table_are_said_with_row_and_field(tmp_path: Path) -> None:
    file = tmp_path / "offices.csv"
    file.write_text(
        HEAD
        + ROW
        + "\n"
        + "roma,,Union,shop,IT,Europe/Rome,https://example.org\n"
        + "milano,Again,Union,union,IT,Europe/Rome,https://example.org\n"
        + "bari,Office,Union,union,Italy,Europe/Milan,\n"
        + "como,Office,Union,union,IT,Europe/Rome,https://example.org,more\n",
        encoding="utf-8",
    )

    assert faults(file) == [
        "offices.csv: row 4 (roma): name: is missing",
        "offices.csv: row 4 (roma): kind: 'shop' is none of union, association, municipality, state_office",
        "offices.csv: row 5 (milano): id: another office has this id (offices.csv: row 2 (milano))",
        "offices.csv: row 6 (bari): country: 'Italy' does not look like IT",
        "offices.csv: row 6 (bari): zone: 'Europe/Milan' is not a time zone",
        "offices.csv: row 7: has 8 cells, the first row 7",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"id,nome,id\n", "offices.csv: row 1: nome: no such field"),
        (b"id,nome,id\n", "offices.csv: row 1: id: stands twice"),
        (b"id,name\n", "offices.csv: row 1: kind: this column is missing"),
        (b"", "offices.csv: this is no table: the first row must name the columns"),
        (b'id,name\n"milano', "offices.csv: this is no table: unexpected end of data"),
        ("id,name\nmilano,Caffè".encode("latin-1"), 'offices.csv: this is not UTF-8; save it as "CSV UTF-8"'),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read(tmp_path: Path, content: bytes, fault: str) -> None:
    file = tmp_path / "offices.csv"
    file.write_bytes(content)

    assert fault in faults(file)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "offices.xlsx").write_bytes(b"PK")

    assert faults(tmp_path / "offices.xlsx") == ["offices.xlsx: the name must end in .csv or .json"]
    assert faults(tmp_path / "missing.csv") == ["missing.csv: this file cannot be read"]


def test_what_is_not_known_stays_out_of_json() -> None:
    point = office("milano", hours="", languages=())

    (plain,) = json.loads(to_json(POINT_SCHEMA, [point]))["points"]

    assert "phone" not in plain
    assert "minors" not in plain
    assert plain["id"] == "milano"
