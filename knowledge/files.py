"""The articles as files: `articles/<topic>/<intent>/article.yml` and one `<JURISDICTION>.<locale>.md` per text.

What several articles rest on stands once in `sources/*.yml`, beside the folder of articles.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.article import EU, PLACES, Article, Source, Translation
from knowledge.documents import (
    INTENT,
    JURISDICTION,
    LOCALE,
    Head,
    head_document,
    read_head,
    read_sources,
    read_translation,
    translation_document,
)
from knowledge.fields import ContentError, Fields, read_yaml

ARTICLES = Path(__file__).parent / "articles"
HEAD = "article"
_FENCE = "---"
_ESCAPED = re.compile(
    r"\\+#"
)  # a line of the text that begins with the sign of headings; `knowledge.writing` escapes it


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
    unused: tuple[str, ...] = ()  # ids of shared sources that no text marks


def read_tree(folder: Path = ARTICLES, only: Collection[str] = ()) -> Tree:
    """Read and check the folder, or `only` these intents. Raises ContentError with everything that is wrong."""
    problems: list[str] = []
    articles: list[Article] = []
    files: list[ContentFile] = []
    if not folder.is_dir():
        raise ContentError([f"{folder}: there is no such folder"])
    shared = _shared_sources(folder.parent / "sources", problems)
    for place in _intent_folders(folder, problems):
        if only and place.relative_to(folder).as_posix() not in only:
            continue
        article, found = _read_article(folder, place, shared, problems)
        articles.append(article)
        files += found
    if problems:
        raise ContentError(problems)
    used = {source for article in articles for source in article.sources}
    return Tree(tuple(articles), tuple(files), () if only else tuple(sorted(set(shared) - used)))


@cache
def shipped_tree() -> Tree:
    """Return what ships with Guichet, read once per process."""
    return read_tree()


def read_articles(folder: Path = ARTICLES, only: Collection[str] = ()) -> list[Article]:
    """Return the articles of the folder alone."""
    return list(read_tree(folder, only).articles)


def _shared_sources(folder: Path, problems: list[str]) -> dict[str, Source]:
    """Read the sources that several articles share; an id stands once."""
    shared: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yml")):
        text = _decode(path.read_bytes(), path.name, problems)
        fields = Fields.of(read_yaml(text, path.name, problems), path.name, problems, text)
        found = read_sources(
            {name: Fields.of(one, f"{path.name}: {name}", problems) for name, one in fields.values.items()}
        )
        problems += [
            f"{path.name}: {name} stands in another file, too; an id stands once" for name in found if name in shared
        ]
        shared |= found
    return shared


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


def _read_article(
    folder: Path, place: Path, shared: Mapping[str, Source], problems: list[str]
) -> tuple[Article, list[ContentFile]]:
    intent = place.relative_to(folder).as_posix()
    head = _read_head_file(place / "article.yml", intent, problems)
    texts: dict[str, list[Translation]] = defaultdict(list)
    files: list[ContentFile] = []
    for path in _entries(place):
        if path.name == "article.yml":
            continue
        jurisdiction, _, locale = path.name.removesuffix(".md").partition(".")
        where = f"{intent}/{path.name}"
        if path.suffix != ".md" or not JURISDICTION.fullmatch(jurisdiction) or not LOCALE.fullmatch(locale):
            problems.append(f"{where}: does not belong here; texts are named like EU.en.md or BE-WAL.fr.md")
            continue
        raw = path.read_bytes()
        text = parse_translation(raw, where, locale, problems)
        texts[jurisdiction].append(text)
        files.append(ContentFile(f"{intent}/{jurisdiction}.{locale}", _hash(raw), translation_document(text)))
    used = [source for found in texts.values() for text in found for source in text.all_sources]
    head = head.completed(texts, shared, used)
    problems += _contradictions(head, texts)
    document = head_document(head)
    of_head = ContentFile(f"{intent}/{HEAD}", _hash(json.dumps(document, sort_keys=True).encode()), document)
    return head.article(texts), [of_head, *files]


def _contradictions(head: Head, texts: Mapping[str, list[Translation]]) -> Iterator[str]:
    if EU in texts and EU not in head.applies_in:
        yield f"{head.intent}: article.yml does not say where the variant EU is true; add `EU: {{applies_in: [EU27]}}`"
    for jurisdiction in head.applies_in:
        if jurisdiction not in texts:
            yield f"{head.intent}: the variant {jurisdiction} has no text; write {jurisdiction}.en.md or remove it"
    for jurisdiction, found in texts.items():
        for text in found:
            for source in text.all_sources:
                if source not in head.sources:
                    where = f"{head.intent}/{jurisdiction}.{text.locale}.md"
                    yield f"{where}: the mark [^{source}] names no source; add {source} to knowledge/sources"


def _read_head_file(path: Path, intent: str, problems: list[str]) -> Head:
    where = f"{intent}/article.yml"
    if not path.is_file():
        problems.append(f"{where}: is missing; every article folder has one")
        return Head(intent, PLACES[0], False, (), {}, {})
    return parse_head(path.read_bytes(), where, intent, problems)


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
            current.append(line.rstrip()[bool(_ESCAPED.match(line)) :])
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
