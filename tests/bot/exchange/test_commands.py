"""`python -m bot content`: a folder in Git, changed by hand and taken back; the plan first, conflicts never overwritten."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.exchange.manifest import NAME
from tests.bot.exchange.small import engine, release

PHRASES = "dialogues/phrases/it.yml"


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on an installation of its own; return its exit code and what it printed."""
    monkeypatch.setenv("GUICHET_DATA", str(tmp_path / "var"))
    monkeypatch.delenv("GUICHET_DATABASE", raising=False)
    monkeypatch.setattr("bot.content_commands.exchange_for", lambda *_: engine(release()))

    def command(*arguments: object) -> tuple[int, str]:
        code = main(["content", *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


def test_a_folder_goes_out_is_changed_by_hand_and_comes_back(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    code, told = run("export", folder)
    assert (code, "0 taken away" in told) == (0, True)
    assert "0 written" in run("export", folder)[1]

    file = folder / PHRASES
    file.write_text(file.read_text().replace("Ciao.", "Salve."))
    code, told = run("export", folder)
    assert (code, "not imported" in told) == (1, True)
    assert "Salve." in file.read_text()

    code, told = run("import", folder, "--plan")
    assert (code, f"changed   {PHRASES}" in told, "Nothing was done" in told) == (0, True, True)
    code, told = run("import", folder)
    assert (code, "Imported." in told) == (0, True)
    assert "0 written" in run("export", folder)[1]

    manifest = (folder / NAME).read_text()
    file.write_text(file.read_text().replace("Salve.", "Ehi."))
    assert run("import", folder)[0] == 0
    (folder / NAME).write_text(manifest)  # another copy of the folder, from before the last import
    file.write_text(file.read_text().replace("Ehi.", "Oh."))
    code, told = run("import", folder)
    assert (code, "conflict" in told, "--take mine" in told) == (0, True, True)
    code, told = run("import", folder, "--take", "theirs")
    assert "Imported." in told
    assert run("conflicts")[1].startswith("0 conflicts")


def test_what_is_wrong_is_told_and_the_exit_code_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "content/nlu/data/it").mkdir(parents=True)
    (tmp_path / "content/nlu/data/it/work.yml").write_text("nlu: [")
    code, told = run("import", tmp_path / "content")
    assert (code, "nlu/data/it/work.yml: " in told) == (1, True)
    assert run("import", tmp_path / "nowhere")[0] == 1
