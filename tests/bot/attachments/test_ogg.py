"""From WebM to Ogg: the same packets, in pages whose numbers, times and checksums are right."""

import struct

import pytest

from bot.attachments.checks import examine
from bot.attachments.ogg import ogg_from_webm
from tests.support.files import OPUS_HEAD, webm

TWENTY_MS = 0x78  # CELT, 20 ms, mono, one frame


def crc(page: bytes) -> int:
    """The checksum of RFC 3533, bit by bit."""
    value = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        for bit in range(7, -1, -1):
            top = value >> 31 ^ (byte >> bit & 1)
            value = value << 1 & 0xFFFFFFFF ^ (0x04C11DB7 if top else 0)
    return value


def pages(ogg: bytes) -> list[tuple[int, int, int, list[bytes]]]:
    """Read flags, time, number and packets of each page; every checksum must be right."""
    read, at = [], 0
    while at < len(ogg):
        mark, _, flags, heard, _, number, checksum, count = struct.unpack_from("<4sBBqIIIB", ogg, at)
        assert mark == b"OggS"
        lacing = ogg[at + 27 : at + 27 + count]
        end = at + 27 + count + sum(lacing)
        assert crc(ogg[at:end]) == checksum
        packets, packet, inside = [], b"", at + 27 + count
        for length in lacing:
            packet += ogg[inside : inside + length]
            inside += length
            if length < 255:
                packets.append(packet)
                packet = b""
        read.append((flags, heard, number, packets))
        at = end
    return read


@pytest.mark.parametrize("size", [1, 60, 254, 255, 256, 700])
@pytest.mark.parametrize("count", [1, 3, 49, 51, 400])
def test_the_same_packets_come_out(size: int, count: int) -> None:
    packets = [bytes((TWENTY_MS,)) + bytes((number % 251,)) * (size - 1) for number in range(count)]

    found = pages(ogg_from_webm(webm(packets)))

    assert [one for page in found[2:] for one in page[3]] == packets
    assert [page[2] for page in found] == list(range(len(found)))
    assert found[0][3] == [OPUS_HEAD]
    assert found[1][3][0].startswith(b"OpusTags")
    assert [page[0] for page in found] == [2, 0, *[0] * (len(found) - 3), 4]
    assert found[-1][1] == count * 960, "20 ms a packet, in samples of 48 kHz"


@pytest.mark.parametrize(
    ("first", "samples"),
    [(0x00, 480), (0x18, 2880), (0x60, 480), (0x68, 960), (0x80, 120), (0x98, 960), (0x79, 1920), (0x7A, 1920)],
)
def test_a_packet_tells_how_long_it_sounds(first: int, samples: int) -> None:
    found = pages(ogg_from_webm(webm([bytes((first, 1, 2))])))

    assert found[-1][1] == samples


def test_a_packet_of_many_frames_counts_them() -> None:
    assert pages(ogg_from_webm(webm([bytes((TWENTY_MS | 3, 5))])))[-1][1] == 5 * 960


def test_the_result_is_a_voice() -> None:
    assert examine(ogg_from_webm(webm([b"\x78abc"])), 2**20).mime == "audio/ogg"


@pytest.mark.parametrize(
    "broken", [webm([]), webm([b"\x78"], codec=b"A_VORBIS"), webm([b"\x78"])[:-1], b"\x1aE\xdf\xa3", b""]
)
def test_what_is_no_opus_in_webm_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"Opus|broken"):
        ogg_from_webm(broken)


def test_no_cut_breaks_it_otherwise() -> None:
    whole = webm([b"\x78abc"] * 9)
    for cut in range(len(whole)):
        try:
            ogg_from_webm(whole[:cut])
        except ValueError:
            continue
