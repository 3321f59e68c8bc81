"""Signing in and out, and the terms that an operator accepts once."""

import logging
import math

from aiohttp import web

from bot.staff import Right, SignedIn
from bot.staff.rights import AT_THE_DESK
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS
from bot.web.desk.session import (
    SIGN_IN,
    TERMS_PAGE,
    any_session,
    cookie_name,
    end_cookie,
    give_cookie,
    next_step,
    page,
    scope_of,
    signed_in,
    who,
)  # fmt: skip
from bot.web.desk.shift import set_away
from bot.web.guard import client_address, is_from_elsewhere
from bot.web.limits import LIMITS, network_of
from handoff.operators import queue

log = logging.getLogger(__name__)

_LONGEST = 200
TERMS = ("role", "secret", "papers", "duty", "danger", "away", "log")
INTERPRETERS_TERMS = ("interpret", "secret", "danger", "log")


async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Show the form; who is signed in already goes to the desk."""
    session = await who(request)
    if session is not None and not is_from_elsewhere(request):
        raise web.HTTPSeeOther(next_step(session))
    had_session = cookie_name(request.app[CONTEXT]) in request.cookies
    values = {"problem": "ended" if had_session else "", "seconds": 0, "login": ""}
    return page(request, None, "desk/sign_in.html", values)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Try a login and a password, not too often."""
    context, form = request.app[CONTEXT], await request.post()
    login, password = str(form.get("login", ""))[:_LONGEST], str(form.get("password", ""))[:_LONGEST]
    limits, tried = request.app[LIMITS], (login.strip().lower(), network_of(client_address(request)))
    delay = limits.sign_in(*tried)
    if delay:
        log.warning("desk sign-in throttled")
        return _again(request, login, "too_many", 429, math.ceil(delay))
    token = await context.staff.sign_in(login, password) if login.isprintable() else None
    if token is None:
        log.info("desk sign-in refused")
        return _again(request, login, "wrong", 401)
    limits.signed_in(*tried)
    response = web.Response(status=303, headers={"Location": await _onward(request, token)})
    give_cookie(context, response, token)
    context.bus.publish("desk")
    return response


async def _onward(request: web.Request, token: str) -> str:
    """Return where the fresh session goes first; who lost their second factor to a colleague's hand is told so."""
    session = await request.app[CONTEXT].staff.session(token)
    if session is None:
        return SIGN_IN
    if session.complete and await request.app[ACCOUNTS].second_factors.tell_of_reset(session.member):
        return "/desk/account?said=reset_told"
    return next_step(session)


def _again(request: web.Request, login: str, problem: str, status: int, seconds: int = 0) -> web.Response:
    values = {"problem": problem, "seconds": seconds, "login": login}
    response = page(request, None, "desk/sign_in.html", values, status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


@any_session
async def sign_out(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """End the session. Who still holds conversations is asked first; they then go back to the queue."""
    context, form = request.app[CONTEXT], await request.post()
    if session.complete and session.member.may(Right.ANSWER):
        async with context.database.reading() as connection:
            held = await queue.held(connection, scope_of(session))
        if held and form.get("sure") != "1":
            return page(request, session, "desk/sure.html", {"held": len(held)})
        if held:
            await set_away(context, session, away=True)
    await context.staff.sign_out(session)
    # A shared computer keeps nothing of the desk: no page, no choice made in this browser.
    headers = {"Location": SIGN_IN, "Clear-Site-Data": '"cache", "storage"'}
    response = web.Response(status=303, headers=headers)
    end_cookie(context, response)
    return response


@signed_in
async def terms_page(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the terms."""
    if session.member.terms_at is not None:
        raise web.HTTPSeeOther(next_step(session))
    terms = TERMS if session.member.may(Right.ANSWER) else INTERPRETERS_TERMS
    return page(request, session, "desk/terms.html", {"terms": terms})


@signed_in
async def accept_terms(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Note that they were accepted."""
    await request.app[CONTEXT].staff.accept_terms(session.member)
    raise web.HTTPSeeOther("/desk" if session.member.role in AT_THE_DESK else next_step(session))


def add_routes(app: web.Application) -> None:
    """The routes that need no desk."""
    app.router.add_get(SIGN_IN, sign_in_page)
    app.router.add_post(SIGN_IN, sign_in)
    app.router.add_post("/desk/sign-out", sign_out)
    app.router.add_get(TERMS_PAGE, terms_page)
    app.router.add_post(TERMS_PAGE, accept_terms)
