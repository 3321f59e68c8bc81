"""Forms that bring a file: read in memory, within a limit, and never through a file on disk, where it would lie in clear."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, MultipartReader, web

FORM = 64 * 1024  # what the fields beside the file may take
_CHUNK = 64 * 1024


class TooLarge(Exception):
    """The file is larger than the limit; the rest of it was not read."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields of the form and the content of its file; None where there was none."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


_READ: web.RequestKey[Upload] = web.RequestKey("upload", Upload)


def has_file(request: web.Request) -> bool:
    """Tell whether this form may bring a file."""
    return request.content_type == "multipart/form-data"


async def read_upload(request: web.Request, largest: int) -> Upload:
    """Read the form once; asked again, the same comes back. Raises TooLarge, or HTTPBadRequest for what is no form."""
    known: Upload | None = request.get(_READ)
    if known is not None:
        return known
    if (request.content_length or 0) > largest + FORM:
        raise TooLarge
    try:
        upload = await _read(MultipartReader(request.headers, request.content), largest + FORM)
    except (ValueError, AssertionError):
        raise web.HTTPBadRequest(text="form") from None
    request[_READ] = upload
    return upload


async def _read(reader: MultipartReader, room: int) -> Upload:
    fields: dict[str, str] = {}
    content: bytes | None = None
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form in a form")
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
