"""Reads offices or services from files, and says exactly what is wrong in them: all of it at once."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from bot.model.errors import GuichetError
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, Duty, Place
from handoff.offices.fields import Fault, Field

P = TypeVar("P", bound=Place)


class BadContactPoint(GuichetError):
    """A file of offices or services cannot be used; the message has one line per fault: file, which one, field, what."""


@dataclass(frozen=True, slots=True)
class Schema(Generic[P]):
    """What a record is made of. `word` names one in files and faults: `point`, and a file holds a list `points`."""

    word: str
    make: type[P]
    fields: Mapping[str, Field]

    @property
    def many(self) -> str:
        """The name of the list in a file, and of the folder."""
        return f"{self.word}s"

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that no record goes without."""
        return tuple(one.name for one in fields(self.make) if one.default is MISSING)

    def plain(self, record: P) -> dict[str, Any]:
        """Return a record as YAML and JSON hold it; what is not known stays out."""
        known = {one.name: getattr(record, one.name) for one in fields(self.make)}
        default = {one.name: one.default for one in fields(self.make)}
        return {name: self.fields[name].plain(value) for name, value in known.items() if value != default[name]}


@dataclass(frozen=True, slots=True)
class Row(Generic[P]):
    """One record as it stands in a file. `place` says where; `record` is None if there are `faults`."""

    place: str
    id: str
    record: P | None
    faults: tuple[str, ...] = ()


def read_folder(schema: Schema[P], folder: Path) -> Iterator[Row[P]]:
    """Read all `*.yml` and `*.json` of a folder, in the order of their names. A folder that is not there is empty."""
    for file in sorted(folder.glob("*")):
        if file.suffix in {".yml", ".json"}:
            yield from read_file(schema, file)


def read_file(schema: Schema[P], file: Path) -> Iterator[Row[P]]:
    """Read one file of YAML or JSON: a list of records, beside it fields that hold for all of them."""
    try:
        content = _load(file)
    except (yaml.YAMLError, ValueError) as error:
        language = "JSON" if file.suffix == ".json" else "YAML"
        yield _broken(file, f"this is not {language}: {' '.join(str(error).split())}")
        return
    entries = content.get(schema.many) if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not isinstance(content, Mapping):
        yield _broken(file, f"a list `{schema.many}` is missing")
        return
    shared = {key: value for key, value in content.items() if key != schema.many}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            yield _broken(file, f"{schema.word} {number}: this is not a list of fields")
            continue
        raw = {**shared, **entry}
        yield read_record(schema, f"{file.name}: {schema.word} {raw.get('id') or number}", raw)


def read_record(schema: Schema[P], place: str, raw: Mapping[str, Any]) -> Row[P]:
    """Read one record from plain values."""
    faults = [f"{name}: is missing" for name in schema.required if raw.get(name) in (None, "")]
    values: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            if name not in schema.fields:
                raise Fault("no such field")
            values[name] = schema.fields[name].read(value)
        except Fault as fault:
            faults.append(f"{name}: {fault}")
    record = None if faults else schema.make(**values)
    if record is not None and (contradictions := list(_contradictions(record))):
        record, faults = None, contradictions
    return Row(place, str(raw.get("id", "")), record, tuple(f"{place}: {fault}" for fault in faults))


def collect(
    rows: Iterable[Row[P]], more_faults: Callable[[Mapping[str, P]], Iterable[tuple[str, str]]]
) -> dict[str, P]:
    """Return the records by id. Raises BadContactPoint with every fault of every row.

    An id may stand once. `more_faults` finds what is wrong among the records: pairs of an id and the fault.
    """
    found: dict[str, P] = {}
    places: dict[str, str] = {}
    faults: list[str] = []
    for row in rows:
        faults.extend(row.faults)
        if row.id and row.id in places:
            faults.append(f"{row.place}: id: another office has this id ({places[row.id]})")
            continue
        places[row.id] = row.place
        if row.record is not None:
            found[row.id] = row.record
    faults.extend(f"{places.get(point_id, point_id)}: {fault}" for point_id, fault in more_faults(found))
    if faults:
        raise BadContactPoint("\n".join(faults))
    return found


def _contradictions(record: Place) -> Iterator[str]:
    if fault := hours.fault_in(record):
        yield f"hours: {fault}"
    if record.duty_to_report is Duty.NONE and record.declared_on is None:
        yield "declared_on: is missing; `none` needs the day on which the office declared it"
    if record.country == EVERYWHERE and not record.demo:
        yield 'country: only a demonstration may have "*"'
    if not record.demo and not record.sources:
        yield "sources: is missing; an office is shown only with its source"
    if (record.lat is None) != (record.lon is None):
        yield "lat: must come together with lon"


def _load(file: Path) -> Any:
    content = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".json":
        return json.loads(content, object_pairs_hook=_once)
    return yaml.load(content, yaml.CSafeLoader)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a field twice: the second would silently win."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a field stands twice: {next(name for name in names if names.count(name) > 1)}")
    return found


def _broken(file: Path, fault: str) -> Row[Any]:
    return Row(f"{file.name}", "", None, (f"{file.name}: {fault}",))
