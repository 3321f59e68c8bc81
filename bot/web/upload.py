"""Forms that bring a file: read in memory, within a limit, and never through a file on disk, where it would lie in clear."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage

FORM = 64 * 1024  # what the fields beside the file may take
_CHUNK = 64 * 1024
_MOST_PARTS = 32  # our forms have less than ten
_LONGEST = 600.0  # seconds: a photo on a slow connection
_AT_ONCE = 16  # each may hold its whole file in memory
_AT_ONCE_EACH = 3


class TooLarge(Exception):
    """The file is larger than the limit; the rest of it was not read."""


class Busy(Exception):
    """So many files are read at this moment, or so many of this sender, that another one has to wait."""


class Uploads:
    """Counts the files that are being read: who sends them slowly, or many at once, must not fill the memory."""

    def __init__(self, most: int = _AT_ONCE, each: int = _AT_ONCE_EACH) -> None:
        self._most = most
        self._each = each
        self._open: Counter[str] = Counter()

    @contextmanager
    def place(self, key: str) -> Iterator[None]:
        """Hold a place for one file of this sender. Raises Busy."""
        if self._open.total() >= self._most or self._open[key] >= self._each:
            raise Busy
        self._open[key] += 1
        try:
            yield
        finally:
            self._open -= Counter({key: 1})  # leaves nobody with zero


UPLOADS: web.AppKey[Uploads] = web.AppKey("uploads", Uploads)


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields of the form and the content of its file; None where there was none."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


_READ: web.RequestKey[Upload] = web.RequestKey("upload", Upload)


def has_file(request: web.Request) -> bool:
    """Tell whether this form may bring a file: its address ends so, and it comes in parts."""
    return request.path.endswith("/file") and request.content_type == "multipart/form-data"


async def read_upload(request: web.Request, largest: int, key: str) -> Upload:
    """Read the form once; asked again, the same comes back. `key` names the sender.

    Raises TooLarge, Busy, HTTPBadRequest for what is no form, or HTTPRequestTimeout.
    """
    known: Upload | None = request.get(_READ)
    if known is not None:
        return known
    if (request.content_length or 0) > largest + FORM:
        raise TooLarge
    try:
        with request.app[UPLOADS].place(key):
            async with asyncio.timeout(_LONGEST):
                upload = await _read(MultipartReader(request.headers, request.content), largest + FORM)
    except (ValueError, AssertionError, BadHttpMessage):
        raise web.HTTPBadRequest(text="form") from None
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="too slow") from None
    request[_READ] = upload
    return upload


async def _read(reader: MultipartReader, room: int) -> Upload:
    fields: dict[str, str] = {}
    content: bytes | None = None
    parts = 0
    async for part in reader:
        parts += 1
        if not isinstance(part, BodyPartReader) or parts > _MOST_PARTS:
            raise ValueError("not one of our forms")
        body = bytearray()
        while chunk := await part.read_chunk(_CHUNK):
            body += chunk
            if len(body) > room:
                raise TooLarge
        room -= len(body)
        if part.filename is not None:
            content = bytes(body)
        elif part.name:
            fields[part.name] = body.decode("utf-8", "replace")
    return Upload(fields, content)
