"""Small files of every type, made by hand, with the metadata that must not be kept."""

import struct
import zlib

PLACE = b"GPS 38.9098 16.5877 Gastone"  # stands for all that a photo tells


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int, order: str = "<") -> bytes:
    """An EXIF block with an orientation and a place."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entries = struct.pack(f"{order}HHHIHH", 2, 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(f"{order}HHII", 0x8825, 4, 1, 38) + struct.pack(f"{order}I", 0)
    return b"Exif\0\0" + head + entries + PLACE


SCAN = b"\x11\x22\xff\x00\x33\xff\xd0\x44"  # a stuffed byte and a restart marker


def jpeg(orientation: int = 1, *, order: str = "<") -> bytes:
    """A JPEG of two scans with EXIF, XMP, a comment, a second picture after its end; it is no picture to look at."""
    return b"".join((
        b"\xff\xd8", segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), segment(0xE1, exif(orientation, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE), segment(0xED, PLACE), segment(0xFE, PLACE),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01profile"), segment(0xE2, b"MPF\0" + PLACE), segment(0xDB, bytes(65)),
        segment(0xC2, b"\x08\0\x01\0\x01\x01\x01\x11\0"), segment(0xDA, b"\x01\x01\0\0\0\0"), SCAN,
        segment(0xFE, PLACE), segment(0xDA, b"\x01\x01\0\0\0\0"), SCAN, b"\xff\xd9", b"\xff\xd8" + PLACE,
    ))  # fmt: skip


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png() -> bytes:
    """A white PNG of one pixel, with all that it may tell."""
    pixel = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), chunk(b"IDAT", zlib.compress(b"\0\xff"))
    told = b"".join(chunk(name, PLACE) for name in (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"))
    return b"\x89PNG\r\n\x1a\n" + pixel[0] + told + pixel[1] + chunk(b"IEND", b"") + PLACE


def webp() -> bytes:
    """A WebP with EXIF and XMP."""
    parts = b"VP8X" + struct.pack("<I", 10) + bytes((0b00001100,)) + bytes(9)
    parts += b"VP8 " + struct.pack("<I", 4) + b"data"
    parts += b"EXIF" + struct.pack("<I", len(PLACE)) + PLACE + b"\0" * (len(PLACE) % 2)
    parts += b"XMP " + struct.pack("<I", len(PLACE)) + PLACE + b"\0" * (len(PLACE) % 2)
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts


OGG = b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(9) + b"the sound of a voice" * 20
MP3 = b"ID3\x04" + bytes(40)
M4A = b"\0\0\0\x18ftypM4A " + bytes(200)
MP4 = b"\0\0\0\x18ftypisom" + bytes(40) + b"hdlr" + bytes(8) + b"vide" + bytes(40)
PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def element(name: int, body: bytes, *, unknown: bool = False) -> bytes:
    """An element of EBML; `unknown`: a recording that was streamed does not know its length."""
    ident = name.to_bytes((name.bit_length() + 7) // 8)
    length = b"\x01\xff\xff\xff\xff\xff\xff\xff" if unknown else (1 << 56 | len(body)).to_bytes(8)
    return ident + length + body


OPUS_HEAD = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"


def webm(packets: list[bytes], codec: bytes = b"A_OPUS") -> bytes:
    """A recording as browsers stream it: one packet a block, a new cluster every four."""
    track = element(0xAE, element(0xD7, b"\x01") + element(0x86, codec) + element(0x63A2, OPUS_HEAD))
    blocks = [element(0xA3, b"\x81\0\0\x80" + packet) for packet in packets]
    clusters = [
        element(0x1F43B675, element(0xE7, b"\0") + b"".join(blocks[at : at + 4]), unknown=True)
        for at in range(0, len(blocks), 4)
    ]
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, element(0x1654AE6B, track) + b"".join(clusters), unknown=True)
