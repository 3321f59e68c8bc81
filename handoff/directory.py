"""Reads the network's contact points from `points/<country>.yml` and says exactly what is wrong in them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.model.errors import GuichetError
from handoff import hours
from handoff.contact_point import EVERYWHERE, Closure, ContactPoint, Door, Duty, PointKind, Visit, Who

POINTS = Path(__file__).parent / "points"

# A choice is "h:accept:" and the id, in at most 40 bytes.
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SLUG_LENGTH = 31
_CHECKED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_WEB = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 ]{3,20}")
_TOPICS = frozenset({"labour_rights", "permits", "recognition", "benefits", "arrival", "safety"})
_REQUIRED = ("id", "name", "organisation", "kind", "country", "zone")


class BadContactPoint(GuichetError):
    """A file of contact points cannot be used; the message has one line per fault: file, point, field, what."""


class _Fault(Exception):
    """What is wrong with one field."""


def load_points(folder: Path = POINTS) -> tuple[ContactPoint, ...]:
    """Read all contact points of a folder, in the order of their files.

    Raises BadContactPoint with every fault found, so that one reading is enough to mend the files.
    """
    points: dict[str, ContactPoint] = {}
    faults: list[str] = []
    for file in sorted(folder.glob("*.yml")):
        for point, wrong in _read_file(file):
            faults.extend(wrong)
            if point is not None and point.id in points:
                faults.append(f"{file.name}: point {point.id}: id: another office has this id")
            elif point is not None:
                points[point.id] = point
    if faults:
        raise BadContactPoint("\n".join(faults))
    return tuple(points.values())


def _read_file(file: Path) -> Iterator[tuple[ContactPoint | None, list[str]]]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        yield None, [f"{file.name}: this is not YAML: {' '.join(str(error).split())}"]
        return
    entries = content.get("points") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        yield None, [f"{file.name}: a list `points` is missing"]
        return
    shared = {key: value for key, value in content.items() if key != "points"}
    for number, entry in enumerate(entries, start=1):
        yield _read_point(file.name, number, shared, entry)


def _read_point(file: str, number: int, shared: dict[str, Any], entry: Any) -> tuple[ContactPoint | None, list[str]]:
    if not isinstance(entry, Mapping):
        return None, [f"{file}: point {number}: this is not a list of fields"]
    raw = {**shared, **entry}
    place = f"{file}: point {raw.get('id') or number}"
    faults = [f"{place}: {name}: is missing" for name in _REQUIRED if not raw.get(name)]
    values: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            if name not in _READERS:
                raise _Fault("no such field")
            values[name] = _READERS[name](value)
        except _Fault as fault:
            faults.append(f"{place}: {name}: {fault}")
    if faults:
        return None, faults
    point = ContactPoint(**values)
    faults = [f"{place}: {fault}" for fault in _contradictions(point)]
    return (None, faults) if faults else (point, [])


def _contradictions(point: ContactPoint) -> Iterator[str]:
    holidays = point.holidays or ("" if point.country == EVERYWHERE else point.country)
    if point.hours and (fault := hours.fault_in(point.hours, holidays)):
        yield f"hours: {fault}"
    if point.duty_to_report is Duty.NONE and point.declared_on is None:
        yield "declared_on: is missing; `none` needs the day on which the office declared it"
    if point.country == EVERYWHERE and not point.demo:
        yield 'country: only a demonstration may have "*"'
    if not point.demo and not point.sources:
        yield "sources: is missing; an office is shown only with its source"
    if (point.lat is None) != (point.lon is None):
        yield "lat: must come together with lon"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Fault(f"must be a text, not {value!r} (put it in quotes)")
    return value.strip()


def _matching(pattern: re.Pattern[str], example: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _text(value)
        if text and not pattern.fullmatch(text):
            raise _Fault(f"{text!r} does not look like {example}")
        return text

    return read


def _slug(value: Any) -> str:
    text = _matching(_SLUG, "milano-welcome-center")(value)
    if len(text) > _SLUG_LENGTH:
        raise _Fault(f"{text!r} is longer than {_SLUG_LENGTH} characters")
    return text


def _one_of(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def read(value: Any) -> StrEnum:
        # YAML reads a bare yes or no as a truth value.
        word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        if word not in list(kind):
            raise _Fault(f"{value!r} is none of {', '.join(kind)}")
        return kind(word)

    return read


def _zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _Fault(f"{name!r} is not a time zone") from error
    return name


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Fault("must be a list")
    return tuple(_text(item) for item in value)


def _topics(value: Any) -> tuple[str, ...]:
    topics = _texts(value)
    if strange := set(topics) - _TOPICS:
        raise _Fault(f"no such topic: {', '.join(sorted(strange))}")
    return topics


def _urls(value: Any) -> tuple[str, ...]:
    return tuple(_matching(_WEB, "https://example.org")(item) for item in _texts(value))


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Fault("must be true or false")
    return value


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise _Fault(f"{value!r} is not a day like 2026-12-24") from error


def _closures(value: Any) -> tuple[Closure, ...]:
    if not isinstance(value, list) or not all(
        isinstance(item, Mapping) and {"from", "until"} == set(item) for item in value
    ):
        raise _Fault("must be a list of {from: day, until: day}")
    closures = tuple(Closure(_day(item["from"]), _day(item["until"])) for item in value)
    if any(closure.last < closure.first for closure in closures):
        raise _Fault("ends before it begins")
    return tuple(sorted(closures, key=lambda closure: closure.first))


def _degrees(limit: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > limit:
            raise _Fault(f"must be a number of degrees, at most {limit:g}")
        return float(value)

    return read


_READERS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys((field.name for field in fields(ContactPoint)), _text),
    "id": _slug,
    "kind": _one_of(PointKind),
    "country": _matching(re.compile(r"[A-Z]{2}|\*"), "IT"),
    "holidays": _matching(re.compile(r"[A-Z]{2}"), "IT"),
    "zone": _zone,
    "city_also": _texts,
    "lat": _degrees(90),
    "lon": _degrees(180),
    "closures": _closures,
    "languages": _texts,
    "topics": _topics,
    "phone": _matching(_PHONE, "+39 02 1234"),
    "email": _matching(_EMAIL, "office@example.org"),
    "web": _matching(_WEB, "https://example.org"),
    "who": _one_of(Who),
    "visit": _one_of(Visit),
    "door_document": _one_of(Door),
    "duty_to_report": _one_of(Duty),
    "declared_on": _day,
    "minors": _yes_or_no,
    "checked_on": _matching(_CHECKED, "2026-11-12, 2026-11 or 2026"),
    "sources": _urls,
    "demo": _yes_or_no,
}
