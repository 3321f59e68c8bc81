"""`python -m nlu predict`: one line out for each line in; with the real Rasa where it is marked so."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import SettingsError
from bot.model.understanding import Ranked, Understanding, Verdict
from nlu.__main__ import main
from nlu.predict import COLUMNS, Row, escape, guesses, line, read_rows, unescape, write


def test_rows_keep_their_order_and_bad_ones_their_place(tmp_path: Path) -> None:
    path = tmp_path / "in.tsv"
    path.write_bytes(
        "\ufefftext\tid\tlocale\r\nciao\t1\tit\r\n\r\nhi\\nthere\t3\r\na\tb\tc\td\r\n\xff".encode(
            "utf-8", "surrogatepass"
        )
        + b"\xff\t5\n"
    )

    rows = read_rows(path)

    assert [(row.id, row.locale) for row in rows] == [("1", "it"), ("", ""), ("3", ""), ("b", ""), ("5", "")]
    assert [row.text for row in rows][:4] == ["ciao", "", "hi\nthere", ""]


@pytest.mark.parametrize("content", ["", "nothing\there\n", "id;text\n1;x\n"])
def test_a_table_without_its_columns_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "in.tsv"
    path.write_text(content)

    with pytest.raises(SettingsError, match="columns id and text"):
        read_rows(path)


def test_an_error_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.tsv"

    assert main(["predict", "--input", str(missing), "--output", str(tmp_path / "out.tsv")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no_folder"):
        write(tmp_path / "no_folder" / "out.tsv", [])


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_a_cell_survives_and_is_one_cell(value: str) -> None:
    assert unescape(escape(value)) == value
    assert not set(escape(value)) & {"\t", "\n", "\r"}


def test_a_strange_escape_stands_for_itself() -> None:
    assert unescape("C:\\x and \\") == "C:\\x and \\"


RANKING = (Ranked("a/x", 0.5), Ranked("safety/violence", 0.2), Ranked("a/y", 0.25))


@pytest.mark.parametrize(
    ("meant", "intents"),
    [
        (Understanding(Verdict.CLARIFY, RANKING), ["a/x", "a/y", "safety/violence"]),
        (Understanding(Verdict.EMERGENCY, RANKING, safety=("safety/violence",)), ["safety/violence", "a/x", "a/y"]),
        (Understanding(Verdict.EMERGENCY, (), safety=("safety/emergency",)), ["safety/emergency"]),
        (
            Understanding(Verdict.ACCEPT, RANKING, commands=("service/stop",)),
            ["service/stop", "a/x", "a/y", "safety/violence"],
        ),
        (Understanding(Verdict.GIVE_UP), []),
    ],
)
def test_the_best_guess_comes_first(meant: Understanding, intents: list[str]) -> None:
    assert [ranked.intent for ranked in guesses(meant)] == intents


def test_a_line_has_all_columns_whatever_is_known() -> None:
    nothing = line(Row("a\tb"), Understanding(Verdict.GIVE_UP))
    much = line(Row("1", "x", "fr"), Understanding(Verdict.CLARIFY, RANKING))

    assert nothing.split("\t") == ["a\\tb", "", "", "", "give_up", "", "", "", ""]
    assert much == "1\tfr\ta/x\t0.5000\tclarify\ta/y\t0.2500\tsafety/violence\t0.2000"


@pytest.mark.rasa
@pytest.mark.slow
def test_a_table_is_predicted_by_the_real_rasa(tmp_path: Path) -> None:
    source, target = tmp_path / "in.tsv", tmp_path / "out.tsv"
    rows = [
        "1\tlo stipendio di marzo non è mai arrivato\t",
        "2\t\ten",
        "3\tmy husband beats me\t",
        "4\tje veux parler à une personne\t",
        "5",
        "6\tI lost my job\t",
        "7\tpermit renewal\\nhow long does it take\t",
    ]
    source.write_text("\n".join(["id\ttext\tlocale", *rows]) + "\n", encoding="utf-8")

    assert main(["predict", "--input", str(source), "--output", str(target)]) == 0

    header, *lines = (row.split("\t") for row in target.read_text(encoding="utf-8").splitlines())
    by_id = {cells[0]: dict(zip(COLUMNS, cells, strict=True)) for cells in lines}
    assert tuple(header) == COLUMNS
    assert list(by_id) == ["1", "2", "3", "4", "5", "6", "7"]
    assert (by_id["1"]["intent"], by_id["1"]["locale"]) == ("labour_rights/unpaid_wages", "it")
    assert (by_id["2"]["decision"], by_id["5"]["decision"]) == ("give_up", "give_up")
    assert (by_id["3"]["decision"], by_id["3"]["intent"]) == ("emergency", "safety/violence")
    assert (by_id["4"]["decision"], by_id["4"]["intent"]) == ("accept", "service/talk_to_human")
    assert by_id["6"]["decision"] == "clarify"
    assert by_id["7"]["intent"].startswith("permits/")
