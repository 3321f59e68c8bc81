"""/desk/staff: who works here; inviting, closing accounts, taking a lost second factor away."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from bot.model.locales import LOCALES as SPOKEN
from bot.staff import Right, Role, SignedIn
from bot.staff.invitations import NotAllowed
from bot.staff.rights import MAKES
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS, words
from bot.web.desk.deeds import hand_back, uuid_of
from bot.web.desk.session import page, staff_only
from bot.web.help.qr import draw
from handoff.offices.contact_point import Scope
from knowledge.plan import jurisdictions

_SAID = {"withdrawn", "disabled", "reset", "not_allowed"}


@staff_only
async def colleagues(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the list."""
    said = request.query.get("said", "")
    return page(request, session, "desk/staff.html", await _values(request, session, said if said in _SAID else ""))


@staff_only
async def invite(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Make an invitation and show its link and QR code this one time."""
    form, points = await request.post(), _points(request, session)
    wished = [str(one) for one in form.getall("point", [])]
    role = str(form.get("role", ""))
    languages = [one for one in SPOKEN if one in form.getall("speaks", [])]
    countries = [one for one in jurisdictions() if one in form.getall("country", [])]
    if role not in set(Role) or not set(wished) <= set(points):
        raise web.HTTPForbidden(text="You cannot invite this role there.")
    try:
        token, made = await request.app[ACCOUNTS].invitations.make(
            session.member, Role(role), wished, languages, session.member.locale, countries
        )
    except NotAllowed:
        raise web.HTTPForbidden(text="You cannot invite this role there.") from None
    link = f"{_origin(request)}/desk/join#{token}"
    values = {
        "link": link, "token": token, "role": made.role, "until": made.expires_at, "invitation": made,
        "offices": [points[point] for point in made.contact_points],
        "qr": draw(link),
    }  # fmt: skip
    return page(request, session, "desk/invited.html", words(request, session) | values)


@staff_only
async def withdraw(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Make an invitation void."""
    done = await request.app[ACCOUNTS].invitations.withdraw(session.member, uuid_of(request.match_info["id"]))
    raise web.HTTPSeeOther(f"/desk/staff?said={'withdrawn' if done else 'not_allowed'}")


@staff_only
async def disable(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Close a colleague's account; what they held goes back to the queue."""
    sure = (await request.post()).get("sure") == "1"
    context, staff_id = request.app[CONTEXT], uuid_of(request.match_info["id"])
    done, points = await request.app[ACCOUNTS].colleagues.disable(session.member, staff_id, sure=sure)
    if done == "last_lead":
        return page(request, session, "desk/last_lead.html", {"staff_id": staff_id})
    if done == "disabled":
        await hand_back(context, Scope(frozenset(points), staff_id))
    raise web.HTTPSeeOther(f"/desk/staff?said={done}")


@staff_only
async def reset(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take a colleague's second factor away: their telephone is lost."""
    done = await request.app[ACCOUNTS].second_factors.take_away(session.member, uuid_of(request.match_info["id"]))
    raise web.HTTPSeeOther(f"/desk/staff?said={'reset' if done else 'not_allowed'}")


async def _values(request: web.Request, session: SignedIn, said: str) -> dict[str, Any]:
    context, accounts = request.app[CONTEXT], request.app[ACCOUNTS]
    office = context.counter.casebook.office
    return words(request, session) | {
        "said": said,
        "colleagues": await accounts.colleagues.of(session.member),
        "invitations": await accounts.invitations.open_ones(session.member),
        "makes_content": Role.CONTENT in MAKES[session.member.role],
        "roles": [role for role in Role if role in MAKES[session.member.role]],
        "points": _points(request, session),
        "office": lambda point: office(point).name,
    }


def _points(request: web.Request, session: SignedIn) -> dict[str, str]:
    """The contact points for which this member may invite, with their names."""
    casebook = request.app[CONTEXT].counter.casebook
    own: Iterable[str] = session.member.contact_points
    if session.member.may(Right.NETWORK):
        own = [point.id for point in casebook.directory()]
    return dict(sorted(((point, casebook.office(point).name) for point in own), key=lambda one: one[1].casefold()))


def _origin(request: web.Request) -> str:
    return request.app[CONTEXT].public_url.rstrip("/") or f"{request.scheme}://{request.host}"


def add_routes(app: web.Application) -> None:
    """The staff's list and its deeds."""
    app.router.add_get("/desk/staff", colleagues)
    app.router.add_post("/desk/staff/invite", invite)
    app.router.add_post("/desk/staff/invitations/{id}/withdraw", withdraw)
    app.router.add_post("/desk/staff/{id}/disable", disable)
    app.router.add_post("/desk/staff/{id}/reset", reset)
