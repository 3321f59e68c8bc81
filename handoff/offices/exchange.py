"""Offices and services in spreadsheets and JSON: written so that reading them back gives exactly the same.

A cell that a spreadsheet would take for a formula, a number or a date gets an apostrophe in front, which is taken away
when the cell is read: no cell can do anything, and none loses a nought or turns into a day.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from handoff.offices.records import BadContactPoint, P, Row, Schema, read_file, read_record

FORMATS = ("csv", "json")
DELIMITERS = (",", ";")

_FIRST = ("id", "name", "organisation", "kind")
_RISKY = r"[=+\-@\t\r＝＋－＠]|[\d .,/:-]+$"
_GUARD = re.compile(f"'*({_RISKY})")
_GUARDED = re.compile(f"'+({_RISKY})")


def columns(schema: Schema[P]) -> tuple[str, ...]:
    """Return the names of a spreadsheet's columns, in their order."""
    names = [one.name for one in fields(schema.make)]
    return (*_FIRST, *(name for name in names if name not in _FIRST))


def to_csv(schema: Schema[P], records: Iterable[P], delimiter: str = ",") -> str:
    """Write records as a spreadsheet. Every cell is in quotes: no delimiter splits one."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns(schema))
    for record in records:
        plain = schema.plain(record)
        writer.writerow([_cell(schema, name, plain) for name in columns(schema)])
    return output.getvalue()


def to_json(schema: Schema[P], records: Iterable[P]) -> str:
    """Write records as JSON, of the form that a folder of contact points takes."""
    content = {schema.many: [schema.plain(record) for record in records]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_exchanged(schema: Schema[P], file: Path) -> Iterator[Row[P]]:
    """Read a file that was written by hand, by a spreadsheet or by `to_csv` or `to_json`; its faults are in the rows.

    Raises BadContactPoint if the file itself cannot be read.
    """
    if file.suffix.lower() not in {".csv", ".json"}:
        raise BadContactPoint(f"{file.name}: the name must end in .csv or .json")
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadContactPoint(f'{file.name}: this is not UTF-8; save it as "CSV UTF-8"') from error
    except OSError as error:
        raise BadContactPoint(f"{file.name}: this file cannot be read") from error
    return _read_csv(schema, file.name, content) if file.suffix.lower() == ".csv" else read_file(schema, file)


def _read_csv(schema: Schema[P], name: str, content: str) -> Iterator[Row[P]]:
    try:
        head, *lines = _lines(content)
    except (csv.Error, ValueError) as error:
        raise BadContactPoint(f"{name}: this is no table: {error}") from error
    head = [cell.strip() for cell in head]
    if faults := list(_faults_in(schema, head)):
        raise BadContactPoint("\n".join(f"{name}: row 1: {fault}" for fault in faults))
    for number, cells in enumerate(lines, start=2):
        if any(cell.strip() for cell in cells):
            yield _read_line(schema, f"{name}: row {number}", head, cells)


def _lines(content: str) -> list[list[str]]:
    """Split a table. Its names are known and hold neither delimiter, so the first line tells which one it is."""
    first = content.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    if not lines or not any(lines[0]):
        raise ValueError("the first row must name the columns")
    return lines


def _faults_in(schema: Schema[P], head: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(head):
        if name not in schema.fields:
            yield f"{name or 'a column without a name'}: no such field"
        elif head.count(name) > 1:
            yield f"{name}: stands twice"
    for name in schema.required:
        if name not in head:
            yield f"{name}: this column is missing"


def _read_line(schema: Schema[P], place: str, head: list[str], cells: list[str]) -> Row[P]:
    if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
        return Row(place, "", None, (f"{place}: has {len(cells)} cells, the first row {len(head)}",))
    texts = {name: _unguarded(cell.strip()) for name, cell in zip(head, cells, strict=False)}
    raw = {name: schema.fields[name].from_cell(text) for name, text in texts.items() if text}
    return read_record(schema, f"{place} ({texts['id']})" if texts.get("id") else place, raw)


def _cell(schema: Schema[P], name: str, plain: Mapping[str, Any]) -> str:
    text = schema.fields[name].to_cell(plain[name]) if name in plain else ""
    return f"'{text}" if _GUARD.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
