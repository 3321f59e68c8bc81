"""How a file is handed to a browser: shown in the page, never stored, never more than what we found it to be."""

from aiohttp import web

from bot.model.messages import Attached

_NAMES = {"voice": "voice", "photo": "photo", "file": "document"}
_ENDINGS = {
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/webm": "webm", "image/jpeg": "jpg",
    "image/png": "png", "image/webp": "webp", "application/pdf": "pdf",
}  # fmt: skip
_POLICY = "default-src 'none'; sandbox"  # a PDF is shown under it, too


def show(request: web.Request, file: Attached) -> web.Response:
    """Answer with the file, or with the part of it that a player asks for."""
    size = len(file.content)
    headers = {
        "Content-Disposition": f'inline; filename="{_NAMES[file.kind]}.{_ENDINGS[file.mime]}"',
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Accept-Ranges": "bytes",
    }
    try:
        wanted = request.http_range
    except ValueError:  # not a range that we know: the whole is always right (RFC 9110, 14.2)
        wanted = slice(None)
    begin, end, _ = wanted.indices(size)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=file.content, content_type=file.mime, headers=headers)
    if begin >= end:
        return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return web.Response(status=206, body=file.content[begin:end], content_type=file.mime, headers=headers)


def begins_at_once(request: web.Request) -> bool:
    """Tell whether somebody opens the file, and not only reads on in it."""
    try:
        return request.http_range.start in (None, 0)
    except ValueError:
        return True
