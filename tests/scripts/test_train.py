"""When `make run` trains: what somebody published in the studio is not trained away, and nobody waits in silence."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.rasa_models import exchange, put_in_place
from bot.rasa_server import CURRENT, digest
from nlu import made_of
from scripts import common, train


class Project:
    """A folder with just what a model is made of; training writes what it learned from into the model."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.trained: list[str] = []
        self.told: list[str] = []
        self.write("config.yml", "recipe: default.v1\n")
        for path in made_of.CODE:
            self.write(path, "code")
        self.write("nlu/data/it/permits.yml", "of the files")
        self.write("dialogues/domain/permits.yml", "intents: []")
        for name, path in (("MODELS", Path("models")), ("KEPT", Path("models/data")), ("CURRENT", CURRENT)):
            monkeypatch.setattr(train, name, root / path)
        monkeypatch.setattr(train, "PREVIOUS", root / "models/previous.tar.gz")
        monkeypatch.setattr(train, "STAMP", root / "models/current.stamp")
        monkeypatch.setattr(train, "ROOT", root)
        monkeypatch.setattr(train, "_trained", self._trained)
        monkeypatch.setattr(train, "say", self.told.append)

    def write(self, path: Path | str, content: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def _trained(self, source: Path) -> Path:
        self.trained.append((source / "nlu/data/it/permits.yml").read_text())
        self.write("new.tar.gz", f"model {len(self.trained)}")
        return self.root / "new.tar.gz"

    def publish(self) -> None:
        """Do what the studio does."""
        self.write("export/nlu/data/it/permits.yml", "of the studio")
        self.write("export/dialogues/domain/permits.yml", "intents: []")
        self.write("candidate.tar.gz", "model of the studio")
        put_in_place(self.root, self.root / "candidate.tar.gz", self.root / "export", made_of.stamp(self.root))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path, monkeypatch)
    train.train()
    assert made.trained == ["of the files"]
    return made


def change_files(project: Project) -> None:
    project.write("nlu/data/it/permits.yml", "of newer files")


def change_code(project: Project) -> None:
    project.write("nlu/rasa/letters.py", "better code")


def test_nothing_changed(project: Project) -> None:
    train.train()

    assert len(project.trained) == 1


@pytest.mark.parametrize(("change", "learned"), [(change_files, "of newer files"), (change_code, "of the files")])
def test_without_the_studio_every_change_trains(
    project: Project, change: Callable[[Project], None], learned: str
) -> None:
    change(project)

    train.train()

    assert project.trained == ["of the files", learned]


def test_what_was_published_is_not_trained_away(project: Project) -> None:
    project.publish()
    train.train()
    assert len(project.trained) == 1
    assert (project.root / CURRENT).read_text() == "model of the studio"

    exchange(project.root)
    train.train()
    assert len(project.trained) == 1
    assert (project.root / CURRENT).read_text() == "model 1"


def test_newer_code_trains_from_what_was_published(project: Project) -> None:
    project.publish()
    change_code(project)

    train.train()
    train.train()

    assert project.trained == ["of the files", "of the studio"]
    kept = project.root / "models/data" / digest(project.root / CURRENT)
    assert (kept / "nlu/data/it/permits.yml").read_text() == "of the studio"


def test_newer_files_wait_for_the_studio_and_are_told_of(project: Project) -> None:
    project.publish()
    change_files(project)

    train.train()

    assert len(project.trained) == 1
    assert "train there to take both" in project.told[-1]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(train, "say", lines.append)
    monkeypatch.setattr(common, "say", lines.append)
    return lines


def test_rasas_lines_say_what_the_training_is_at(told: list[str]) -> None:
    hear = train.Told("Rasa starts")
    for line in (
        "2026-11-22 20:18:02 INFO  rasa.engine.training.hooks  - Starting to train component 'E5Encoder'.",
        "progress: 1000 of 1500 new sentences encoded",
        "progress: 1200 of 1500 new sentences encoded",
        "progress: 1500 of 1500 new sentences encoded",
        "2026-11-22 20:18:12 INFO  rasa.engine.training.hooks  - Starting to train component 'Another'.",
    ):
        hear(line)

    assert told == [
        "training: Rasa starts",
        "training: sentences become vectors",
        "training: 1000 of 1500 new sentences encoded",
        "training: 1500 of 1500 new sentences encoded",
        "training: Another",
    ]
    assert hear.stage == "Another"


def test_each_component_that_learns_has_a_name_that_people_read() -> None:
    pipeline = yaml.safe_load((common.ROOT / made_of.CONFIG).read_text())["pipeline"]
    ours = {one["name"].rpartition(".")[2] for one in pipeline if one["name"].startswith("nlu.")}

    assert ours == train.STAGES.keys()


def test_long_work_gives_signs_of_life_and_no_more_when_it_has_ended(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "SIGN_EVERY", 0.001)
    heard = threading.Event()

    def doing() -> str:
        heard.set()
        return "training: the classifier learns"

    with common.signs_of_life(doing):
        assert heard.wait(60)

    assert told
    assert all(line.startswith("training: the classifier learns, ") for line in told)
    assert all(thread.name != "signs of life" for thread in threading.enumerate())
