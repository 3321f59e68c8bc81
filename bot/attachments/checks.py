"""What a file really is: its first bytes decide, never its name or a claim; photos lose what they tell of a place."""

from dataclasses import dataclass

from bot.attachments.pictures import bare_jpeg, bare_png, bare_webp
from bot.model.errors import GuichetError
from bot.model.messages import Attached, Kind

MEGABYTE = 2**20


class Refused(GuichetError):
    """The file is not passed on. `reason` is kind, size or empty, the end of the phrase `file_refused_…`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Type:
    kind: Kind
    mime: str


_OGG = _Type(Kind.VOICE, "audio/ogg")
_MP3 = _Type(Kind.VOICE, "audio/mpeg")
_M4A = _Type(Kind.VOICE, "audio/mp4")
_WEBM = _Type(Kind.VOICE, "audio/webm")
_JPEG = _Type(Kind.PHOTO, "image/jpeg")
_PNG = _Type(Kind.PHOTO, "image/png")
_WEBP = _Type(Kind.PHOTO, "image/webp")
_PDF = _Type(Kind.FILE, "application/pdf")

_BARE = {"image/jpeg": bare_jpeg, "image/png": bare_png, "image/webp": bare_webp}
_M4A_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"iso5", b"iso6", b"dash")
_LOOK = 4096


def examine(content: bytes, largest: int) -> Attached:
    """Return the file as it may be kept, a photo without its metadata. Raises Refused."""
    if not content:
        raise Refused("empty")
    if len(content) > largest:
        raise Refused("size")
    found = _type_of(content)
    if found is None:
        raise Refused("kind")
    strip = _BARE.get(found.mime)
    if strip is None:
        return Attached(found.kind, found.mime, content)
    try:
        return Attached(found.kind, found.mime, strip(content))
    except (ValueError, IndexError):  # broken inside: nobody knows what it would show
        raise Refused("kind") from None


def _type_of(content: bytes) -> _Type | None:
    """Read the type from the first bytes; a container of pictures that move is no voice."""
    head = content[:_LOOK]
    if head.startswith(b"OggS"):
        return _OGG if b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64] else None
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _WEBM if b"webm" in head[:64] and b"A_OPUS" in head and b"V_VP" not in head else None
    if head[4:8] == b"ftyp":
        return _M4A if head[8:12] in _M4A_BRANDS and not _has_video(content) else None
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _WEBP
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return _MP3
    starts = {b"\xff\xd8\xff": _JPEG, b"\x89PNG\r\n\x1a\n": _PNG, b"%PDF-": _PDF}
    return next((found for start, found in starts.items() if head.startswith(start)), None)


def _is_mp3_frame(head: bytes) -> bool:
    """Tell whether an MPEG audio frame of layer III begins here: eleven set bits, then no reserved value."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3


def _has_video(content: bytes) -> bool:
    """Tell whether an MP4 names a handler of video; its tables stand at the beginning or at the end."""
    return b"vide" in content[:MEGABYTE] or b"vide" in content[-MEGABYTE:]
