"""/studio/offices: the list of contact points, and the form of each; what is saved counts at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aiohttp import web

from bot.audit import note
from bot.edits import Outdated
from bot.model.ids import read_id
from bot.staff import Right, SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import needs, offices_only
from bot.web.studio.frame import studio_page
from bot.web.studio.names import names_of
from bot.web.studio.offices.form import OfficeFields, fields_of, sent_fields, week_fault
from bot.web.studio.offices.rights import edits, edits_all, speaks_for
from bot.web.studio.offices.view import form_values
from handoff import shifts
from handoff.offices.contact_point import ContactPoint
from handoff.offices.live import BadOffice, StillNeeded, may_declare

_OLD = 365  # days after which an office should be looked at again
_WORTH_KNOWING = ("address", "hours", "phone", "languages", "lat")
_SAID = frozenset({"saved", "back", "away"})
_LONGEST = 80

all_offices = needs(Right.CONTENT, Right.NETWORK)


@dataclass(frozen=True, slots=True)
class Line:
    """One office in the list. `missing` are fields that people ask for, `old` says that nobody looked for a year."""

    point: ContactPoint
    staffed: bool
    missing: tuple[str, ...]
    old: bool
    differs: bool


@offices_only
async def offices(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """List the offices that this member edits."""
    context, member = request.app[CONTEXT], session.member
    workshop, now = context.workshop, context.clock()
    async with context.database.reading() as connection:
        staffed = await shifts.staffed_points(connection, now)
        differing = await workshop.offices.differing(connection)
    mine = [one for one in workshop.offices.points.values() if edits(member, one.id)]
    lines = [_line(one, staffed, differing, now.date()) for one in mine]
    wished = {key: request.query.get(key, "").strip()[:_LONGEST] for key in ("country", "q", "state")}
    names = names_of(request, session)
    shown = [line for line in lines if _fits(line, wished)]
    return studio_page(request, session, "studio/offices.html", {
        "lines": sorted(shown, key=lambda one: (one.point.country, one.point.city.casefold(), one.point.name.casefold())),
        "wished": wished, "names": names, "countries": sorted({one.country for one in mine}), "may_add": edits_all(member),
        "said": names.said(request, "office", _SAID),
    })  # fmt: skip


@offices_only
async def office(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the form of an office."""
    context, point_id = request.app[CONTEXT], _id(request, session)
    async with context.database.reading() as connection:
        found = await context.workshop.offices.read(connection, point_id)
        last = await context.workshop.offices.last(connection, point_id)
        if last is None:
            raise web.HTTPNotFound
        values = await form_values(request, session, connection, found, fields_of(last))
    values["said"] = names_of(request, session).said(request, "office", _SAID)
    return studio_page(request, session, "studio/office.html", values)


@offices_only
async def save(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Save an office, or only show what the next two weeks would be."""
    form, point_id = await request.post(), await _known_id(request, session)
    fields = sent_fields(form, point_id)
    if form.get("deed") == "look":
        return await _again(request, session, point_id, fields, {})
    try:
        await _save(request, session, fields, read_id(form.get("seen")))
    except BadOffice as error:
        return await _again(request, session, point_id, fields, error.faults)
    except Outdated:
        return await _again(request, session, point_id, fields, {}, "office_outdated")
    raise web.HTTPSeeOther(f"/studio/offices/{point_id}?said=saved")


@all_offices
async def new(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show an empty form, or take the first one of a new office."""
    if request.method == "GET":
        return await _again(request, session, "", fields_of(None), {}, status=200)
    context, form = request.app[CONTEXT], await request.post()
    point_id = str(form.get("id", "")).strip()
    fields = sent_fields(form, point_id)
    if form.get("deed") == "look":
        return await _again(request, session, "", fields, {})
    try:
        if point_id == "new" or point_id in context.workshop.offices.points:
            raise BadOffice({"id": "taken"})
        async with context.database.reading() as connection:
            seen = (await context.workshop.offices.read(connection, point_id)).edit
        await _save(request, session, fields, seen.id if seen else None)
    except BadOffice as error:
        return await _again(request, session, "", fields, error.faults)
    except Outdated:
        return await _again(request, session, "", fields, {}, "office_outdated")
    raise web.HTTPSeeOther(f"/studio/offices/{point_id}?said=saved")


@all_offices
async def take_away(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take an office out of the network, unless people are there."""
    return await _undo(request, session, "office_taken_away", "/studio/offices?said=away")


@offices_only
async def as_in_file(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go back to what the file says; it counts at once."""
    point_id = _id(request, session)
    file = request.app[CONTEXT].workshop.offices.files.get(point_id)
    before = request.app[CONTEXT].workshop.offices.points.get(point_id)
    if file is None or not may_declare(before, file, speaks_for_it=speaks_for(session.member, point_id)):
        raise web.HTTPForbidden(text="Only the lead of this office can go back to a declaration about reporting.")
    return await _undo(request, session, "office_as_in_file", f"/studio/offices/{point_id}?said=back")


async def _save(request: web.Request, session: SignedIn, fields: OfficeFields, seen: UUID | None) -> None:
    context, member = request.app[CONTEXT], session.member
    offices = context.workshop.offices
    week_fault(fields)
    point = offices.check(fields.raw)
    before = offices.points.get(point.id)
    if before is not None and before.demo:
        raise BadOffice({"name": "a demonstration"})
    if not may_declare(before, point, speaks_for_it=speaks_for(member, point.id)):
        raise BadOffice({"declare": "only the office itself declares this"})
    async with context.database.transaction() as connection:
        await offices.save(connection, point, member.id, seen)
        await note(connection, member.actor, "office_changed", point.id, point.id, context.clock())
    await context.workshop.live.refresh()


async def _undo(request: web.Request, session: SignedIn, deed: str, then: str) -> web.StreamResponse:
    context, point_id = request.app[CONTEXT], await _known_id(request, session)
    offices, seen = context.workshop.offices, read_id((await request.post()).get("seen"))
    try:
        async with context.database.transaction() as connection:
            if deed == "office_taken_away":
                await offices.take_away(connection, point_id, session.member.id, seen)
            elif seen is not None:
                await offices.as_in_file(connection, point_id, seen)
            await note(connection, session.member.actor, deed, point_id, point_id, context.clock())
    except StillNeeded as error:
        problem = "office_still_cases" if error.cases else "office_still_below"
        below = ", ".join(offices.points[one].name for one in error.below)
        return await _again(request, session, point_id, None, {}, problem, 409, count=error.cases, offices=below)
    except Outdated:
        return await _again(request, session, point_id, None, {}, "office_outdated", 409)
    await context.workshop.live.refresh()
    raise web.HTTPSeeOther(then)


async def _again(
    request: web.Request, session: SignedIn, point_id: str, fields: OfficeFields | None, faults: Mapping[str, str],
    problem: str = "", status: int = 422, **fill: object,
) -> web.StreamResponse:  # fmt: skip
    """Show the form with what was typed, and what is wrong with it."""
    context = request.app[CONTEXT]
    async with context.database.reading() as connection:
        found = await context.workshop.offices.read(connection, point_id)
        shown = fields or fields_of(found.point)
        values = await form_values(request, session, connection, found, shown, faults)
    key = "office_faults" if faults else problem
    values["problem"] = values["names"].say(key, **fill) if key else ""
    return studio_page(request, session, "studio/office.html", values, status if key else 200)


def _line(point: ContactPoint, staffed: Collection[str], differing: Collection[str], today: date) -> Line:
    missing = tuple(name for name in _WORTH_KNOWING if getattr(point, name) in ("", (), None))
    return Line(point, point.id in staffed, missing, is_old(point.checked_on, today), point.id in differing)


def is_old(checked_on: str, today: date) -> bool:
    """Tell whether a source's date (`2025-08-23`, `2025-08`, `2025` or empty) is more than a year ago, or is not known."""
    if not checked_on:
        return True
    last = date.fromisoformat(f"{checked_on}-12-28"[:10])
    return (today - last).days > _OLD


def _fits(line: Line, wished: Mapping[str, str]) -> bool:
    point, word = line.point, wished["q"].casefold()
    states = {"staffed": line.staffed, "listed": not line.staffed, "missing": bool(line.missing), "old": line.old}
    return (
        wished["country"] in ("", point.country)
        and word in " ".join((point.name, point.organisation, point.city, point.id)).casefold()
        and states.get(wished["state"], True)
    )


def _id(request: web.Request, session: SignedIn) -> str:
    """Return the office of the address; one of others does not exist for a lead."""
    point_id = request.match_info["id"]
    if not edits(session.member, point_id):
        raise web.HTTPNotFound
    return point_id


async def _known_id(request: web.Request, session: SignedIn) -> str:
    """Return the office of the address, if there is or was one."""
    context, point_id = request.app[CONTEXT], _id(request, session)
    async with context.database.reading() as connection:
        if await context.workshop.offices.last(connection, point_id) is None:
            raise web.HTTPNotFound
    return point_id


def add_routes(app: web.Application) -> None:
    """The list, the form and its deeds."""
    app.router.add_get("/studio/offices", offices)
    app.router.add_get("/studio/offices/new", new)
    app.router.add_post("/studio/offices/new", new)
    app.router.add_get("/studio/offices/{id}", office)
    app.router.add_post("/studio/offices/{id}", save)
    app.router.add_post("/studio/offices/{id}/away", take_away)
    app.router.add_post("/studio/offices/{id}/file", as_in_file)
