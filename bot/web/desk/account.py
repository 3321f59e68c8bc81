"""/desk/account: one's own sessions, password, languages and second factor."""

import math
from typing import Any
from uuid import UUID

from aiohttp import web

from bot.model.locales import LOCALES as SPOKEN
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS, later, words
from bot.web.desk.session import SET_UP, page, signed_in
from bot.web.desk.texts import LOCALES
from bot.web.guard import client_address
from bot.web.limits import LIMITS, network_of

_SAID = {
    "saved", "password_changed", "sessions_ended", "recovery_used", "reset_told", "factor_removed",
}  # fmt: skip


@signed_in
async def account(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the account."""
    said = request.query.get("said", "")
    return await _show(request, session, said if said in _SAID else "")


@signed_in
async def end_sessions(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End one session, or all but this one."""
    given = str((await request.post()).get("session", ""))
    try:
        only = UUID(given) if given else None
    except ValueError:
        raise web.HTTPBadRequest(text="session") from None
    await request.app[ACCOUNTS].own.end(session, only)
    raise web.HTTPSeeOther("/desk/account?said=sessions_ended")


@signed_in
async def change_password(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Change the password; the old one is asked, not too often."""
    form, limit = await request.post(), request.app[LIMITS].password
    keys = str(session.member.id), network_of(client_address(request))
    if seconds := limit.begin(*keys):
        return await _show(request, session, "", "too_many_tries", seconds)
    problem = await request.app[ACCOUNTS].own.change_password(
        session, str(form.get("old", ""))[:201], str(form.get("new", ""))[:201]
    )
    if problem != "wrong":
        limit.right(*keys)
    if problem:
        return await _show(request, session, "", f"refused_{problem}")
    raise web.HTTPSeeOther("/desk/account?said=password_changed")


@signed_in
async def set_languages(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Note the language of the pages, the languages one speaks with people, and whether one wants the weekly mail."""
    form = await request.post()
    locale = str(form.get("locale", ""))
    spoken = [one for one in SPOKEN if one in form.getall("speaks", [])]
    own = request.app[ACCOUNTS].own
    await own.set_languages(session.member, locale if locale in LOCALES else session.member.locale, spoken)
    await own.set_digest(session.member, form.get("digest") == "1")
    raise web.HTTPSeeOther("/desk/account?said=saved")


@signed_in
async def renew_codes(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Make new recovery codes and show them once."""
    codes = await request.app[ACCOUNTS].second_factors.renew_codes(session.member)
    if codes is None:
        raise web.HTTPSeeOther(SET_UP)
    return page(request, session, "desk/codes.html", {"codes": codes, "onward": "/desk/account"})


@signed_in
async def remove_factor(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Take the second factor away to set up another one; the password is asked again."""
    keys, limit = (str(session.member.id), network_of(client_address(request))), request.app[LIMITS].password
    if seconds := limit.begin(*keys):
        return await _show(request, session, "", "too_many_tries", seconds)
    if not await request.app[ACCOUNTS].own.is_password(
        session.member, str((await request.post()).get("old", ""))[:201]
    ):
        return await _show(request, session, "", "refused_wrong")
    limit.right(*keys)
    await request.app[ACCOUNTS].second_factors.remove(session)
    raise web.HTTPSeeOther("/desk/account?said=factor_removed")


async def _show(
    request: web.Request, session: SignedIn, said: str, problem: str = "", seconds: float = 0
) -> web.StreamResponse:
    status = 200 if not problem else 429 if seconds else 400
    values = await _values(request, session)
    values |= {"said": said, "problem": problem, "minutes": math.ceil(seconds / 60)}
    return later(page(request, session, "desk/account.html", values, status), seconds)


async def _values(request: web.Request, session: SignedIn) -> dict[str, Any]:
    context, accounts = request.app[CONTEXT], request.app[ACCOUNTS]
    return words(request, session) | {
        "offices": [context.counter.casebook.office(point).name for point in session.member.contact_points],
        "sessions": await accounts.own.sessions(session),
        "locales": LOCALES,
        "digest": await accounts.own.wants_digest(session.member),
    }


def add_routes(app: web.Application) -> None:
    """One's own account, for every role."""
    app.router.add_get("/desk/account", account)
    app.router.add_post("/desk/account/sessions", end_sessions)
    app.router.add_post("/desk/account/password", change_password)
    app.router.add_post("/desk/account/languages", set_languages)
    app.router.add_post("/desk/account/codes", renew_codes)
    app.router.add_post("/desk/account/second-factor", remove_factor)
