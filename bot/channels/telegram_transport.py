"""python-telegram-bot as a bare transport: no token or text in a log, each failure named for the sender."""

import json
import logging
from datetime import timedelta
from typing import Any

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.model.errors import SendError, SendFailure

# What Telegram says of a 400, and our code for it. Its own words may quote the text, so they go nowhere.
_BAD_REQUESTS = {
    "chat not found": "chat_not_found",
    "message thread not found": "thread_not_found",
    "topic_closed": "topic_closed",
    "message text is empty": "empty",
    "message is too long": "too_long",
    "can't parse entities": "bad_markup",
    "button_data_invalid": "bad_button",
    "query is too old": "callback_too_old",
    "file is too big": "file_too_big",
}
# Failures before the first byte went out.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class HttpStatus(NetworkError):
    """429 and 5xx: python-telegram-bot hides the status of a 5xx and of a 429 that names no wait."""

    def __init__(self, status: int, wait: timedelta | None) -> None:
        super().__init__(f"http {status}")
        self.status = status
        self.wait = wait


class QuietRequest(HTTPXRequest):
    """HTTPXRequest that keeps the status of a failure and never logs a body."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status == 429 or status >= 500:
            raise HttpStatus(status, _wait(body))
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer. The original logs the whole body when it cannot."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("broken answer")
        return answer


class RawBot(Bot):
    """`Bot` that also gives updates as they came.

    `Bot.get_updates` builds its own types first: one update that it cannot read would lose the batch, and it
    would log that batch.
    """

    async def raw_updates(self, offset: int, wait: float, kinds: list[str]) -> list[dict[str, Any]]:
        parameters = {"offset": offset, "timeout": int(wait), "allowed_updates": kinds}
        updates = await self._post("getUpdates", parameters, read_timeout=wait + 10)
        if not isinstance(updates, list):
            raise TelegramError("broken answer")
        return updates


def make_bot(token: str, base_url: str, base_file_url: str, read_timeout: float) -> tuple[RawBot, list[QuietRequest]]:
    """Return a bot and its two connection pools: neither a poll nor a send must wait for the other."""
    # httpx names the URL, and with it the token, at INFO; the others show texts at DEBUG.
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    sending = QuietRequest(
        connection_pool_size=64,
        connect_timeout=5,
        pool_timeout=5,
        read_timeout=read_timeout,
        write_timeout=10,
    )
    # More than one connection: behind some proxies a dead one would block the poll for good.
    polling = QuietRequest(connection_pool_size=8, connect_timeout=5, pool_timeout=5, read_timeout=read_timeout)
    bot = RawBot(token, base_url, base_file_url, request=sending, get_updates_request=polling)
    return bot, [sending, polling]


def failure_of(error: TelegramError) -> SendError:
    """Say what a failure of python-telegram-bot means for the message."""
    if isinstance(error, Forbidden):
        return SendError(SendFailure.BLOCKED, "forbidden")
    if isinstance(error, InvalidToken):
        return SendError(SendFailure.ACCOUNT, "invalid_token")
    if isinstance(error, Conflict):
        return SendError(SendFailure.ACCOUNT, "conflict")
    if isinstance(error, ChatMigrated):
        return SendError(SendFailure.REJECTED, "chat_migrated")
    if isinstance(error, BadRequest):  # a subclass of NetworkError, so it is asked first
        return SendError(SendFailure.REJECTED, _bad_request(error.message))
    return _network_failure(error)


def _network_failure(error: TelegramError) -> SendError:
    if isinstance(error, HttpStatus):
        # A 5xx may come from a gateway or from a server that is going down after it took the message.
        kind = SendFailure.THROTTLED if error.status == 429 else SendFailure.UNKNOWN
        return SendError(kind, f"http_{error.status}", error.wait)
    cause = error.__cause__
    if isinstance(cause, _NOT_SENT):
        return SendError(SendFailure.TRANSIENT, "not_connected")
    if isinstance(cause, httpx.TimeoutException):
        return SendError(SendFailure.UNKNOWN, "timed_out")
    return SendError(SendFailure.UNKNOWN, "connection_lost" if cause else "broken_answer")


def _bad_request(description: str) -> str:
    lowered = description.lower()
    return next((reason for words, reason in _BAD_REQUESTS.items() if words in lowered), "bad_request")


def _wait(body: bytes) -> timedelta | None:
    try:
        return timedelta(seconds=json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
