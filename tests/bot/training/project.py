"""A small project to train in: the real code and environments, a handful of questions in three languages."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.db import Database
from bot.model.locales import LOCALES
from bot.settings import Settings, load_settings
from bot.training import Trainer
from nlu.evaluation.cases import Case, Kind, read_cases
from nlu.evaluation.data_check import Wording, read_data
from nlu.evaluation.floors import read_floors
from nlu.rasa_client import load_topics
from nlu.teaching import Questions
from nlu.teaching.export import write_training
from nlu.teaching.shipped import read_shipped
from tests.conftest import Clock
from tests.support.service import ROOT

INTENTS = (
    "labour_rights/unpaid_wages", "labour_rights/dismissal", "permits/permit_renewal", "safety/violence",
    "service/greet", "service/out_of_scope",
)  # fmt: skip
SPOKEN = ("en", "it", "fr")
EACH = 12  # wordings of a question in a language


def small_project(root: Path) -> Path:
    """Make the folder: links to what is code, data and test sentences of its own; no model yet."""
    root.mkdir(exist_ok=True)
    for name in (".venv-nlu", ".venv", "bot", "knowledge", "handoff", "requirements", "config.yml", "pyproject.toml"):
        (root / name).symlink_to(ROOT / name)
    for folder in ("nlu", "dialogues"):
        (root / folder).mkdir()
        for path in (ROOT / folder).iterdir():
            if path.name not in {"data", "domain"}:
                (root / folder / path.name).symlink_to(path)
    wordings: dict[tuple[str, str], list[str]] = {}
    for one in _data():
        listed = wordings.setdefault((one.intent, one.locale), [])
        if one.locale in SPOKEN and one.intent in INTENTS and len(listed) < EACH:
            listed.append(one.text)
    write_training(root, INTENTS, wordings, SPOKEN)
    (root / "models").mkdir()
    _write_cases(root / "cases")
    return root


@cache
def _data() -> tuple[Wording, ...]:
    return tuple(read_data(ROOT / "nlu" / "data"))


@cache
def _cases() -> tuple[Case, ...]:
    known = {f"{topic}/{name}" for name, topic in load_topics(ROOT / "dialogues" / "domain").items()}
    return tuple(case for case in read_cases(ROOT / "tests" / "nlu_cases", known) if case.locale in SPOKEN)


def _write_cases(folder: Path) -> None:
    """Two test sentences of each question and language; the files of the other languages are there, and empty."""
    folder.mkdir()
    for locale in LOCALES:
        content: dict[str, object] = {"locale": locale, "not_danger": [], "language": [], "danger": {}}
        mine = [case for case in _cases() if case.locale == locale]
        content["out_of_scope"] = [case.text for case in mine if case.kind is Kind.OUT_OF_SCOPE][:4]
        content["intents"] = {
            intent: [case.text for case in mine if case.expected == intent and case.kind is Kind.INTENT][:2]
            for intent in INTENTS
        }
        (folder / f"{locale}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    for name in (Kind.FOREIGN, Kind.ROMANISED):
        (folder / f"{name}.yml").write_text("{}", encoding="utf-8")
    (folder / f"{Kind.MIXED}.yml").write_text("[]", encoding="utf-8")


def settings_of(root: Path, floors: Mapping[str, Any] | None = None) -> Settings:
    """The settings of the small project; without floors, since ours are for a model that has learned more."""
    settings = load_settings(ROOT, {})
    none = {
        side: {group: dict.fromkeys(limits) for group, limits in groups.items()}
        for side, groups in read_floors().items()
    }
    studio = replace(settings.studio, cases="cases", floors=none if floors is None else floors)
    return replace(settings, root=root, data_dir=root / "var", studio=studio)


def questions_of(root: Path) -> Questions:
    """The questions of the small project."""
    return Questions(read_shipped(root, root / "cases"))


def trainer_of(root: Path, database: Database, clock: Clock, settings: Settings | None = None) -> Trainer:
    """A trainer of the small project."""
    return Trainer(database, settings or settings_of(root), questions_of(root), clock)
