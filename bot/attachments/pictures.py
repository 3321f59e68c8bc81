"""Photos without their metadata: where and when a picture was taken, with what, and by whom is nobody's business.

What is left out: EXIF, XMP, comments and everything else that is not needed to show the picture. A JPEG keeps its
orientation, one number, in an EXIF block of our own, or it would be shown on its side.
"""

import struct
import zlib

_SCAN, _END = 0xDA, 0xD9  # JPEG markers
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # those without a length
_IN_SCAN = {0x00, 0xFF, *range(0xD0, 0xD8)}  # what may follow 0xFF inside the data of a scan
_ORIENTATION = 0x0112
_PNG_HEAD = 8
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
}  # fmt: skip
_WEBP_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_WEBP_FLAGS = 0b00001100  # of VP8X: EXIF and XMP are there


def bare_jpeg(content: bytes) -> bytes:
    """Keep what makes the picture; what some phones put after its end goes, too. Raises ValueError if it is broken."""
    kept, orientation, at = [content[:2]], 1, 2
    while True:
        marker, begin = _marker(content, at)
        if marker == _END:
            break
        at = begin if marker in _STANDALONE else begin + _length(content, begin)
        if marker == _SCAN:
            at = _scan_end(content, at)
        body = content[begin:at]
        if marker == 0xE1 and body[2:].startswith(b"Exif\0\0"):
            orientation = _orientation(body[8:])
        if _is_kept(marker, body[2:]):
            kept.append(bytes((0xFF, marker)) + body)
    if orientation != 1:
        kept.insert(1, _upright(orientation))
    return b"".join((*kept, bytes((0xFF, _END))))


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """Return the marker here and where it ends; any number of fill bytes may stand before it."""
    if content[at] != 0xFF:
        raise ValueError("no JPEG marker")
    while content[at] == 0xFF:
        at += 1
    return content[at], at + 1


def _length(content: bytes, at: int) -> int:
    length = int.from_bytes(content[at : at + 2])
    if length < 2 or at + length > len(content):
        raise ValueError("a segment longer than the file")
    return length


def _scan_end(content: bytes, at: int) -> int:
    """Return where the data of a scan end: at the next marker that is neither a stuffed byte nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] not in _IN_SCAN:
            return at
        at += 2
    raise ValueError("a JPEG that does not end")


def _is_kept(marker: int, body: bytes) -> bool:
    """JFIF, colour profile and Adobe's colour transform are needed to show it; other application data and comments are not."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xE0:  # JFIF's extension holds a small picture, perhaps of what was cut away
        return body.startswith(b"JFIF\0")
    return marker == 0xEE or not (0xE1 <= marker <= 0xEF or marker == 0xFE)


def _orientation(tiff: bytes) -> int:
    """Read the one number that says how the camera was held; 1 where it cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for entry in range(min(count, 200)):
            tag, kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + entry * 12)
            if tag == _ORIENTATION and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _upright(orientation: int) -> bytes:
    """Return an EXIF segment that holds the orientation and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def bare_png(content: bytes) -> bytes:
    """Keep the chunks that make the picture. Raises ValueError if it is broken."""
    kept, at = [content[:_PNG_HEAD]], _PNG_HEAD
    while True:
        length = int.from_bytes(content[at : at + 4])
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise ValueError("a broken chunk")
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def bare_webp(content: bytes) -> bytes:
    """Keep the chunks that make the picture; EXIF and XMP are not announced any more. Raises ValueError if it is broken."""
    kept, at, end = [], 12, 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise ValueError("a WebP that does not end")
    while at + 8 <= end:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise ValueError("a broken chunk")
        chunk = content[at:after]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_FLAGS,)) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
