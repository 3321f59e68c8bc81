"""An installation's own offices: taken from a file whole or not at all, kept apart from what ships."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from handoff.__main__ import main
from handoff.offices.contact_point import ContactPoint
from handoff.offices.directory import POINT_SCHEMA, load_points
from handoff.offices.exchange import to_csv, to_json
from handoff.offices.own_points import IMPORTED, Book, network_points, network_services, point_book
from handoff.offices.records import BadContactPoint
from tests.handoff.conftest import office, trusted

MILANO, ROMA = office("milano"), office("roma", city="Roma", parent="milano")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def book(tmp_path: Path) -> Book[ContactPoint]:
    """Guichet comes with one office, Milano."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "it.json").write_text(to_json(POINT_SCHEMA, [MILANO]), encoding="utf-8")
    return replace(point_book(tmp_path), shipped=shipped)


@pytest.fixture
def table(tmp_path: Path) -> Callable[[Iterable[ContactPoint]], Path]:
    def write(records: Iterable[ContactPoint]) -> Path:
        file = tmp_path / "offices.csv"
        file.write_text(to_csv(POINT_SCHEMA, records), encoding="utf-8", newline="")
        return file

    return write


Table = Callable[[Iterable[ContactPoint]], Path]


def test_an_import_adds_changes_and_leaves(book: Book[ContactPoint], table: Table) -> None:
    assert str(book.take(table([ROMA, MILANO]))) == "1 new, 0 changed, 1 as before, 0 taken away"
    assert str(book.take(table([trusted(ROMA)]))) == "0 new, 1 changed, 0 as before, 0 taken away"
    assert str(book.take(table([office("bari")]))) == "1 new, 0 changed, 0 as before, 0 taken away"

    assert book.read() == {"milano": MILANO, "roma": trusted(ROMA), "bari": office("bari")}


def test_what_ships_is_not_stored_again_and_can_be_corrected(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([MILANO]))
    assert book.read_own() == {}

    corrected = replace(MILANO, address="via Sammartini 75")
    book.take(table([corrected]))
    assert book.read_own() == {"milano": corrected}
    assert book.read()["milano"].address == "via Sammartini 75"

    book.take(table([MILANO]))
    assert book.read_own() == {}, "the correction is taken back"


def test_replace_takes_away_what_was_imported_before(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([ROMA, office("bari")]))

    assert str(book.take(table([office("bari")]), replace=True)) == "0 new, 0 changed, 1 as before, 1 taken away"
    assert set(book.read()) == {"milano", "bari"}


def test_the_whole_round_gives_the_same(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([ROMA, office("bari")]))
    before = book.read()

    change = book.take(table(before.values()), replace=True)

    assert (change.new, change.changed, change.gone) == (0, 0, 0)
    assert list(book.read().items()) == list(before.items())


def test_on_a_fault_nothing_is_changed_and_all_are_said(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([ROMA]))
    stored = (book.own / IMPORTED).read_bytes()
    broken = [
        replace(office("bari"), zone="Europe/Bari"),
        office("como", parent="nowhere"),
        office("lodi", parent="bari"),
        office("liege", country="BE", parent="roma"),
    ]

    with pytest.raises(BadContactPoint) as caught:
        book.take(table(broken))

    assert str(caught.value).splitlines() == [
        "offices.csv: row 2 (bari): zone: 'Europe/Bari' is not a time zone",
        "offices.csv: row 3 (como): parent: there is no point 'nowhere'",
        "offices.csv: row 5 (liege): parent: 'roma' is in another country (IT)",
    ]
    assert (book.own / IMPORTED).read_bytes() == stored


def test_who_takes_away_a_parent_is_told_whose_it_was(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([office("bari"), office("lecce", parent="bari")]))
    book.own.joinpath("hand.json").write_text(
        to_json(POINT_SCHEMA, [office("foggia", parent="bari")]), encoding="utf-8"
    )

    with pytest.raises(BadContactPoint, match="foggia: parent: there is no point 'bari'"):
        book.take(table([office("lecce")]), replace=True)


def test_check_changes_nothing(book: Book[ContactPoint], table: Table) -> None:
    assert book.take(table([ROMA]), only_check=True).new == 1
    assert not book.own.exists()


def test_a_record_written_by_hand_is_not_overwritten(book: Book[ContactPoint], table: Table) -> None:
    book.own.mkdir()
    hand = book.own / "hand.json"
    hand.write_text(to_json(POINT_SCHEMA, [office("bari")]), encoding="utf-8")

    assert book.take(table([office("bari")])).same == 1
    with pytest.raises(BadContactPoint, match=r"row 2 \(bari\): id: this one is written by hand in the folder points"):
        book.take(table([office("bari", city="Bari")]))


def test_a_half_written_file_is_never_seen(book: Book[ContactPoint], table: Table) -> None:
    book.take(table([ROMA]))

    assert [file.name for file in book.own.iterdir()] == [IMPORTED]


def test_a_network_may_go_without_the_offices_that_ship(tmp_path: Path) -> None:
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "own.json").write_text(to_json(POINT_SCHEMA, [ROMA]), encoding="utf-8")

    assert {point.id for point in network_points(tmp_path, shipped=False)} == {"roma", "demo-office"}
    assert {point.id for point in network_points(tmp_path)} == {point.id for point in load_points()} | {"roma"}
    assert network_services(tmp_path, shipped=False) == ()
    assert network_services(tmp_path)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command on an installation of its own; return its code and what it said."""
    monkeypatch.setenv("GUICHET_DATA", str(tmp_path / "data"))

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(one) for one in arguments])
        said = capsysbinary.readouterr()
        return code, said.out.decode("utf-8-sig"), said.err.decode()

    return command


def test_the_commands_in_a_row(run: Run, tmp_path: Path, table: Table) -> None:
    file = table([office("milano", parent=""), ROMA])

    assert run("import", file, "--check") == (
        0, "offices.csv: 2 new, 0 changed, 0 as before, 0 taken away; nothing was changed (--check)\n", "",
    )  # fmt: skip
    assert run("import", file)[1].endswith("in effect when the service starts again\n")
    assert run("check")[:2] == (0, f"{len(load_points()) + 2} points, 2 of them your own; 0 errors\n")

    _, printed, _ = run("export", "--own", "--format", "json")
    assert [point["id"] for point in json.loads(printed)["points"]] == ["milano", "roma"]
    run("export", "--delimiter", ";", "--output", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_bytes().startswith(b'\xef\xbb\xbf"id";"name";"organisation";"kind"')
    assert "demo-office" not in (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    assert "0 new, 0 changed" in run("import", tmp_path / "all.csv")[1]


def test_the_commands_say_what_is_wrong(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "offices.csv"
    file.write_text("id,name\n", encoding="utf-8")

    code, out, err = run("import", file)

    assert (code, out) == (1, "")
    assert err.startswith("error: offices.csv: row 1: organisation: this column is missing\n")
    assert err.endswith("4 errors; nothing was changed\n")
    code, _, err = run("export", "--output", tmp_path / "nowhere" / "all.csv")
    assert (code, err) == (1, f"error: {tmp_path / 'nowhere' / 'all.csv'}: No such file or directory\n")


def test_services_have_commands_of_their_own(run: Run, tmp_path: Path) -> None:
    run("export", "--services", "--format", "json", "--output", tmp_path / "services.json")
    content = json.loads((tmp_path / "services.json").read_text(encoding="utf-8"))
    content["services"][0]["name"] = "Corrected"
    (tmp_path / "services.json").write_text(json.dumps(content), encoding="utf-8")

    assert ": 0 new, 1 changed" in run("import", "--services", tmp_path / "services.json")[1]
    assert (tmp_path / "data" / "services" / IMPORTED).exists()
