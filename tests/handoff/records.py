"""Any office or service that the reader accepts, for tests that must hold for all of them."""

from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from handoff.offices.contact_point import ContactPoint, Door, Duty, PointKind, Visit, Who
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.records import P, Schema, read_record
from handoff.offices.services import SERVICE_SCHEMA, Service, ServiceKind

# What people write, what spreadsheets take for a formula, a number or a date, and what would break a table.
_TRAPS = (
    "=1+1",
    "+39",
    "-",
    "@home",
    "'=x",
    "''+",
    "020202",
    "2025-08",
    "1/2",
    "'",
    '"',
    ",;",
    "\ufeff",
    "'s-Hertogenbosch",
)
_SIGNS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
_LINES = st.one_of(st.sampled_from(_TRAPS), st.text(_SIGNS, max_size=20))
_TEXTS = _LINES.map(str.strip)
_ITEMS = st.lists(_LINES.map(lambda line: line.replace("|", "/").strip()).filter(bool), max_size=3)
_DAYS = st.dates().map(str)
_URLS = st.sampled_from(["https://example.org", "http://example.org/?a=1;b=2,c", "https://example.org/ufficio-è"])
_HOURS = st.sampled_from(["", "Mo-Fr 09:00-18:00; PH off", '24/7; Dec 24 off "holiday"', "Sa 22:00-04:00"])


@st.composite
def _raw(draw: st.DrawFn, kinds: type[StrEnum]) -> dict[str, Any]:
    first, last = sorted((draw(st.dates()), draw(st.dates())))
    degrees = st.floats(-90, 90)
    raw = {
        "id": draw(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,2}", fullmatch=True)),
        "name": draw(_TEXTS.filter(bool)),
        "organisation": draw(_TEXTS.filter(bool)),
        "country": draw(st.sampled_from(["IT", "BE", "AL", "GR"])),
        "zone": draw(st.sampled_from(["Europe/Rome", "Africa/Tunis"])),
        "kind": draw(st.sampled_from(list(kinds))).value,
        "city": draw(_TEXTS),
        "city_also": draw(_ITEMS),
        "address": draw(_TEXTS),
        "hours": draw(_HOURS),
        "holidays": draw(st.sampled_from(["", "IT", "FR"])),
        "closures": draw(st.sampled_from([[], [{"from": str(first), "until": str(last)}] * 2])),
        "languages": draw(st.lists(st.sampled_from(["it", "zh-Hant", "ti"]), max_size=2)),
        "topics": draw(st.lists(st.sampled_from(["permits", "safety"]), max_size=2)),
        "phone": draw(st.sampled_from(["", "020202", "+39 02 1234"])),
        "email": draw(st.sampled_from(["", "office@example.org"])),
        "web": draw(_URLS),
        "cost": draw(_TEXTS),
        "who": draw(st.sampled_from(list(Who))).value,
        "visit": draw(st.sampled_from(list(Visit))).value,
        "door_document": draw(st.sampled_from(list(Door))).value,
        "duty_to_report": draw(st.sampled_from(list(Duty))).value,
        "declared_on": draw(_DAYS),
        "minors": draw(st.booleans()),
        "checked_on": draw(st.sampled_from(["", "2025", "2025-08", "2025-08-23"])),
        "sources": draw(st.lists(_URLS, min_size=1, max_size=2)),
        "demo": draw(st.booleans()),
    }
    return raw | draw(st.sampled_from([{}, {"lat": draw(degrees), "lon": draw(degrees)}]))


def _read(schema: Schema[P], raw: dict[str, Any]) -> P:
    row = read_record(schema, "made up", raw)
    assert row.record is not None, row.faults
    return row.record


def points() -> st.SearchStrategy[ContactPoint]:
    """Any contact point."""
    further = st.fixed_dictionaries({"parent": st.sampled_from(["", "above"]), "lead": _TEXTS})
    raws = st.tuples(_raw(PointKind), further)
    return raws.map(lambda both: _read(POINT_SCHEMA, both[0] | both[1]))


def services() -> st.SearchStrategy[Service]:
    """Any service."""
    return _raw(ServiceKind).map(lambda raw: _read(SERVICE_SCHEMA, raw))
