"""The articles as files: `articles/<topic>/<intent>/article.yml` and one `<JURISDICTION>.<locale>.md` per text."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.article import Article, Translation
from knowledge.documents import (
    INTENT,
    JURISDICTION,
    LOCALE,
    Head,
    head_document,
    read_head,
    read_translation,
    translation_document,
)
from knowledge.fields import ContentError, Fields, read_yaml

ARTICLES = Path(__file__).parent / "articles"
HEAD = "article"
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One file as the store takes it. `key` is `<intent>/article` or `<intent>/<JURISDICTION>.<locale>`."""

    key: str
    hash: str
    document: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """All that the folder holds."""

    articles: tuple[Article, ...]
    files: tuple[ContentFile, ...]


def read_tree(folder: Path = ARTICLES) -> Tree:
    """Read and check the folder. Raises ContentError with everything that is wrong."""
    problems: list[str] = []
    articles: list[Article] = []
    files: list[ContentFile] = []
    if not folder.is_dir():
        raise ContentError([f"{folder}: there is no such folder"])
    for place in _intent_folders(folder, problems):
        article, found = _read_article(folder, place, problems)
        articles.append(article)
        files += found
    if problems:
        raise ContentError(problems)
    return Tree(tuple(articles), tuple(files))


def read_articles(folder: Path = ARTICLES) -> list[Article]:
    """Return the articles of the folder alone."""
    return list(read_tree(folder).articles)


def _intent_folders(folder: Path, problems: list[str]) -> list[Path]:
    places: list[Path] = []
    for topic in _entries(folder):
        if topic.is_file():
            problems.append(f"{topic.name}: does not belong here; articles stand in <topic>/<intent>/")
            continue
        for place in _entries(topic):
            name = f"{topic.name}/{place.name}"
            if place.is_dir() and INTENT.fullmatch(name):
                places.append(place)
            else:
                problems.append(f"{name}: must be a folder <topic>/<intent> in small letters")
    return places


def _entries(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__")))


def _read_article(folder: Path, place: Path, problems: list[str]) -> tuple[Article, list[ContentFile]]:
    intent = place.relative_to(folder).as_posix()
    head, files = _read_head_file(place / "article.yml", intent, problems)
    texts: dict[str, list[Translation]] = defaultdict(list)
    for path in _entries(place):
        if path.name == "article.yml":
            continue
        jurisdiction, _, locale = path.name.removesuffix(".md").partition(".")
        where = f"{intent}/{path.name}"
        if path.suffix != ".md" or not JURISDICTION.fullmatch(jurisdiction) or not LOCALE.fullmatch(locale):
            problems.append(f"{where}: does not belong here; texts are named like EU.en.md or BE-WLG.fr.md")
            continue
        if jurisdiction not in head.applies_in:
            problems.append(f"{where}: article.yml has no variant {jurisdiction}; add it there with its applies_in")
        raw = path.read_bytes()
        text = parse_translation(raw, where, locale, problems)
        texts[jurisdiction].append(text)
        for source in text.all_sources:
            if source not in head.sources:
                problems.append(f"{where}: the mark [^{source}] names no source; add {source} to article.yml")
        files.append(ContentFile(f"{intent}/{jurisdiction}.{locale}", _hash(raw), translation_document(text)))
    for jurisdiction in head.applies_in:
        if jurisdiction not in texts:
            problems.append(
                f"{intent}: the variant {jurisdiction} has no text; write {jurisdiction}.en.md or remove it"
            )
    return head.article(texts), files


def _read_head_file(path: Path, intent: str, problems: list[str]) -> tuple[Head, list[ContentFile]]:
    where = f"{intent}/article.yml"
    if not path.is_file():
        problems.append(f"{where}: is missing; every article folder has one")
        return Head(intent, False, (), {}, {}), []
    raw = path.read_bytes()
    head = parse_head(raw, where, intent, problems)
    return head, [ContentFile(f"{intent}/{HEAD}", _hash(raw), head_document(head))]


def parse_head(raw: bytes, where: str, intent: str, problems: list[str]) -> Head:
    """Read the bytes of an `article.yml`, noting problems."""
    text = _decode(raw, where, problems)
    return read_head(Fields.of(read_yaml(text, where, problems), where, problems, text), intent)


def parse_translation(raw: bytes, where: str, locale: str, problems: list[str]) -> Translation:
    """Read the bytes of a text: front matter between two lines `---`, then sections `## name`."""
    lines = _decode(raw, where, problems).split("\n")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), 0)
    if not end or lines[0].rstrip() != _FENCE:
        problems.append(f"{where}: must begin with front matter between two lines ---")
        end = 0
    front = "\n".join(lines[1:end])
    meta = Fields.of(read_yaml(front, where, problems, 2), where, problems, front, 2)
    return read_translation(meta, _sections(lines[end + 1 :], end + 2, where, problems), locale)


def _sections(lines: list[str], first: int, where: str, problems: list[str]) -> dict[str, str]:
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(lines, first):
        if line.startswith("## "):
            name = line[3:].strip()
            if name in sections:
                problems.append(f"{where}, line {number}: the section {name[:40]!r} is there twice; join them")
            current = sections.setdefault(name, [])
        elif line.startswith("#"):
            problems.append(f"{where}, line {number}: write headings as `## summary`")
        elif current is not None:
            current.append(line.rstrip())
        elif line.strip():
            problems.append(f"{where}, line {number}: there is text before the first section; begin with `## summary`")
    return {name: "\n".join(body).strip() for name, body in sections.items()}


def _decode(raw: bytes, where: str, problems: list[str]) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        problems.append(f"{where}: is not UTF-8; save it as UTF-8")
        return ""


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
