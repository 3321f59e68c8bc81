"""What the files of this installation say: those that ship with Guichet, and its own contact points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bot.exchange.formats import read
from bot.exchange.items import ARTICLE, Content, Files, Item
from bot.model.errors import SettingsError
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.own_points import network_points
from knowledge.files import ContentFile, shipped_tree
from nlu.rasa_client import load_topics
from nlu.teaching.shipped import read_shipped

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = (
    "knowledge/articles", "knowledge/sources", "nlu/data", "dialogues/domain", "dialogues/phrases", "dialogues/titles",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """The content of the files, and those of them that an export passes on as they are."""

    content: Content = field(repr=False)
    files: Files = field(repr=False)
    articles: Mapping[str, ContentFile] = field(repr=False)
    questions: frozenset[str] = frozenset()

    def bodies(self, kind: str) -> dict[str, Any]:
        """Return the values of one kind by key."""
        return {item.key: body for item, body in self.content.items() if item.kind == kind}


def shipped_content(data_dir: Path, cases: Path, *, shipped_points: bool = True) -> Shipped:
    """Read the files: those of the release once per process, the contact points of the installation each time.

    Raises SettingsError or BadContactPoint for files that cannot be read.
    """
    release = _release(cases)
    points = {
        Item("point", point.id): POINT_SCHEMA.plain(point)
        for point in network_points(data_dir, shipped=shipped_points)
        if not point.demo
    }
    return Shipped(release.content | points, release.files, release.articles, release.questions)


@cache
def _release(cases: Path) -> Shipped:
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in _FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".md", ".yml"}
    }
    known = frozenset(f"{topic}/{name}" for name, topic in load_topics(ROOT / "dialogues" / "domain").items())
    others = {path: raw for path, raw in files.items() if not path.startswith("knowledge/")}
    found = read(others, known, {}, {})
    if found.problems:
        raise SettingsError("\n".join(found.problems))
    articles = {file.key: file for file in shipped_tree().files}
    content = found.content | {Item(ARTICLE, key): file.document for key, file in articles.items()}
    for (intent, locale), texts in read_shipped(cases=cases if cases.is_dir() else None).cases.items():
        content[Item("cases", f"{intent}/{locale}")] = {"examples": list(texts)}
    return Shipped(content, files, articles, known)
