"""/desk/log: who did what on one day, without a word of any person."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.staff import Right, SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS, words
from bot.web.desk.session import log_only, page

_MOST_PAGES = 1000
_FIRST = date(2000, 1, 1)  # before anything was noted


@log_only
async def log(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show a day, a hundred deeds a page."""
    context, member = request.app[CONTEXT], session.member
    office = context.counter.casebook.office
    own = member.may(Right.LEAD) and member.contact_points
    zone = office(member.contact_points[0]).zone if own else "Europe/Brussels"
    today = context.clock().astimezone(ZoneInfo(zone)).date()
    day, number = _day(request.query.get("day", ""), today), _number(request.query.get("page", ""))
    entries, more = await request.app[ACCOUNTS].log.read(member, day, zone, number)
    values = {
        "chosen": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < today else None,
        "today": today, "entries": entries, "number": number, "more": more, "zone": ZoneInfo(zone),
        "of_accounts": not own,
        "several": not own or len(member.contact_points) > 1, "office": lambda point: office(point).name,
    }  # fmt: skip
    return page(request, session, "desk/log.html", words(request, session) | values)


def _day(given: str, today: date) -> date:
    try:
        return max(_FIRST, min(date.fromisoformat(given), today))
    except ValueError:
        return today


def _number(given: str) -> int:
    return min(int(given), _MOST_PAGES) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def add_routes(app: web.Application) -> None:
    """The log."""
    app.router.add_get("/desk/log", log)
