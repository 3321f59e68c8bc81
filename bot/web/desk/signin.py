"""Signing in and out, and the terms that an operator accepts once."""

import logging
import math

from aiohttp import web

from bot.staff import Role, SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.actions import set_away
from bot.web.desk.session import TERMS_PAGE, cookie_name, end_cookie, give_cookie, page, scope_of, signed_in, who
from bot.web.guard import client_address, is_from_elsewhere
from bot.web.limits import LIMITS, network_of
from handoff import queue

log = logging.getLogger(__name__)

_LONGEST = 200
TERMS = ("role", "secret", "papers", "duty", "danger", "away", "log")


async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Show the form; who is signed in already goes to the desk."""
    if await who(request) is not None and not is_from_elsewhere(request):
        raise web.HTTPSeeOther("/desk")
    had_session = cookie_name(request.app[CONTEXT]) in request.cookies
    values = {"problem": "ended" if had_session else "", "seconds": 0, "login": ""}
    return page(request, None, "desk/sign_in.html", values)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Try a login and a password, not too often."""
    context, form = request.app[CONTEXT], await request.post()
    login, password = str(form.get("login", ""))[:_LONGEST], str(form.get("password", ""))[:_LONGEST]
    delay = request.app[LIMITS].sign_in(login.strip().lower(), network_of(client_address(request)))
    if delay:
        log.warning("desk sign-in throttled")
        return _again(request, login, "too_many", 429, math.ceil(delay))
    token = await context.staff.sign_in(login, password) if login.isprintable() else None
    if token is None:
        log.info("desk sign-in refused")
        return _again(request, login, "wrong", 401)
    response = web.Response(status=303, headers={"Location": "/desk"})
    give_cookie(context, response, token)
    context.bus.publish("desk")
    return response


def _again(request: web.Request, login: str, problem: str, status: int, seconds: int = 0) -> web.Response:
    values = {"problem": problem, "seconds": seconds, "login": login}
    response = page(request, None, "desk/sign_in.html", values, status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


@signed_in
async def sign_out(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End the session. Who still holds conversations is asked first; they then go back to the queue."""
    context, form = request.app[CONTEXT], await request.post()
    if session.member.role is Role.OPERATOR:
        async with context.database.reading() as connection:
            held = await queue.held(connection, scope_of(session))
        if held and form.get("sure") != "1":
            return page(request, session, "desk/sure.html", {"held": len(held)})
        if held:
            await set_away(context, session, away=True)
    await context.staff.sign_out(session)
    response = web.Response(status=303, headers={"Location": "/desk/sign-in"})
    end_cookie(context, response)
    return response


@signed_in
async def terms_page(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the terms."""
    if session.member.terms_at is not None:
        raise web.HTTPSeeOther("/desk")
    return page(request, session, "desk/terms.html", {"terms": TERMS})


@signed_in
async def accept_terms(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Note that they were accepted."""
    await request.app[CONTEXT].staff.accept_terms(session.member)
    raise web.HTTPSeeOther("/desk")


def add_routes(app: web.Application) -> None:
    """The routes that need no desk."""
    app.router.add_get("/desk/sign-in", sign_in_page)
    app.router.add_post("/desk/sign-in", sign_in)
    app.router.add_post("/desk/sign-out", sign_out)
    app.router.add_get(TERMS_PAGE, terms_page)
    app.router.add_post(TERMS_PAGE, accept_terms)
