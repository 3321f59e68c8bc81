"""Files that hold many items: wordings and test sentences as Rasa and the tests have them, sentences and titles."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.exchange.items import Content, Files, Item, below, path_of
from bot.exchange.yamls import NotReadable, load
from knowledge.writing import quoted

_BLOCK = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Wordings:
    """`nlu/data/<locale>/<topic>.yml`: Rasa's own format."""

    kind = "wordings"
    folder = "nlu/data"

    def path(self, key: str) -> str:
        """Return where the wordings of `<topic>/<intent>/<locale>` stand."""
        topic, _, locale = key.split("/")
        return f"{path_of(*self.folder.split('/'), locale, topic)}.yml"

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files, noting problems."""
        found: Content = {}
        for parts, path, raw in below(files, self.folder, ".yml"):
            if len(parts) != 2:
                problems.append(f"{path}: does not belong here; wordings stand in {self.folder}/<locale>/<topic>.yml")
                continue
            for entry in entries(read_document(raw, path, problems), path, "nlu", list, problems):
                name, examples = _example_list(entry)
                if name is None or examples is None:
                    problems.append(f"{path}: each entry needs `intent:` and `examples:`")
                else:
                    add(found, Item(self.kind, f"{parts[1]}/{name}/{parts[0]}"), {"examples": examples}, path, problems)
        return found

    def write(self, path: str, bodies: Mapping[str, Any], before: bytes) -> str:
        """Return a file. Questions stand in the order of the file that was there, new ones behind them."""
        between = "\n\n" if "\n\n- intent: " in before.decode() or not before else "\n"
        known = [key.split("/")[1] for key in bodies]
        order = {name: at for at, name in enumerate(re.findall(r"^- intent: (\S+)", before.decode(), re.MULTILINE))}
        by_name = {key.split("/")[1]: bodies[key]["examples"] for key in bodies}
        ordered = sorted(known, key=lambda one: (order.get(one, len(order)), one))
        found = ("\n".join([f"- intent: {name}", *_rasa(by_name[name])]) for name in ordered)
        head = before.decode().partition("nlu:")[0] or 'version: "3.1"\n\n'
        return f"{head}nlu:\n{between.join(found)}\n"


def _rasa(examples: list[str]) -> Iterator[str]:
    """Yield the lines of Rasa's short form, or of its long one for words that the short one would change."""
    if all(one.strip() == one and one and not _BLOCK.search(one) for one in examples):
        yield "  examples: |"
        yield from (f"    - {one}" for one in examples)
    else:
        yield "  examples:"
        yield from (f"  - text: {quoted(one)}" for one in examples)


def _example_list(entry: Any) -> tuple[str | None, list[str] | None]:
    if not isinstance(entry, dict) or not isinstance(entry.get("intent"), str):
        return None, None
    examples = entry.get("examples")
    if examples is None:
        return entry["intent"], []
    if isinstance(examples, str):
        lines = (line.strip() for line in examples.split("\n"))
        return entry["intent"], [line.removeprefix("- ") if line != "-" else "" for line in lines if line]
    if isinstance(examples, list) and all(
        isinstance(one, dict) and isinstance(one.get("text"), str) for one in examples
    ):
        return entry["intent"], [one["text"] for one in examples]
    return entry["intent"], None


class Cases:
    """`nlu/cases/<locale>.yml`: test sentences by question; a model is never trained on them."""

    kind = "cases"
    folder = "nlu/cases"

    def path(self, key: str) -> str:
        """Return where the test sentences of `<topic>/<intent>/<locale>` stand."""
        return f"{path_of(*self.folder.split('/'), key.rpartition('/')[2])}.yml"

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files, noting problems."""
        found: Content = {}
        for parts, path, raw in below(files, self.folder, ".yml"):
            for intent, examples in entries(read_document(raw, path, problems), path, "intents", dict, problems):
                if isinstance(examples, list) and all(isinstance(one, str) for one in examples):
                    item = Item(self.kind, f"{intent}/{parts[-1]}")
                    add(found, item, {"examples": examples}, path, problems)
                else:
                    problems.append(f"{path}: {intent}: must be a list of sentences, each in quotes")
        return found

    def write(self, path: str, bodies: Mapping[str, Any], before: bytes) -> str:
        """Return a file, its questions in the order of their names."""
        locale = next(iter(bodies)).rpartition("/")[2]
        lines = [f"locale: {quoted(locale)}", "intents:"]
        for key in sorted(bodies):
            examples = bodies[key]["examples"]
            lines.append(f"  {key.rpartition('/')[0]}:{'' if examples else ' []'}")
            lines += [f"    - {quoted(one)}" for one in examples]
        return "\n".join([*lines, ""])


class Lines:
    """Sentences or titles: `<folder>/<locale>.yml` with one line for each, and remarks between them that stay."""

    def __init__(self, kind: str, folder: str, many: str) -> None:
        self.kind = kind
        self.folder = folder
        self.many = many

    def path(self, key: str) -> str:
        """Return where the line `<locale>/<name>` stands."""
        return f"{path_of(*self.folder.split('/'), key.partition('/')[0])}.yml"

    def read(self, files: Files, problems: list[str]) -> Content:
        """Read all files, noting problems."""
        found: Content = {}
        for parts, path, raw in below(files, self.folder, ".yml"):
            document = read_document(raw, path, problems)
            state, states = document.get("state", "source"), document.get("states") or {}
            for name, text in entries(document, path, self.many, dict, problems):
                if not isinstance(text, str):
                    problems.append(f"{path}: {name}: must be a text in quotes")
                    continue
                body = {"text": text}
                if self.kind == "phrase":
                    body["state"] = str(states.get(name, state) if isinstance(states, dict) else state)
                add(found, Item(self.kind, f"{parts[-1]}/{name}"), body, path, problems)
        return found

    def write(self, path: str, bodies: Mapping[str, Any], before: bytes) -> str:
        """Return a file: in the one that was there only the lines that changed are others."""
        locale = next(iter(bodies)).partition("/")[0]
        texts = {key.partition("/")[2]: body for key, body in bodies.items()}
        text = before.decode() or f"locale: {quoted(locale)}\nstate: machine\n{self.many}:\n"
        state = re.search(r"^state: *(\w+)", text, re.MULTILINE)
        lines = list(_changed(text.rstrip("\n").split("\n"), texts))
        own = {
            name: body["state"] for name, body in texts.items() if body.get("state", "") not in {"", state and state[1]}
        }
        if own:  # sentences whose state is another than the file's
            at = lines.index(f"{self.many}:")
            lines[at:at] = ["states:", *(f"  {name}: {own[name]}" for name in sorted(own))]
        return "\n".join(lines).rstrip("\n") + "\n"


def _changed(lines: list[str], texts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines with the texts of now; what is gone is left out, what is new stands at the end."""
    left = dict(texts)
    skipping = False
    for line in lines:
        if line.startswith("states:") or (skipping and line.startswith("  ")):
            skipping = True
            continue
        skipping = False
        found = re.match(r'  ([a-z_0-9/]+): "((?:[^"\\]|\\.)*)"(.*)$', line)
        if not found:
            yield line
        elif found[1] in left:
            yield _line(found, left.pop(found[1])["text"])
    yield from (f"  {name}: {quoted(left[name]['text'])}" for name in sorted(left))


def _line(found: re.Match[str], text: str) -> str:
    """Leave a line as it is where it says the same."""
    try:
        same = load(f'"{found[2]}"'.encode()) == text
    except NotReadable:
        same = False
    return found[0] if same else f"  {found[1]}: {quoted(text)}{found[3]}"


def read_document(raw: bytes, path: str, problems: list[str]) -> dict[str, Any]:
    """Return a file's mapping; an empty one and a problem where there is none."""
    try:
        document = load(raw)
    except NotReadable as error:
        problems.append(f"{path}: {error}")
        return {}
    if isinstance(document, dict):
        return document
    problems.append(f"{path}: there must be lines `name: value` here")
    return {}


def entries(document: dict[str, Any], path: str, name: str, shape: type, problems: list[str]) -> Any:
    """Return what stands below `name`: a list's entries or a mapping's pairs."""
    found = document.get(name)
    if isinstance(found, shape):
        return found.items() if isinstance(found, dict) else found
    if found is not None:
        problems.append(f"{path}: `{name}:` must hold {'lines `name: value`' if shape is dict else 'a list'}")
    return ()


def add(found: Content, item: Item, body: Any, path: str, problems: list[str]) -> None:
    """Add an item; the same one twice is a problem, since one of them would silently win."""
    if item in found:
        problems.append(f"{path}: {item.key} stands twice; join them")
    found[item] = body
