"""The steps of one training: write what it learns from, let Rasa check it, train, and compare with the model in service."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Edits
from bot.rasa_models import data_of
from bot.rasa_server import CURRENT, digest
from bot.settings import Settings
from bot.training import children
from bot.training.children import Heard
from bot.training.model import Failed
from nlu.evaluation.floors import Limits
from nlu.evaluation.gate import judged
from nlu.evaluation.two_models import Task
from nlu.made_of import CONFIG, DATA, DOMAIN, code_hash, data_hash
from nlu.teaching import Questions

MODEL = "new.tar.gz"
LEARNS = "learned"
_SHOWN = frozenset(
    {"top1", "top3", "accepted", "accepted_right", "out_of_scope_mistaken", "danger_recall", "alike_alarms"}
)  # figures of a group that the page has room for


@dataclass(frozen=True)
class Workplace:
    """The folder of one training, and how its steps are done there. `changed` are people's test sentences."""

    folder: Path
    settings: Settings
    heard: Heard
    floors: Mapping[str, Limits]
    changed: Mapping[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def learns(self) -> Path:
        """The folder of what the model learns."""
        return self.folder / LEARNS

    @property
    def log(self) -> Path:
        return self.settings.data_dir / "log" / "training.log"

    async def check(self) -> None:
        """Let Rasa look for faults that it would train over in silence."""
        arguments = ("data", "validate", "--fail-on-warnings", "--data", self.learns / DATA, *self._paths())
        await self._rasa(arguments, "check")

    async def train(self) -> None:
        """Train the new model into the folder."""
        name = MODEL.removesuffix(".tar.gz")
        out = ("--out", self.folder, "--fixed-model-name", name)
        await self._rasa(("train", "nlu", "--nlu", self.learns / DATA, *out, *self._paths()), "train")

    async def compare(self) -> dict[str, Any]:
        """Measure the model in service and the new one on the test sentences, and judge the new one."""
        before, before_hash = await asyncio.to_thread(self._copy_of_current)
        task = self._task(before, before_hash)
        path = self.folder / "task.json"
        path.write_text(json.dumps(asdict(task)), encoding="utf-8")
        if not await children.comparison(self.root, path, self.folder, self.log, self.heard):
            raise Failed("compare")
        found = json.loads(await asyncio.to_thread(Path(task.report).read_text, encoding="utf-8"))
        before.unlink()
        found["code"] = await asyncio.to_thread(code_hash, self.root)
        found["gate"] = judged(found["groups"], self.floors)
        found["groups"] = _slim(found["groups"])
        return {"report": found, "before_hash": before_hash, "model_hash": digest(self.folder / MODEL)}

    def _copy_of_current(self) -> tuple[Path, str]:
        """The model in service may be exchanged while it is measured."""
        source, copy = self.root / CURRENT, self.folder / "before.tar.gz"
        if not source.exists():
            raise Failed("no_model")
        shutil.copyfile(source, copy)
        return copy, digest(copy)

    def _task(self, before: Path, before_hash: str) -> Task:
        known = data_of(self.root, before_hash)
        return Task(
            before=str(before), after=str(self.folder / MODEL), domain=str(self.learns / DOMAIN),
            old_domain=str(known / DOMAIN if known else self.root / DOMAIN),
            cases=str(self.root / self.settings.studio.cases), changed=self.changed,
            understanding=dict(self.settings.understanding), log=str(self.log.with_name("rank.log")),
            report=str(self.folder / "report.json"),
        )  # fmt: skip

    def _paths(self) -> tuple[object, ...]:
        return "--config", self.root / CONFIG, "--domain", self.learns / DOMAIN

    async def _rasa(self, arguments: tuple[object, ...], step: str) -> None:
        if not await children.rasa(self.root, arguments, self.folder, self.log, self.heard):
            raise Failed(step)


async def prepare(
    connection: AsyncConnection, questions: Questions, edits: Edits, folder: Path
) -> tuple[str, dict[str, list[str]]]:
    """Write what a model learns from into the folder; return its hash, and the test sentences that people changed."""
    content = await questions.read(connection)
    changed = {edit.key: list(edit.body["examples"]) for edit in await edits.current(connection, "cases") if edit.body}
    learns = folder / LEARNS
    await asyncio.to_thread(content.export, learns)
    return await asyncio.to_thread(data_hash, learns), changed


def _slim(groups: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the figures that are shown, of groups with sentences."""
    return {
        group: {name: figures[name] for name in figures if name in _SHOWN and figures[name]["after"].get("of")}
        for group, figures in groups.items()
        if any(figures[name]["after"].get("of") for name in _SHOWN)
    }
