"""What every request and every answer of the pages goes through: same origin, strict headers, who the client is."""

import hmac
import ipaddress
import re
import zlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from bot.web.context import CONTEXT

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Platforms call these; they prove themselves by a signature or a secret.
WEBHOOKS = ("/telegram/", "/whatsapp")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_FORM_LIMIT = 64 * 1024
# These look at their limit when they know who asks.
_WITH_FILE = re.compile(r"/chat/file|/desk/c/[^/]+/file|/studio/files/file")
# Where a voice may be recorded; everywhere else no script gets to the microphone.
_WITH_VOICE = re.compile(r"/|/chat/send|/desk/c/[^/]+")
_NO_DEVICES = "camera=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: under it browsers send `Origin: null` with a form (Fetch 3.2), and the check below needs it.
    # Nothing leaves our own origin with `same-origin` either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the strict headers on every answer to a browser; a page is never stored."""
    if request.path.startswith(WEBHOOKS):
        return
    microphone = "(self)" if _WITH_VOICE.fullmatch(request.path) else "()"
    response.headers.setdefault("Permissions-Policy", f"microphone={microphone}, {_NO_DEVICES}")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.app[CONTEXT].public_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site makes a browser send, and forms that are far too long."""
    if request.method in _SAFE or request.path.startswith(WEBHOOKS):
        return await handler(request)
    if not _is_same_origin(request):
        raise web.HTTPForbidden(text="This request came from another site.")
    if (request.content_length or 0) > _FORM_LIMIT and not _WITH_FILE.fullmatch(request.path):
        raise web.HTTPRequestEntityTooLarge(_FORM_LIMIT, request.content_length or 0)
    if not _WITH_FILE.fullmatch(request.path):
        await _read_form(request)
    return await handler(request)


async def _read_form(request: web.Request) -> None:
    """Read a form where there is one, so that whoever needs it later finds it; a broken one is no fault of ours."""
    try:
        await request.post()
    except (ValueError, LookupError, AssertionError, RuntimeError, BadHttpMessage, zlib.error):
        raise web.HTTPBadRequest(text="This is no form that can be read.") from None


def _is_same_origin(request: web.Request) -> bool:
    """`Sec-Fetch-Site` decides where the browser sends it; else `Origin` must name this host or our public address."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    parts = urlsplit(origin)
    own = {request.host.lower(), urlsplit(request.app[CONTEXT].public_url).netloc.lower()} - {""}
    return parts.scheme in {"http", "https"} and parts.netloc.lower() in own


def is_from_elsewhere(request: web.Request) -> bool:
    """Tell whether a link on another site led here: a strict cookie then stays away for this one request."""
    headers = request.headers
    return headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") == "navigate"


def client_address(request: web.Request) -> str:
    """Return the address of the client; the proxy's own entry is the last one, all others can be forged."""
    if request.app[CONTEXT].public_https:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        last = ",".join(forwarded).rpartition(",")[2].strip()
        if last:
            return last
    return request.remote or ""


def is_local(request: web.Request) -> bool:
    """Tell whether the caller sits on this machine and came by no proxy and under no other name."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.remote or "") and _is_loopback(urlsplit(f"//{request.host}").hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_secret(given: str, expected: str) -> bool:
    """Compare in constant time; an empty secret matches nothing."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
