"""What the page of a contact point shows beside its fields: two weeks, the map, what comes next, who changed it when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date, format_datetime
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.edits import Edit
from bot.model.countries import EU
from bot.model.locales import LOCALES
from bot.staff import SignedIn
from bot.staff.logins import logins
from bot.web.context import CONTEXT
from bot.web.desk.session import locale_of
from bot.web.studio.names import Names, names_of
from bot.web.studio.offices.form import OfficeFields
from bot.web.studio.offices.map import ACROSS, DOWN, NORTH, WEST, chart
from bot.web.studio.offices.rights import edits_all, speaks_for
from bot.wording import babel_locale
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint, Door, Duty, PointKind, Visit, Who
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.fields import TOPICS, TURNED, Fault
from handoff.offices.fortnight import OfficeDay, fortnight
from handoff.offices.live import Office

_CHOICES = {"kind": PointKind, "who": Who, "visit": Visit, "door_document": Door, "duty_to_report": Duty}


@dataclass(frozen=True, slots=True)
class Saving:
    """One line of the history. `changed` are names of fields; none: it was taken away."""

    when: str
    who: str
    changed: tuple[str, ...]
    gone: bool


async def form_values(
    request: web.Request, session: SignedIn, connection: AsyncConnection, found: Office, fields: OfficeFields,
    faults: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return everything on the page of an office; `faults` are those of what was sent, by field."""
    context, member, names = request.app[CONTEXT], session.member, names_of(request, session)
    offices = context.workshop.offices
    point_id = found.point.id if found.point else found.file.id if found.file else ""
    sketch = sketched(fields)
    history = await offices.history(connection, point_id) if point_id else []
    known = await logins(connection, [one.author for one in history])
    zone = ZoneInfo(sketch.zone)
    babel = babel_locale(locale_of(request, session))
    return {
        "names": names, "office": found, "point_id": point_id, "fields": fields, "faults": _said(names, faults or {}),
        "days": fortnight(sketch, context.clock()) if not hours.fault_in(sketch) else (),
        "weekday": lambda day: format_date(day, "EEEE d MMMM", locale=babel),
        "day_name": lambda number: babel.days["format"]["wide"][number],
        "hours_line": hours_line,
        "chart": chart(fields.raw.get("lat"), fields.raw.get("lon"), sketch.country, offices.points.values()),
        "scale": {"west": WEST, "north": NORTH, "across": ACROSS, "down": DOWN},
        "chain": list(_chain(offices.points, fields)),
        "parents": _parents(offices.points, point_id, sketch.country),
        "countries": sorted({*EU, *(one.country for one in offices.points.values())} - {EVERYWHERE}),
        "languages": sorted(((one, names.language(one)) for one in LOCALES), key=lambda one: one[1].casefold()),
        "topics": TOPICS, "choices": _CHOICES, "zones": sorted({one.zone for one in offices.points.values()}),
        "history": [
            Saving(
                format_datetime(one.at, "d MMM y, HH:mm", tzinfo=zone, locale=babel),
                known.get(one.author, ""), _changed(one, before), one.body is None,
            )
            for one, before in _pairs(history, found)
        ],
        "may_take_away": edits_all(member), "speaks": speaks_for(member, point_id),
        "said": "", "problem": "",
    }  # fmt: skip


def sketched(fields: OfficeFields) -> ContactPoint:
    """Return an office that is good enough for a look at its hours, whatever else is wrong in the form."""
    values: dict[str, Any] = {"country": "", "zone": "UTC"}
    for name in ("country", "zone", "hours", "holidays", "closures"):
        try:
            values |= {name: POINT_SCHEMA.fields[name].read(fields.raw[name])}
        except (Fault, KeyError):
            continue
    values["zone"] = values["zone"] or "UTC"
    return ContactPoint(id="sketch", name="", organisation="", kind=PointKind.UNION, **values)


def hours_line(day: OfficeDay) -> str:
    """Return the openings of a day in one line."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in day.openings)


def _chain(points: Mapping[str, ContactPoint], fields: OfficeFields) -> Iterator[str]:
    """Yield the names of the offices that come next, as the form says; a circle ends where it begins again."""
    seen: set[str] = set()
    above = points.get(fields.text("parent"))
    while above is not None and above.id not in seen:
        seen.add(above.id)
        yield above.name
        above = points.get(above.parent)


def _parents(points: Mapping[str, ContactPoint], point_id: str, country: str) -> list[ContactPoint]:
    fitting = (one for one in points.values() if one.id != point_id and not one.demo and one.country == country)
    return sorted(fitting, key=lambda one: one.name.casefold())


def _pairs(history: Sequence[Edit], found: Office) -> Iterator[tuple[Edit, Mapping[str, Any]]]:
    """Yield each saving with what stood there before it; the file before the first one."""
    first = POINT_SCHEMA.plain(found.file) if found.file is not None else {}
    befores = [one.body or {} for one in history[1:]] + [first]
    yield from zip(history, befores, strict=False)  # without a history there is only the file


def _changed(edit: Edit, before: Mapping[str, Any]) -> tuple[str, ...]:
    body = edit.body or {}
    return tuple(name for name in POINT_SCHEMA.fields if body.get(name) != before.get(name)) if edit.body else ()


def _said(names: Names, faults: Mapping[str, str]) -> dict[str, str]:
    """Return the faults in the reader's words."""
    return {
        name: names.say("office_wrong_turned" if fault == TURNED else f"office_wrong_{name}")
        for name, fault in faults.items()
    }
