"""Files on WhatsApp: Graph tells where one lies, and takes one before it can be sent."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import aiohttp

from bot.channels.whatsapp_errors import error_code, refusal, retry_after
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Attached

_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=10, sock_read=20)
_ANSWER = 2**20  # an answer of Graph is a few hundred bytes


async def fetch_media(session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], limit: int) -> bytes:
    """Return a file that a person sent. Raises `SendError`; REJECTED if it is gone or larger than the limit."""
    status, raw, given = await _get(session, url, headers, _ANSWER)
    answer = _decoded(raw)
    if status != 200:
        raise _for_asking(refusal(status, error_code(answer), retry_after(given)))
    place, size = answer.get("url"), str(answer.get("file_size", "0"))
    if not isinstance(place, str):
        raise SendError(SendFailure.TRANSIENT, "broken_answer")
    if size.isdecimal() and int(size) > limit:
        raise SendError(SendFailure.REJECTED, "too_big")
    status, content, given = await _get(session, place, headers, limit)
    if status != 200:  # also 404: the address lives for five minutes, the next one may be good
        raise SendError(SendFailure.TRANSIENT, f"http_{status}", retry_after(given))
    return content


async def upload_media(session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], file: Attached) -> str:
    """Give a file to Graph and return its id, good for 30 days. Raises `SendError`, never UNKNOWN."""
    form = aiohttp.FormData()
    form.add_field("messaging_product", "whatsapp")
    form.add_field("type", file.mime)
    form.add_field("file", BytesIO(file.content), filename="file", content_type=file.mime)
    try:
        async with session.post(url, data=form, headers=headers, allow_redirects=False, timeout=_TIMEOUT) as response:
            status, answer = response.status, _decoded(await response.read())
            wait = retry_after(response.headers)
    except (aiohttp.ClientError, OSError):  # TimeoutError is an OSError
        raise SendError(SendFailure.TRANSIENT, "not_uploaded") from None
    if status != 200:
        raise _for_asking(refusal(status, error_code(answer), wait))
    if not isinstance(answer.get("id"), str):
        raise SendError(SendFailure.TRANSIENT, "broken_answer")
    return str(answer["id"])


async def _get(
    session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], limit: int
) -> tuple[int, bytes, Mapping[str, str]]:
    """Return status, content and headers; a redirect is not followed, since the token would go with it."""
    try:
        async with session.get(url, headers=headers, allow_redirects=False, timeout=_TIMEOUT) as response:
            content = bytearray()
            async for chunk in response.content.iter_chunked(2**16):
                content += chunk
                if len(content) > limit:
                    raise SendError(SendFailure.REJECTED, "too_big")
            return response.status, bytes(content), response.headers
    except TimeoutError:
        raise SendError(SendFailure.TRANSIENT, "timed_out") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise SendError(SendFailure.TRANSIENT, "connection_lost") from None


def _for_asking(error: SendError) -> SendError:
    """Nothing was sent to anybody, so what may have happened is no matter; an unknown id means that the file is gone."""
    if error.kind is SendFailure.UNKNOWN:
        return SendError(SendFailure.TRANSIENT, error.reason)
    if error.reason in ("http_404", "meta_131052"):
        return SendError(SendFailure.REJECTED, "gone")
    return error


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
