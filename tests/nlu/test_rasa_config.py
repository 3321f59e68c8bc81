"""`config.yml` is Rasa's and ours at once: its keys stay, and Rasa does not rewrite it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yml"
DOMAIN = ROOT / "dialogues" / "domain"
DATA = """
version: "3.1"
nlu:
- intent: unpaid_wages
  examples: |
    - my boss does not pay me
    - il mio capo non mi paga
    - mon patron ne me paie pas
- intent: talk_to_human
  examples: |
    - I want to talk to a person
    - voglio parlare con una persona
    - je veux parler à quelqu'un
"""


def config() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(CONFIG.read_text())
    return loaded


def test_every_key_without_which_rasa_rewrites_the_file_is_there() -> None:
    assert {"recipe", "assistant_id", "language", "pipeline", "policies"} <= config().keys()
    assert all(config()[key] for key in ("recipe", "assistant_id", "language", "pipeline", "policies"))


def test_rasa_gives_ten_intents_and_decides_nothing() -> None:
    components = {component["name"]: component for component in config()["pipeline"]}

    assert "FallbackClassifier" not in components
    assert components["nlu.rasa.classifier.TemperedClassifier"]["ranking_length"] == 10


def test_the_service_has_its_block() -> None:
    assert isinstance(config()["service"], dict)


@pytest.mark.parametrize("file", sorted(DOMAIN.glob("*.yml")), ids=lambda file: file.stem)
def test_a_domain_file_is_a_list_of_intents_and_nothing_else(file: Path) -> None:
    domain = yaml.safe_load(file.read_text())

    assert domain.keys() == {"version", "intents"}
    assert all(isinstance(intent, str) and "/" not in intent for intent in domain["intents"])


def test_rasa_is_given_no_channel_and_no_store() -> None:
    for name in ("endpoints.yml", "credentials.yml"):
        assert yaml.safe_load((ROOT / "nlu" / "rasa" / name).read_text()) is None


@pytest.mark.rasa
@pytest.mark.slow
def test_training_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    """One training for this file and for both encoders, since a start of Rasa takes most of the time."""
    ours = "  - name: nlu.rasa.components.E5Encoder\n"
    text = CONFIG.read_text().replace(ours, f"  - name: nlu.rasa.components.UseEncoder\n{ours}")
    (tmp_path / "config.yml").write_text(text)
    (tmp_path / "data.yml").write_text(DATA)

    result = rasa(tmp_path, *("train", "nlu", "--nlu", "data.yml", "--domain", str(DOMAIN), "--out", "models"))

    assert result.returncode == 0, result.stdout
    assert any((tmp_path / "models").glob("*.tar.gz"))
    assert (tmp_path / "config.yml").read_text() == text
    assert result.stdout.count("progress: 6 of 6 new sentences encoded") == 2


def rasa(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Rasa in a folder of its own, so that the vectors kept for the project stay as they are."""
    python = ROOT / ".venv-nlu" / "bin" / "python"
    return subprocess.run(
        [python, "-m", "nlu.rasa", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
