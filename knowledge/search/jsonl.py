"""Reads and writes the files of `python -m knowledge rank`: one JSON object a line."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.fields import ContentError
from knowledge.search.tokens import UNKNOWN

_SHOWN = 20  # problems told at once


@dataclass(frozen=True, slots=True)
class Row:
    """A text to be found, or one to look for."""

    id: str
    text: str = field(repr=False)
    locale: str = UNKNOWN
    title: str = field(default="", repr=False)


def read_rows(path: Path, optional: tuple[str, ...]) -> list[Row]:
    """Read a file with `id` and `text` in each line, and perhaps the optional fields. An empty line is no row.

    Raises ContentError that names the file, each wrong line and what is wrong with it.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise ContentError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        where = error.object[: error.start].count(b"\n") + 1
        raise ContentError([f"{path}: line {where}: not a text in UTF-8"]) from error
    rows: list[Row] = []
    problems: list[str] = []
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _row(json.loads(line), optional)
            if row.id in first:
                raise ValueError(f"the id {row.id[:40]!r} is already in line {first[row.id]}")
        except (ValueError, RecursionError) as error:
            what = f"not valid JSON ({error.msg})" if isinstance(error, json.JSONDecodeError) else str(error)
            problems.append(f"{path}: line {number}: {what}")
            continue
        first[row.id] = number
        rows.append(row)
    if problems:
        more = [f"{path}: and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise ContentError(problems[:_SHOWN] + more)
    return rows


def _row(value: Any, optional: tuple[str, ...]) -> Row:
    """Other fields than ours are left alone: public data has many."""
    if not isinstance(value, dict):
        raise ValueError("there must be a JSON object")
    id_ = value.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int) or id_ == "":
        raise ValueError("'id' must be a text or a whole number")
    found = {name: value.get(name) or "" for name in ("text", *optional)}
    if "text" not in value:
        raise ValueError("'text' is missing")
    for name, one in found.items():
        if not isinstance(one, str):
            raise ValueError(f"{name!r} must be a text")
    return Row(str(id_), **found)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the file whole and put it in place at once."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ContentError([f"{path}: {error.strerror}"]) from error
