"""WhatsApp's Cloud API on aiohttp: sends, marks as read, and proves where a webhook came from."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.channels.whatsapp_bodies import CAPABILITIES, Body, message_body, read_body
from bot.channels.whatsapp_errors import error_code, refusal, retry_after
from bot.channels.whatsapp_media import fetch_media, upload_media
from bot.model.errors import Forged, SendError, SendFailure
from bot.model.messages import Address, Attached, Outbound

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_COURTESY = aiohttp.ClientTimeout(total=5)  # a signal that takes longer is of no use


class WhatsAppChannel:
    """One phone number. `base_url` and `version` are settings: versions expire, and tests have their own."""

    name = "whatsapp"
    capabilities = CAPABILITIES

    def __init__(
        self,
        phone_number_id: str,
        token: str,
        base_url: str = "https://graph.facebook.com",
        version: str = "v26.0",
        read_timeout: float = 20.0,
    ) -> None:
        self.account = phone_number_id
        self._graph = f"{base_url.rstrip('/')}/{version}"
        self._url = f"{self._graph}/{phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=read_timeout + 10, connect=10, sock_read=read_timeout)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Outbound) -> str:
        body = (
            message_body(message, await self._upload(message.attachment))
            if message.attachment
            else message_body(message)
        )
        status, answer, wait = await self._post(body, self._timeout)
        if status == 200:
            return _message_id(answer)
        raise refusal(status, error_code(answer), wait)

    async def fetch(self, reference: str, limit: int) -> bytes:
        """Ask Graph where the file lies (the address is good for five minutes), then read it, both with our token."""
        return await fetch_media(self._client(), f"{self._graph}/{quote(reference, safe='')}", self._headers, limit)

    async def _upload(self, file: Attached) -> str:
        """Give the file to Graph, which gives it an id. Nothing has reached the person: asking again is never wrong."""
        return await upload_media(self._client(), f"{self._graph}/{self.account}/media", self._headers, file)

    async def signal(self, address: Address, reference: str) -> None:
        """Mark the message `reference` as read and show typing, which Meta ends after 25 seconds."""
        if not reference:
            return
        try:
            await self._post(read_body(reference), _COURTESY)
        except SendError:
            return

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(
        self,
        body: Body,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> tuple[int, object, timedelta | None]:
        """Return status, decoded answer and how long we are told to wait. Raises `SendError`."""
        try:
            async with self._client().post(
                self._url, json=body, headers=self._headers, allow_redirects=False, timeout=timeout
            ) as response:
                return response.status, _decoded(await response.read()), retry_after(response.headers)
        except _NOT_SENT:
            raise SendError(SendFailure.TRANSIENT, "not_connected") from None
        except TimeoutError:
            raise SendError(SendFailure.UNKNOWN, "timed_out") from None
        except (aiohttp.ClientError, OSError):
            raise SendError(SendFailure.UNKNOWN, "connection_lost") from None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:  # made here because a session belongs to a running loop
            self._session = aiohttp.ClientSession(trust_env=True)
        return self._session


def verify_signature(raw: bytes, header: str | None, app_secret: str) -> None:
    """Check `X-Hub-Signature-256` over the raw bytes, before anything is parsed. Raises `Forged`."""
    match = _SIGNATURE.fullmatch(header or "")
    expected = hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    if not app_secret or match is None or not hmac.compare_digest(match[1], expected):
        raise Forged("whatsapp: wrong signature")


def challenge(query: Mapping[str, str], verify_token: str) -> str:
    """Return what Meta wants to read back when the webhook is set up. Raises `Forged`."""
    given = query.get("hub.verify_token", "")
    is_ours = bool(verify_token) and hmac.compare_digest(given.encode(errors="backslashreplace"), verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not is_ours:
        raise Forged("whatsapp: wrong verify token")
    return query.get("hub.challenge", "")


def _decoded(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _message_id(answer: Any) -> str:
    try:
        return str(answer["messages"][0]["id"])
    except (TypeError, KeyError, IndexError):
        raise SendError(SendFailure.UNKNOWN, "broken_answer") from None
