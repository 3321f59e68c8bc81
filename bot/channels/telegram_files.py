"""Files on Telegram: read within a limit, and sent as what they are."""

from collections.abc import Coroutine
from typing import Any

import httpx
from telegram import Bot, File, InputFile, Message

from bot.model.errors import SendError, SendFailure
from bot.model.messages import Attached

_NAMES = {
    "audio/ogg": "voice.ogg", "audio/mpeg": "voice.mp3", "audio/mp4": "voice.m4a", "image/jpeg": "photo.jpg",
    "image/png": "photo.png", "application/pdf": "document.pdf",
}  # fmt: skip
_VOICES = {"audio/ogg", "audio/mpeg", "audio/mp4"}  # shown with a play button; everything else is a document
_PHOTOS = {"image/jpeg", "image/png"}
_UPLOAD = 60.0  # seconds


def send_file(bot: Bot, chat: str, file: Attached) -> Coroutine[Any, Any, Message]:
    """Return the call that sends this file; a name tells nothing of where it came from."""
    content = InputFile(file.content, filename=_NAMES.get(file.mime, "file"))
    if file.mime in _VOICES:
        return bot.send_voice(chat, content, write_timeout=_UPLOAD)
    if file.mime in _PHOTOS:
        return bot.send_photo(chat, content, write_timeout=_UPLOAD)
    return bot.send_document(chat, content, disable_content_type_detection=True, write_timeout=_UPLOAD)


def for_asking(error: SendError) -> SendError:
    """Say what a failure means where nothing is sent: asking again is never wrong, and a bad request means that it is gone."""
    if error.kind is SendFailure.UNKNOWN:
        return SendError(SendFailure.TRANSIENT, error.reason, error.retry_after)
    if error.kind is SendFailure.REJECTED:
        return SendError(SendFailure.REJECTED, "too_big" if error.reason == "file_too_big" else "gone")
    return error


class Files:
    """Reads files over a connection pool of its own. Their addresses hold the bot's token: they are named nowhere."""

    def __init__(self, read_timeout: float) -> None:
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(10.0, read=read_timeout), follow_redirects=False)

    async def read(self, file: File, limit: int) -> bytes:
        """Read at most `limit` bytes. Raises `SendError`."""
        if not file.file_path:
            raise SendError(SendFailure.TRANSIENT, "broken_answer")
        if (file.file_size or 0) > limit:
            raise SendError(SendFailure.REJECTED, "too_big")
        try:
            async with self._client.stream("GET", file.file_path) as answer:
                if answer.status_code != 200:  # also 404: the address lives for an hour, the next one may be good
                    raise SendError(SendFailure.TRANSIENT, f"http_{answer.status_code}")
                return await _within(answer, limit)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = "timed_out" if isinstance(error, httpx.TimeoutException) else "connection_lost"
            raise SendError(SendFailure.TRANSIENT, reason) from None

    async def aclose(self) -> None:
        """Give back connections."""
        await self._client.aclose()


async def _within(answer: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise SendError(SendFailure.REJECTED, "too_big")
    return bytes(content)
