"""The names of the questions as Rasa's domain lists them. They follow from the questions; one added by hand is taken."""

import re

from bot.exchange.grouped import read_document
from bot.exchange.items import Content, Files, Item, below, path_of
from knowledge.documents import INTENT

FOLDER = "dialogues/domain"


def read_domain(files: Files, known: frozenset[str], problems: list[str]) -> Content:
    """Return the questions that only the domain names, with nothing said about them yet."""
    found: Content = {}
    for parts, path, raw in below(files, FOLDER, ".yml"):
        names = read_document(raw, path, problems).get("intents") or []
        if not isinstance(names, list):
            problems.append(f"{path}: `intents:` must be a list of names")
            continue
        for name in names:
            intent = f"{parts[-1]}/{name}"
            if not INTENT.fullmatch(intent):
                problems.append(f"{path}: {str(name)[:40]!r} is no name; use small letters and _")
            elif intent not in known:
                found[Item("intent", intent)] = {"about": "", "not": "", "retired": False, "titles": {}}
    return found


def write_domain(content: Content, files: Files, known: frozenset[str]) -> dict[str, bytes]:
    """Return the domain with the questions that were added and without those that were retired."""
    changed = {item.key: body for item, body in content.items() if item.kind == "intent"}
    retired = {intent for intent, body in changed.items() if body.get("retired")}
    written: dict[str, bytes] = {}
    for topic in sorted({intent.partition("/")[0] for intent in {*known, *changed}}):
        path = f"{path_of(*FOLDER.split('/'), topic)}.yml"
        raw = files.get(path, b'version: "3.1"\nintents:\n')
        gone = {intent.partition("/")[2] for intent in retired if intent.startswith(f"{topic}/")}
        added = [one.partition("/")[2] for one in sorted(set(changed) - known - retired) if one.startswith(f"{topic}/")]
        lines = [line for line in raw.decode().rstrip("\n").split("\n") if _name(line) not in gone]
        written[path] = "\n".join([*lines, *(f"  - {name}" for name in added), ""]).encode()
    return written


def _name(line: str) -> str:
    found = re.match(r"\s+- (\w+)\s*$", line)
    return found[1] if found else ""
