"""GET and POST /desk/join: an invitation becomes an account.

The link bears its token behind the `#`, which no browser sends and no log keeps; the page's script moves it into the form, or
the person types the code.
"""

import math

from aiohttp import web

from bot.model.locales import OWN_NAMES
from bot.staff.invitations import Invitation
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS, later
from bot.web.desk.session import give_cookie, next_step, page
from bot.web.desk.texts import LOCALES
from bot.web.guard import client_address
from bot.web.limits import LIMITS, network_of

_LONGEST = 200


async def join_page(request: web.Request) -> web.StreamResponse:
    """Ask for the code."""
    return _ask_code(request, "")


async def join(request: web.Request) -> web.StreamResponse:
    """With a code alone say what the invitation is for; with login and password make the account."""
    form = {key: value[: _LONGEST + 1] for key, value in (await request.post()).items() if isinstance(value, str)}
    token, network = form.get("code", ""), network_of(client_address(request))
    limit, invitations = request.app[LIMITS].join, request.app[ACCOUNTS].invitations
    if seconds := limit.begin(network, network):
        return _ask_code(request, "too_many_tries", seconds, 429)
    invitation = await invitations.find(token)
    if invitation is None:
        return _ask_code(request, "invitation_over", status=404)
    limit.right(network, network)
    if "login" not in form:
        return _choose(request, invitation, form, "")
    locale = form.get("locale", "en") if form.get("locale") in LOCALES else "en"
    joined = await invitations.join(token, form["login"], form.get("password", ""), locale)
    if joined.problem == "over":
        return _ask_code(request, "invitation_over", status=404)
    if joined.problem:
        return _choose(request, invitation, form, f"refused_{joined.problem}", 400)
    context = request.app[CONTEXT]
    session = await context.staff.session(joined.token)
    if session is None:
        raise web.HTTPSeeOther("/desk/sign-in")
    response = web.Response(status=303, headers={"Location": next_step(session)})
    give_cookie(context, response, joined.token)
    return response


def _ask_code(request: web.Request, problem: str, seconds: float = 0, status: int = 200) -> web.Response:
    values = {"problem": problem, "minutes": math.ceil(seconds / 60), "invitation": None}
    return later(page(request, None, "desk/join.html", values, status), seconds)


def _choose(
    request: web.Request, invitation: Invitation, form: dict[str, str], problem: str, status: int = 200
) -> web.Response:
    office = request.app[CONTEXT].counter.casebook.office
    values = {
        "problem": problem,
        "minutes": 0,
        "invitation": invitation,
        "offices": [office(point).name for point in invitation.contact_points],
        "code": form.get("code", ""),
        "login": form.get("login", ""),
        "locales": LOCALES,
        "own_names": OWN_NAMES,
        "chosen": form.get("locale", ""),
    }
    return page(request, None, "desk/join.html", values, status)


def add_routes(app: web.Application) -> None:
    """The only page of the desk for people without an account."""
    app.router.add_get("/desk/join", join_page)
    app.router.add_post("/desk/join", join)
