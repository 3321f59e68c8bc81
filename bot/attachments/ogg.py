"""A voice recorded in a browser as WebM, put into Ogg without touching its sound: phones' messengers take only Ogg.

Both hold the same Opus packets (RFC 6716); only the wrapping differs: EBML blocks (RFC 8794, 9559) there, pages (RFC 3533,
7845) here.
"""

import struct
from collections.abc import Iterator

_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
_PRIVATE, _CODEC, _SIMPLE_BLOCK, _BLOCK = 0x63A2, 0x86, 0xA3, 0xA1
_OPENED = {_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _GROUP}
_FRAME_48K = (480, 960, 1920, 2880)  # samples of one SILK frame: 10, 20, 40, 60 ms
_SERIAL = 1
_MOST_PACKETS = 50  # a page a second
_SEGMENTS = 255


def ogg_from_webm(content: bytes) -> bytes:
    """Return the same Opus sound as Ogg. Raises ValueError where it is not Opus in WebM."""
    header, packets = b"", []
    for name, body in _elements(content, 0, len(content)):
        if name == _CODEC and body != b"A_OPUS":
            raise ValueError("not Opus")
        if name == _PRIVATE:
            header = body
        if name in (_SIMPLE_BLOCK, _BLOCK):
            packets.append(_packet(body))
    if not header.startswith(b"OpusHead") or not packets:
        raise ValueError("no Opus in it")
    return b"".join(_pages(header, packets))


def _elements(content: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Walk the elements, into those that hold others; a recording that was streamed does not know its lengths."""
    while at < end:
        name, at = _number(content, at, keep_mark=True)
        length, at = _number(content, at, keep_mark=False)
        if name in _OPENED:
            # What lies inside follows at once, and its end needs no look: the next element begins there.
            continue
        if length < 0 or at + length > end:
            raise ValueError("a broken element")
        yield name, content[at : at + length]
        at += length


def _number(content: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """Read a number whose first set bit tells its length; -1 is "unknown". Raises ValueError."""
    first = content[at] if at < len(content) else 0
    width = 9 - first.bit_length() if first else 0
    if not width or at + width > len(content):
        raise ValueError("a broken number")
    value = int.from_bytes(content[at : at + width])
    if keep_mark:
        return value, at + width
    value &= (1 << 7 * width) - 1
    return (-1 if value == (1 << 7 * width) - 1 else value), at + width


def _packet(block: bytes) -> bytes:
    """Return the one packet of a block: after track number, time (two bytes) and flags. Raises ValueError."""
    _track, at = _number(block, 0, keep_mark=False)
    packet = block[at + 3 :]
    if not packet or block[at + 2] & 0x06:
        raise ValueError("several packets in a block")
    return packet


def _samples(packet: bytes) -> int:
    """Return how long a packet sounds, in samples of 48 kHz, from its first byte (RFC 6716, 3.1)."""
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = _FRAME_48K[config % 4]
    elif config < 16:
        frame = _FRAME_48K[config % 2]
    else:
        frame = 120 << config % 4
    count = {0: 1, 1: 2, 2: 2}.get(code) or (packet[1] & 0x3F if len(packet) > 1 else 1)
    return frame * count


def _pages(header: bytes, packets: list[bytes]) -> Iterator[bytes]:
    vendor = b"guichet"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    yield _page([header], 0, 0, 2)
    yield _page([tags], 1, 0, 0)
    heard, number, room = 0, 2, _SEGMENTS
    group: list[bytes] = []
    for index, packet in enumerate(packets):
        needed = len(packet) // _SEGMENTS + 1
        if group and (needed > room or len(group) >= _MOST_PACKETS):
            yield _page(group, number, heard, 0)
            number, group, room = number + 1, [], _SEGMENTS
        group.append(packet)
        room -= needed
        heard += _samples(packet)
        if index == len(packets) - 1:
            yield _page(group, number, heard, 4)


def _page(packets: list[bytes], number: int, heard: int, flags: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,)) for packet in packets)
    if len(lacing) > _SEGMENTS:
        raise ValueError("a packet longer than a page")
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, heard, _SERIAL, number, 0)
    page = bytearray(head + bytes((len(lacing),)) + lacing + b"".join(packets))
    page[22:26] = struct.pack("<I", _checksum(page))
    return bytes(page)


def _make_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _bit in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


_TABLE = _make_table()


def _checksum(page: bytes | bytearray) -> int:
    """The CRC of RFC 3533: polynomial 0x04C11DB7, neither mirrored nor inverted."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value
