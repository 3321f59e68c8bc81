"""Reads one field of an office or a service, from YAML or JSON or from the cell of a spreadsheet, and says what is wrong."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from bot.model.turning import turns
from handoff.offices.contact_point import EVERYWHERE, Closure, Door, Duty, Visit, Who

SEPARATOR = "|"  # between the items of a list in one cell; no item may hold it

# A choice is "h:accept:" and the id, in at most 40 bytes.
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SLUG_LENGTH = 31
_CHECKED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"([a-z]{2,3})(-[A-Za-z0-9]{2,8})*")
_WEB = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 ]{3,20}")
_BROKEN = {"Cc", "Cs", "Zl", "Zp"}  # control signs, halves of signs, ends of lines
TURNED = "must not hold signs that turn the order of words or numbers around; type it anew"
TOPICS = ("labour_rights", "permits", "recognition", "benefits", "arrival", "safety")


class Fault(Exception):
    """What is wrong with one field."""


@dataclass(frozen=True, slots=True)
class Field:
    """How a field is read and written.

    `read` takes the value of YAML or JSON and raises Fault; `plain` gives such a value back. `from_cell` and `to_cell`
    go between that value and the text of a cell; an empty cell is not read at all.
    """

    read: Callable[[Any], Any]
    plain: Callable[[Any], Any] = str
    from_cell: Callable[[str], Any] = str
    to_cell: Callable[[Any], str] = str


def text(value: Any) -> str:
    """Read a text of one line."""
    if not isinstance(value, str):
        raise Fault(f"must be a text, not {value!r} (put it in quotes)")
    if any(unicodedata.category(sign) in _BROKEN for sign in value):
        raise Fault("must be one line without control signs")
    if turns(value):
        raise Fault(TURNED)
    return value.strip()


def _matching(pattern: re.Pattern[str], example: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        found = text(value)
        if found and not pattern.fullmatch(found):
            raise Fault(f"{found!r} does not look like {example}")
        return found

    return read


def _slug(value: Any) -> str:
    found = _matching(_SLUG, "milano-welcome-center")(value)
    if len(found) > _SLUG_LENGTH:
        raise Fault(f"{found!r} is longer than {_SLUG_LENGTH} characters")
    return found


def _one_of(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def read(value: Any) -> StrEnum:
        # YAML reads a bare yes or no as a truth value.
        word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        if word not in list(kind):
            raise Fault(f"{value!r} is none of {', '.join(kind)}")
        return kind(word)

    return read


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes of the world's countries and languages."""
    english = Locale("en")
    return frozenset(english.territories) - {"UK", "EU", "ZZ"}, frozenset(english.languages)


def _country(value: Any) -> str:
    found = text(value)
    if found and found != EVERYWHERE and not _COUNTRY.fullmatch(found):
        raise Fault(f"{found!r} does not look like IT")
    if found and found != EVERYWHERE and found not in _names()[0]:
        raise Fault(f"{found!r} is no country; Greece is GR, the United Kingdom GB")
    return found


def _language(value: Any) -> str:
    found = text(value)
    match = _LANGUAGE.fullmatch(found)
    if not match or match[1] not in _names()[1]:
        raise Fault(f"{found!r} is no language; Greek is el, Ukrainian uk, Albanian sq")
    return found


def _zone(value: Any) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Fault(f"{name!r} is not a time zone") from error
    return name


def _topic(value: Any) -> str:
    found = text(value)
    if found not in TOPICS:
        raise Fault(f"no such topic: {found}")
    return found


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Fault("must be true or false")
    return value


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(text(value))
    except (ValueError, Fault) as error:
        raise Fault(f"{value!r} is not a day like 2026-12-24") from error


def _closures(value: Any) -> tuple[Closure, ...]:
    if not isinstance(value, list) or not all(
        isinstance(item, Mapping) and {"from", "until"} == set(item) for item in value
    ):
        raise Fault("must be a list of {from: day, until: day}")
    closures = tuple(Closure(_day(item["from"]), _day(item["until"])) for item in value)
    if any(closure.last < closure.first for closure in closures):
        raise Fault("ends before it begins")
    return tuple(sorted(closures, key=lambda closure: closure.first))


def _closure_from_cell(cell: str) -> list[dict[str, str]]:
    periods = [item.strip().partition("/") for item in cell.split(SEPARATOR)]
    return [{"from": first, "until": last or first} for first, _, last in periods]


def _degrees(limit: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        # Not "greater than": what is no number at all is greater than nothing.
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= limit:
            raise Fault(f"must be a number of degrees, at most {limit:g}")
        return float(value)

    return read


def _number_from_cell(cell: str) -> float | str:
    try:
        return float(cell.replace(",", "."))  # as spreadsheets write it in most of Europe
    except ValueError:
        return cell


def _items_of(read_item: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Fault("must be a list")
        items = tuple(read_item(item) for item in value)
        if any(not item or SEPARATOR in item for item in items):
            raise Fault(f"an item is empty or holds {SEPARATOR!r}")
        return items

    return read


def _items(read_item: Callable[[Any], str] = text) -> Field:
    return Field(
        read=_items_of(read_item),
        plain=list,
        from_cell=lambda cell: [item.strip() for item in cell.split(SEPARATOR)],
        to_cell=f" {SEPARATOR} ".join,
    )


def _number(limit: float) -> Field:
    return Field(_degrees(limit), plain=float, from_cell=_number_from_cell, to_cell=repr)


def _truth() -> Field:
    words = {"yes": True, "true": True, "no": False, "false": False}
    return Field(
        _yes_or_no,
        plain=bool,
        from_cell=lambda cell: words.get(cell.strip().casefold(), cell),
        to_cell=lambda value: "yes" if value else "no",
    )


TEXT = Field(text)

FIELDS: Mapping[str, Field] = {
    "id": Field(_slug),
    "name": TEXT,
    "organisation": TEXT,
    "country": Field(_country),
    "zone": Field(_zone),
    "city": TEXT,
    "city_also": _items(),
    "lat": _number(90),
    "lon": _number(180),
    "address": TEXT,
    "hours": TEXT,
    "holidays": Field(_matching(_COUNTRY, "IT")),
    "closures": Field(
        _closures,
        plain=lambda closures: [{"from": str(one.first), "until": str(one.last)} for one in closures],
        from_cell=_closure_from_cell,
        to_cell=lambda plain: f" {SEPARATOR} ".join(f"{one['from']}/{one['until']}" for one in plain),
    ),
    "languages": _items(_language),
    "topics": _items(_topic),
    "phone": Field(_matching(_PHONE, "+39 02 1234")),
    "email": Field(_matching(_EMAIL, "office@example.org")),
    "web": Field(_matching(_WEB, "https://example.org")),
    "cost": TEXT,
    "who": Field(_one_of(Who)),
    "visit": Field(_one_of(Visit)),
    "door_document": Field(_one_of(Door)),
    "duty_to_report": Field(_one_of(Duty)),
    "declared_on": Field(_day),
    "minors": _truth(),
    "checked_on": Field(_matching(_CHECKED, "2026-11-12, 2026-11 or 2026")),
    "sources": _items(_matching(_WEB, "https://example.org")),
    "demo": _truth(),
}
"""The fields that offices and services share."""


def one_of(kind: type[StrEnum]) -> Field:
    """Return a field that takes one word of these."""
    return Field(_one_of(kind))


SLUG = FIELDS["id"]
