"""Who is at the desk: the cookie, the session behind it, and what a role may open."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.staff import Right, SignedIn
from bot.staff.rights import AT_THE_DESK
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.texts import LOCALES, TEXTS
from bot.web.guard import is_from_elsewhere, same_secret
from bot.web.upload import Busy, TooLarge, has_file, read_upload
from handoff.offices.contact_point import Scope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
StaffHandler = Callable[[web.Request, SignedIn], Awaitable[web.StreamResponse]]

SIGN_IN = "/desk/sign-in"
TERMS_PAGE = "/desk/terms"
LARGEST_FILE = 5 * 2**20  # what an operator may send
LARGEST_CONTENT = 20 * 2**20  # an archive with all content
SECOND_FACTOR = "/desk/second-factor"
SET_UP = "/desk/second-factor/set-up"
_DRAFTS = {
    "reply": "text",
    "note": "note",
    "propose": "answer",
}  # the end of an address, and the field with what was typed
_LONGEST_DRAFT = 4000
_BY_ITSELF = "X-Live"  # the page fetches its own news: that is no sign that somebody sits there


def cookie_name(context: WebContext) -> str:
    """Browsers take `__Host-` only with `Secure`, which plain http on loopback cannot have."""
    return "__Host-guichet-desk" if context.public_https else "guichet-desk"


def give_cookie(context: WebContext, response: web.StreamResponse, token: str) -> None:
    """Let this browser be signed in until it is closed; the server ends the session earlier."""
    response.set_cookie(
        cookie_name(context), token, path="/", httponly=True, samesite="Strict", secure=context.public_https
    )


def end_cookie(context: WebContext, response: web.StreamResponse) -> None:
    """Take the cookie back."""
    response.del_cookie(cookie_name(context), path="/", httponly=True, samesite="Strict", secure=context.public_https)


async def who(request: web.Request, active: bool = True) -> SignedIn | None:
    """Return the living session of this browser."""
    context = request.app[CONTEXT]
    token = request.cookies.get(cookie_name(context), "")
    return await context.staff.session(token, active) if token else None


def any_session(handler: StaffHandler) -> Handler:
    """Let in whoever gave a password, with or without the second factor; a form must carry the session's own token."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await who(request, active=not is_by_itself(request))
        if session is None:
            draft = await _draft(request)
            return _not_sent(request, None, draft) if draft else _not_signed_in(request)
        if request.method == "POST":
            given = (await form_of(request, session)).get("csrf")
            if not isinstance(given, str) or not same_secret(given, session.csrf):
                if draft := await _draft(request):
                    return _not_sent(request, session, draft)
                raise web.HTTPForbidden(text="This form is no longer valid. Please go back and load the page again.")
        return await handler(request, session)

    return guarded


async def form_of(request: web.Request, session: SignedIn) -> Mapping[str, object]:
    """Return the fields of a form; one that brings a file is read in memory and within its limit."""
    if not has_file(request):
        return await request.post()
    largest = LARGEST_CONTENT if request.path.startswith("/studio/") else LARGEST_FILE
    try:
        return (await read_upload(request, largest, f"desk:{session.session_id}")).fields
    except TooLarge:
        raise web.HTTPSeeOther(f"{request.path.removesuffix('/file')}?said=file_size#end") from None
    except Busy:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}, text="Too many files at once.") from None


async def _draft(request: web.Request) -> str:
    """Return the words that somebody typed into this form, if it is one for words."""
    name = _DRAFTS.get(request.path.rpartition("/")[2])
    given = (await request.post()).get(name, "") if name and request.method == "POST" else ""
    return given[:_LONGEST_DRAFT] if isinstance(given, str) else ""


def _not_sent(request: web.Request, session: SignedIn | None, text: str) -> web.Response:
    """Give back what was typed: the session ended meanwhile, or another one began."""
    return page(request, session, "desk/not_sent.html", {"problem": "lost", "text": text}, 401)


def signed_in(handler: StaffHandler) -> Handler:
    """Let any member of staff in, who gave the second factor where there is one or must be one."""

    @wraps(handler)
    async def checked(request: web.Request, session: SignedIn) -> web.StreamResponse:
        if not session.complete:
            if is_by_itself(request):
                return web.Response(status=401)
            raise web.HTTPSeeOther(next_step(session))
        return await handler(request, session)

    return any_session(checked)


def needs(*rights: Right) -> Callable[[StaffHandler], Handler]:
    """Let in only who has one of these rights, and, at the desk, accepted the terms."""

    def guard(handler: StaffHandler) -> Handler:
        @wraps(handler)
        async def checked(request: web.Request, session: SignedIn) -> web.StreamResponse:
            if not session.member.may(*rights):
                return page(request, session, "desk/no_desk.html", status=403)
            if session.member.terms_at is None and session.member.role in AT_THE_DESK:
                raise web.HTTPSeeOther(TERMS_PAGE)
            return await handler(request, session)

        return signed_in(checked)

    return guard


# Only these two lead to what people wrote; `bot.staff.rights` says who has them.
operators_only = needs(Right.ANSWER)
interpreters_only = needs(Right.INTERPRET)
desk_only = needs(Right.ANSWER, Right.INTERPRET)
leads_only = needs(Right.LEAD)
staff_only = needs(Right.STAFF)
log_only = needs(Right.LOG)
content_only = needs(Right.CONTENT)
coordinators_only = needs(Right.NETWORK)
admins_only = needs(Right.SYSTEM)
offices_only = needs(Right.OFFICES)
studio_only = needs(Right.CONTENT, Right.OFFICES)


def next_step(session: SignedIn) -> str:
    """Return where somebody goes after signing in: what is still asked of them, then their first page."""
    member = session.member
    if not session.complete:
        return SECOND_FACTOR if member.second_factor_at else SET_UP
    if member.role in AT_THE_DESK:
        return "/desk" if member.terms_at else TERMS_PAGE
    if member.may(Right.CONTENT):
        return "/studio"
    return "/desk/staff" if member.may(Right.STAFF) else "/desk/account"


def _not_signed_in(request: web.Request) -> web.StreamResponse:
    if is_from_elsewhere(request):
        return aiohttp_jinja2.render_template("chat/again.html", request, {"address": request.path_qs})
    if is_by_itself(request):
        return web.Response(status=401)
    raise web.HTTPSeeOther(SIGN_IN)


def is_by_itself(request: web.Request) -> bool:
    """Tell whether the page asks, not a person: live news and the stream that announces them."""
    return _BY_ITSELF in request.headers or request.headers.get("Accept", "").startswith("text/event-stream")


def scope_of(session: SignedIn) -> Scope:
    """Return what this operator may touch."""
    return Scope(frozenset(session.member.contact_points), session.member.id)


def locale_of(request: web.Request, session: SignedIn | None) -> str:
    """The staff member's own language; before signing in the browser's."""
    if session is not None:
        return session.member.locale if session.member.locale in LOCALES else "en"
    wished = request.headers.get("Accept-Language", "")[:2].lower()
    return wished if wished in LOCALES else "en"


def _nav(session: SignedIn) -> list[tuple[str, str]]:
    """The pages beside the desk that this member may open, as pairs of address and key of the texts."""
    pages = (
        ("/desk/protocol", "protocol", Right.LEAD),
        ("/desk/staff", "staff", Right.STAFF),
        ("/desk/log", "log", Right.LOG),
        ("/studio", "studio", Right.OFFICES),
    )
    return [("/desk/account", "account"), *((url, key) for url, key, right in pages if session.member.may(right))]


def page(
    request: web.Request,
    session: SignedIn | None,
    template: str,
    values: dict[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    """Render one of the staff's pages in the staff member's language."""
    locale, texts = locale_of(request, session), request.app[TEXTS]
    shared: dict[str, Any] = {
        "locale": locale,
        "say": lambda key, **fill: texts.text(locale, key, **fill),
        "csrf": session.csrf if session else "",
        "member": session.member if session else None,
        "nav": _nav(session) if session and session.complete else (),
    }
    return aiohttp_jinja2.render_template(template, request, shared | (values or {}), status=status)
