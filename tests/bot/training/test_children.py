"""What a training hears from Rasa: how far it is, and that a component began of which nobody knows how far it is."""

from pathlib import Path

from bot.training import children

LINES = """\
2026-11-22 20:18:02 INFO  rasa.engine.training.hooks  - Starting to train component 'E5Encoder'.
progress: 1000 of 1500 new sentences encoded
progress: 1500 of 1500 new sentences encoded
2026-11-22 20:18:12 INFO  rasa.engine.training.hooks  - Starting to train component 'TemperedClassifier'.
"""


async def test_a_full_bar_does_not_stay_while_the_next_component_learns(tmp_path: Path) -> None:
    python = tmp_path / ".venv-nlu" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ncat <<'END'\n{LINES}END\n")
    python.chmod(0o755)
    heard: list[tuple[int, int]] = []

    done = await children.rasa(tmp_path, (), tmp_path, tmp_path / "training.log", lambda *far: heard.append(far))

    assert done
    assert heard == [(0, 0), (1000, 1500), (1500, 1500), (0, 0)]
    assert (tmp_path / "training.log").read_text() == LINES
