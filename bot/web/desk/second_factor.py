"""The second step of signing in: a code of the app or a recovery code, and the way to set it up."""

import logging
import math
from typing import Any

from aiohttp import web

from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.desk.accounts import ACCOUNTS, later
from bot.web.desk.session import SECOND_FACTOR, SET_UP, any_session, next_step, page, who
from bot.web.guard import client_address, is_local
from bot.web.help.qr import draw
from bot.web.limits import LIMITS, network_of

log = logging.getLogger(__name__)

_LONGEST = 40


@any_session
async def enter_page(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Ask for a code."""
    if session.complete or session.member.second_factor_at is None:
        raise web.HTTPSeeOther(next_step(session))
    return _enter(request, session)


@any_session
async def enter(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Look at the code, not too often."""
    if session.complete or session.member.second_factor_at is None:
        raise web.HTTPSeeOther(next_step(session))
    keys = _keys(request, session)
    if seconds := request.app[LIMITS].second_factor.begin(*keys):
        log.warning("desk second factor throttled")
        return _enter(request, session, "too_many_tries", seconds)
    used = await request.app[ACCOUNTS].second_factors.check(session, await _code(request))
    if not used:
        return _enter(request, session, "wrong_code")
    request.app[LIMITS].second_factor.right(*keys)
    request.app[CONTEXT].bus.publish("desk")
    if used == "recovery":
        raise web.HTTPSeeOther("/desk/account?said=recovery_used")
    raise web.HTTPSeeOther(next_step(await _again(request)))


@any_session
async def set_up_page(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Show the key, as a code for the camera and as letters."""
    return await _set_up(request, session)


@any_session
async def set_up(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Confirm the key by a code of the app, and show the recovery codes this one time."""
    keys = _keys(request, session)
    if seconds := request.app[LIMITS].second_factor.begin(*keys):
        return await _set_up(request, session, "too_many_tries", seconds)
    codes = await request.app[ACCOUNTS].second_factors.confirm(session, await _code(request))
    if codes is None:
        return await _set_up(request, session, "wrong_code")
    request.app[LIMITS].second_factor.right(*keys)
    request.app[CONTEXT].bus.publish("desk")
    return page(request, session, "desk/codes.html", {"codes": codes, "onward": next_step(await _again(request))})


@any_session
async def skip(request: web.Request, session: SignedIn) -> web.StreamResponse:
    """Go on without one; only in the demonstration on this machine, and only while there is none."""
    if session.member.second_factor_at is not None or not _may_skip(request):
        raise web.HTTPForbidden(text="The second factor is needed here.")
    await request.app[ACCOUNTS].second_factors.skip(session)
    raise web.HTTPSeeOther(next_step(await _again(request)))


def _enter(request: web.Request, session: SignedIn, problem: str = "", seconds: float = 0) -> web.Response:
    return _answer(request, session, "desk/second_factor.html", problem, seconds, {})


async def _set_up(request: web.Request, session: SignedIn, problem: str = "", seconds: float = 0) -> web.StreamResponse:
    key = await request.app[ACCOUNTS].second_factors.begin(session.member)
    if key is None:
        raise web.HTTPSeeOther(next_step(session))
    values = {
        "qr": draw(key.address(session.member.login)),
        "letters": " ".join(key.letters[at : at + 4] for at in range(0, len(key.letters), 4)),
        "may_skip": not session.complete and _may_skip(request),
        "reset": await request.app[ACCOUNTS].second_factors.tell_of_reset(session.member),
    }
    return _answer(request, session, "desk/set_up.html", problem, seconds, values)


def _answer(
    request: web.Request, session: SignedIn, template: str, problem: str, seconds: float, values: dict[str, Any]
) -> web.Response:
    status = 200 if not problem else 429 if seconds else 401
    shown = {"problem": problem, "minutes": math.ceil(seconds / 60)} | values
    return later(page(request, session, template, shown, status), seconds)


async def _code(request: web.Request) -> str:
    return str((await request.post()).get("code", ""))[:_LONGEST]


async def _again(request: web.Request) -> SignedIn:
    """Return the session as it stands after a deed."""
    session = await who(request)
    if session is None:
        raise web.HTTPSeeOther("/desk/sign-in")
    return session


def _keys(request: web.Request, session: SignedIn) -> tuple[str, str]:
    return str(session.member.id), network_of(client_address(request))


def _may_skip(request: web.Request) -> bool:
    return request.app[CONTEXT].demonstration and is_local(request)


def add_routes(app: web.Application) -> None:
    """What a session without its second factor may open."""
    app.router.add_get(SECOND_FACTOR, enter_page)
    app.router.add_post(SECOND_FACTOR, enter)
    app.router.add_get(SET_UP, set_up_page)
    app.router.add_post(SET_UP, set_up)
    app.router.add_post(f"{SET_UP}/skip", skip)
