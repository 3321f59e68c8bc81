from pathlib import Path

import pytest

from knowledge.__main__ import main
from tests.knowledge.builders import TEXT, write_article


def test_missing_content_is_an_error_and_the_sum_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_article(tmp_path)

    assert main(["check", "--articles", str(tmp_path)]) == 1

    said = capsys.readouterr().out.splitlines()
    assert "error: permits/permit_renewal: EU.en.md is missing; write it" in said
    assert said[-1].endswith("terms of the glossary not used (--notes lists them)")
    assert not any(line.startswith("note") for line in said)


def test_notes_are_listed_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_article(tmp_path)

    main(["check", "--articles", str(tmp_path), "--notes"])

    assert "no source: Talk to a union first." in capsys.readouterr().out


def test_unreadable_content_is_told_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_article(tmp_path, EU_en=TEXT.replace("version: 1", "version: x"))

    assert main(["check", "--articles", str(tmp_path)]) == 1

    said = capsys.readouterr().out
    assert "error: labour_rights/unpaid_wages/EU.en.md, line 8: 'version' must be a whole number from 1 on" in said
    assert "1 errors: the articles cannot be read" in said
