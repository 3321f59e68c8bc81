"""The form of a contact point: from its fields to the plain values of a file, and back to what stands in the fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiMapping

from handoff.offices.contact_point import ContactPoint
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.live import BadOffice
from handoff.offices.usual_week import DAYS, OPENINGS, Week, read_week

_LINES = (
    "name", "organisation", "kind", "country", "zone", "city", "address", "holidays", "phone", "email", "web", "cost", "who",
    "visit", "door_document", "duty_to_report", "checked_on", "parent", "lead",
)  # fmt: skip
_DEGREES = ("lat", "lon")
_EMPTY_CLOSURES = 2  # rows that stand ready to be filled in


@dataclass(frozen=True, slots=True)
class OfficeFields:
    """What stands in the form: plain values as a file has them, the usual week, and whether the week or the text counts."""

    raw: Mapping[str, Any] = field(repr=False)
    week: Week
    by_week: bool

    def text(self, name: str) -> str:
        """Return the text of a field of one line."""
        return str(self.raw.get(name, ""))

    def items(self, name: str) -> list[str]:
        """Return the items of a list."""
        return [str(one) for one in self.raw.get(name, ())]

    @property
    def closures(self) -> list[tuple[str, str]]:
        """The days on which it is closed once, and empty rows for more."""
        known = [(str(one.get("from", "")), str(one.get("until", ""))) for one in self.raw.get("closures", ())]
        return [*known, *[("", "")] * _EMPTY_CLOSURES]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The days of the week with their openings, empty where there is none."""
        return [
            (name, [*day, *[("", "")] * (OPENINGS - len(day))]) for name, day in zip(DAYS, self.week.days, strict=True)
        ]


def fields_of(point: ContactPoint | None) -> OfficeFields:
    """Return the form of an office as it is; an empty one for a new office."""
    raw = POINT_SCHEMA.plain(point) if point is not None else {}
    week = read_week(str(raw.get("hours", "")))
    return OfficeFields(raw, week or Week(), by_week=week is not None)


def sent_fields(form: MultiMapping[Any], point_id: str) -> OfficeFields:
    """Return what was sent, to be checked, or to stand in the form again. Never raises: faults are found by the check."""
    raw: dict[str, Any] = {"id": point_id} | {name: line for name in _LINES if (line := _line(form, name))}
    raw |= {name: _degrees(line) for name in _DEGREES if (line := _line(form, name))}
    lists = {
        "city_also": _split(_line(form, "city_also")),
        "languages": list(dict.fromkeys([*_all(form, "languages"), *_split(_line(form, "more_languages"))])),
        "topics": _all(form, "topics"),
        "sources": str(form.get("sources", "")).split(),
        "closures": _closures(form),
    }
    raw |= {name: items for name, items in lists.items() if items}
    if form.get("minors") == "1":
        raw["minors"] = True
    if raw.get("duty_to_report") == "none" and (declared := _line(form, "declared_on")):
        raw["declared_on"] = declared
    week = _week(form)
    by_week = _counts_by_week(form, week)
    if hours := week.hours if by_week else _line(form, "hours"):
        raw["hours"] = hours
    return OfficeFields(raw, week, by_week)


def week_fault(fields: OfficeFields) -> None:
    """Raise BadOffice where an opening of the week has only one of its times, or ends before it begins."""
    spans = [span for day in fields.week.days for span in day]
    if fields.by_week and not all(opens and closes and opens < closes for opens, closes in spans):
        raise BadOffice({"hours": "an opening needs two times, the later one last"})


def _counts_by_week(form: MultiMapping[Any], week: Week) -> bool:
    """Tell whether the week or the text counts: what is chosen, unless only the other one was changed."""
    before, text, chosen = _line(form, "hours_was"), _line(form, "hours"), form.get("hours_by") == "week"
    week_changed, text_changed = week != (read_week(before) or Week()), text != before
    return chosen if week_changed == text_changed else week_changed


def _line(form: MultiMapping[Any], name: str) -> str:
    given = form.get(name, "")
    return given.strip() if isinstance(given, str) else ""


def _all(form: MultiMapping[Any], name: str) -> list[str]:
    return [one.strip() for one in form.getall(name, []) if isinstance(one, str) and one.strip()]


def _split(line: str) -> list[str]:
    return [one.strip() for one in line.split(",") if one.strip()]


def _degrees(line: str) -> float | str:
    try:
        return float(line.replace(",", "."))
    except ValueError:
        return line


def _closures(form: MultiMapping[Any]) -> list[dict[str, str]]:
    pairs = zip(form.getall("closed_from", []), form.getall("closed_until", []), strict=False)
    return [{"from": str(first), "until": str(last) or str(first)} for first, last in pairs if first or last]


def _week(form: MultiMapping[Any]) -> Week:
    days = []
    for name in DAYS:
        spans = [(_line(form, f"{name}{number}_from"), _line(form, f"{name}{number}_to")) for number in range(OPENINGS)]
        days.append(tuple(span for span in spans if any(span)))
    return Week(tuple(days), form.get("holidays_off") == "1")
