"""The articles among the exported files: texts with front matter, heads, and the sources that several articles share."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.exchange.grouped import read_document
from bot.exchange.items import ARTICLE, Content, Files, Item, below, path_of
from knowledge.documents import head_document, read_head, read_translation, translation_document
from knowledge.fields import ContentError, Fields
from knowledge.files import HEAD, read_tree
from knowledge.writing import head_file, normal_text, source_line, translation_file

FOLDER = "knowledge/articles"
SOURCES = "knowledge/sources"
_SOURCE = re.compile(r"([A-Za-z0-9-]+): \{")


class Articles:
    """`knowledge/articles/<topic>/<intent>/` as the repository has it."""

    kind = ARTICLE
    folder = FOLDER

    def path(self, key: str) -> str:
        """Return where a head or a text stands."""
        parts = key.split("/")
        return path_of(*FOLDER.split("/"), *parts) + (".yml" if parts[-1] == HEAD else ".md")

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files, noting problems. They are read where files are read, so they are laid down for that moment."""
        mine = {path: raw for path, raw in files.items() if path.startswith((f"{FOLDER}/", f"{SOURCES}/"))}
        if not any(path.startswith(f"{FOLDER}/") for path in mine):
            return {}
        with TemporaryDirectory() as place:
            for path, raw in mine.items():
                target = Path(place, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(raw)
            try:
                tree = read_tree(Path(place, FOLDER))
            except ContentError as error:
                problems += error.problems
                return {}
        return {Item(ARTICLE, file.key): file.document for file in tree.files}

    def read_changed(
        self, files: Files, same: Collection[str], shipped: Content, as_shipped: Files, problems: list[str]
    ) -> Content:
        """Read the articles of which any file is not the `same` as what ships; the others say what `shipped` has."""
        changed = {path for path in {*files, *as_shipped} if path not in same}
        if any(path.startswith(f"{SOURCES}/") and path in files for path in changed):
            return self.read(files, problems)
        intents = {"/".join(path.split("/")[2:4]) for path in changed if path.startswith(f"{FOLDER}/")}
        wanted = {
            path: raw for path, raw in files.items()
            if path.startswith(f"{SOURCES}/") or "/".join(path.split("/")[2:4]) in intents
        }  # fmt: skip
        untouched = {
            item: body for item, body in articles_of(shipped).items()
            if item.key.rpartition("/")[0] not in intents and self.path(item.key) in same
        }  # fmt: skip
        return untouched | self.read(wanted, problems)

    def write_all(self, content: Content, before: Content, files: Files) -> dict[str, bytes]:
        """Return the files of all articles and sources; what is as it was `before` keeps its bytes."""
        shared, places = _shared(content, files)
        texts, texts_before = _jurisdictions(content), _jurisdictions(before)
        written: dict[str, bytes] = {path: _sources(files[path], shared) for path in places}
        for item, document in content.items():
            intent, _, name = item.key.rpartition("/")
            path = self.path(item.key)
            same = path in files and before.get(item) == document
            if same and (name != HEAD or texts[intent] == texts_before[intent]):
                written[path] = files[path]
            elif name == HEAD:
                written[path] = head_file(document, texts[intent], shared).encode()
            else:
                written[path] = translation_file(document, files.get(path, b"").decode()).encode()
        return written


def articles_of(content: Content) -> Content:
    """Return the heads and texts alone."""
    return {item: body for item, body in content.items() if item.kind == ARTICLE}


def _jurisdictions(content: Content) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for item in content:
        intent, _, name = item.key.rpartition("/")
        if name != HEAD:
            found[intent].add(name.partition(".")[0])
    return found


def _shared(content: Content, files: Files) -> tuple[dict[str, Any], list[str]]:
    """Return the shared sources as the articles have them now, and their files.

    Where articles disagree about one, the file stays and each writes its own.
    """
    used: dict[str, list[Any]] = defaultdict(list)
    for item, document in content.items():
        if item.key.endswith(f"/{HEAD}"):
            for name, source in document["sources"].items():
                used[name].append(source)
    places = [path for _, path, _ in below(files, SOURCES, ".yml")]
    shared: dict[str, Any] = {}
    for path in places:
        for name, source in read_document(files[path], path, []).items():
            as_it_was = {**source, "checked_on": str(source["checked_on"])}
            mine = used.get(name) or [as_it_was]
            shared[name] = mine[0] if all(one == mine[0] for one in mine) else as_it_was
    return shared, places


def _sources(raw: bytes, shared: Mapping[str, Any]) -> bytes:
    """Return a file of sources; only the lines whose source changed are others."""
    lines = []
    before = read_document(raw, "", [])
    for line in raw.decode().split("\n"):
        found = _SOURCE.match(line)
        name = found[1] if found else ""
        was = before.get(name)
        if was is None or {**was, "checked_on": str(was["checked_on"])} == shared[name]:
            lines.append(line)
        else:
            lines.append(source_line(name, shared[name]))
    return "\n".join(lines).encode()


def normal(key: str, body: Mapping[str, Any]) -> Any:
    """Return a document as its file would bring it back; one that nobody can read stays as it is."""
    problems: list[str] = []
    intent, _, name = key.rpartition("/")
    if name == HEAD:
        head = head_document(read_head(Fields.of(body, "", problems), intent))
        return body if problems else head
    meta, locale = Fields.of(body.get("meta"), "", problems), name.partition(".")[2]
    sections = {part: normal_text(text) for part, text in body["sections"].items()}
    text = translation_document(read_translation(meta, sections, locale))
    return body if problems else text
