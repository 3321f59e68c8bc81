"""Here, here until an hour, or away: what an operator says of themselves, and what a moving hand says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.deeds import publish, tell
from bot.web.desk.session import desk_only, operators_only, scope_of
from handoff import shifts

_STEP = timedelta(minutes=30)
_OFFERED = 24  # half hours


@dataclass(frozen=True, slots=True)
class Shift:
    """How an operator stands. `until` is the end that they named; `over` says that it has passed."""

    away: bool
    until: datetime | None = None
    over: bool = False

    @property
    def here(self) -> bool:
        """Tell whether people may be told that this operator reads."""
        return not self.away and not self.over


async def read_shift(connection: AsyncConnection, context: WebContext, session: SignedIn) -> Shift:
    """Return how the operator stands now."""
    c, now = t.staff.c, context.clock()
    query = select(c.away, c.shift_until, c.signed_in_at).where(c.id == session.member.id)
    row = (await connection.execute(query)).one()
    return Shift(row.away, shifts.shift_end(row), shifts.shift_over(row, now))


def zone_of(context: WebContext, session: SignedIn) -> str:
    """Return the time zone of the operator's first office."""
    points = session.member.contact_points
    return context.counter.casebook.office(points[0]).zone if points else "UTC"


def hours_ahead(now: datetime, zone: str) -> Sequence[str]:
    """Return the next half hours on the clock of the office."""
    local = now.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    first = local + (_STEP - timedelta(minutes=local.minute % 30))
    return [f"{at:%H:%M}" for at in (first + n * _STEP for n in range(_OFFERED))]


def moment_of(clock: str, now: datetime, zone: str) -> datetime | None:
    """Return when the office's clock shows this next; None for anything that is no such time."""
    try:
        named = datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007 -- a time of day alone
    except ValueError:
        return None
    local = now.astimezone(ZoneInfo(zone))
    at = datetime.combine(local.date(), named, local.tzinfo)
    return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)


@operators_only
async def away(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go away, or come back."""
    goes = (await request.post()).get("away") == "1"
    await set_away(request.app[CONTEXT], session, away=goes)
    raise web.HTTPSeeOther(f"/desk?said={'away' if goes else 'back'}")


async def set_away(context: WebContext, session: SignedIn, *, away: bool) -> None:
    """Note it; what the operator held goes back to the queue and the people are told."""
    scope = scope_of(session)
    async with context.database.transaction() as connection:
        outcomes = await context.counter.set_away(connection, scope, away)
        if not away:
            await shifts.set_shift(connection, scope.staff_id, None)
        for outcome in outcomes:
            await tell(context, connection, outcome, scope)
    publish(context, *outcomes)


@operators_only
async def shift(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Be here, until an hour or until further notice."""
    context, form = request.app[CONTEXT], await request.post()
    until = moment_of(str(form.get("until", "")), context.clock(), zone_of(context, session))
    async with context.database.transaction() as connection:
        await context.counter.set_away(connection, scope_of(session), False)
        await shifts.set_shift(connection, session.member.id, until)
    publish(context)
    raise web.HTTPSeeOther("/desk?said=back")


@desk_only
async def here(_request: web.Request, _session: SignedIn) -> web.StreamResponse:
    """Somebody moves before the page: the guard has noted it."""
    return web.Response(status=204)


def add_routes(app: web.Application) -> None:
    """Here and away."""
    app.router.add_post("/desk/away", away)
    app.router.add_post("/desk/shift", shift)
    app.router.add_post("/desk/here", here)
