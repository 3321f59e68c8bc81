"""The five lines with which a danger case opens: ours, or what the office's lead wrote for it."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot import tables as t
from bot.channels.parsed import clean
from bot.db import insert_once
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.session import leads_only, locale_of, page
from bot.web.desk.texts import TEXTS, DeskTexts

LINES = 5
_LONGEST = 200


async def read_protocol(connection: AsyncConnection, point: str) -> tuple[str, ...]:
    """Return what the office wrote; nothing where it uses ours."""
    c = t.point_setting.c
    lines = (await connection.execute(select(c.protocol).where(c.contact_point == point))).scalar()
    return tuple(str(line) for line in lines or ())


def our_protocol(texts: DeskTexts, locale: str) -> tuple[str, ...]:
    """Return the network's own five lines."""
    return tuple(texts.text(locale, f"protocol_{number}") for number in range(1, LINES + 1))


@leads_only
async def show(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the lines of each of the lead's offices, to be changed."""
    context, ours = request.app[CONTEXT], our_protocol(request.app[TEXTS], locale_of(request, session))
    async with context.database.reading() as connection:
        own = {point: await read_protocol(connection, point) for point in session.member.contact_points}
    offices = [
        {"id": point, "name": context.counter.casebook.office(point).name, "lines": _padded(lines), "own": bool(lines)}
        for point, lines in own.items()
    ]
    values = {"offices": offices, "ours": ours, "longest": _LONGEST, "said": request.query.get("said") == "saved"}
    return page(request, session, "desk/protocol.html", values)


@leads_only
async def save(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Keep an office's lines; five empty ones bring ours back."""
    context, form = request.app[CONTEXT], await request.post()
    point = str(form.get("point", ""))
    if point not in session.member.contact_points:
        raise web.HTTPNotFound
    written = [clean(str(one)).replace("\n", " ").strip()[:_LONGEST] for one in form.getall("line", [])][:LINES]
    lines, now = [line for line in written if line], context.clock()
    c = t.point_setting.c
    values = {"protocol": lines, "updated_at": now, "updated_by": session.member.id}
    async with context.database.transaction() as connection:
        made = await connection.execute(insert_once(connection, t.point_setting).values(contact_point=point, **values))
        if not made.rowcount:
            await connection.execute(update(t.point_setting).where(c.contact_point == point).values(**values))
        await audit.note(connection, session.member.actor, "protocol_changed", point, point, now)
    context.bus.publish("desk")
    raise web.HTTPSeeOther("/desk/protocol?said=saved")


def _padded(lines: Sequence[str]) -> list[str]:
    return [*lines, *[""] * (LINES - len(lines))][:LINES]


def add_routes(app: web.Application) -> None:
    """The lead's form."""
    app.router.add_get("/desk/protocol", show)
    app.router.add_post("/desk/protocol", save)
