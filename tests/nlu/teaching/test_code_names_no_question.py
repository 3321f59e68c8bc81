"""Content managers add and retire questions without a developer: so no code may know one of them by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

from nlu.teaching import read_shipped

ROOT = Path(__file__).parents[3]
ROOMS = ("bot", "nlu", "dialogues", "knowledge", "handoff")
# Names that are something else in the code: a number of the tax office, a sector, residence statuses.
_PLAIN_WORDS = {"tax", "housing", "temporary_protection", "permit_waiting"}


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told:
            yield node.lineno, node.value


def test_no_module_names_a_content_question() -> None:
    content = [one for one in read_shipped().questions.values() if not one.is_fixed]
    whole = {one.id for one in content}
    bare = {one.name for one in content} - _PLAIN_WORDS

    found = [
        f"{path.relative_to(ROOT)}:{line} {text[:60]!r}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, text in strings(path)
        if text in bare or any(name in text for name in whole)
    ]

    assert found == []
