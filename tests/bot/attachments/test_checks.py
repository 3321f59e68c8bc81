"""What a file is, by its own bytes; and what is left of a photo."""

import pytest

from bot.attachments.checks import Refused, examine
from bot.model.messages import Kind
from tests.support import files
from tests.support.files import PLACE, SCAN, jpeg, segment

MB = 2**20


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (files.OGG, Kind.VOICE, "audio/ogg"),
        (files.MP3, Kind.VOICE, "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(40), Kind.VOICE, "audio/mpeg"),
        (files.M4A, Kind.VOICE, "audio/mp4"),
        (files.webm([b"\x78abc"]), Kind.VOICE, "audio/webm"),
        (jpeg(), Kind.PHOTO, "image/jpeg"),
        (files.png(), Kind.PHOTO, "image/png"),
        (files.webp(), Kind.PHOTO, "image/webp"),
        (files.PDF, Kind.FILE, "application/pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_first_bytes_tell_the_type(content: bytes, kind: Kind, mime: str) -> None:
    file = examine(content, MB)

    assert (file.kind, file.mime) == (kind, mime)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>", b"MZ\x90\0", b"PK\x03\x04docx", b"\x7fELF", files.MP4, b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"OggS" + bytes(60) + b"theora", b"\xff\xd8\xff\xe0",
        b"  %PDF-1.4", files.webm([b"\x78"], codec=b"A_VORBIS"), b"\x89PNG\r\n\x1a\nbroken", b"\xff\xfe\0\0", b"x",
    ],
)  # fmt: skip
def test_everything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(Refused, match="kind"):
        examine(content, MB)


def test_what_is_empty_or_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="empty"):
        examine(b"", MB)
    with pytest.raises(Refused, match="size"):
        examine(files.OGG + bytes(MB), MB)


@pytest.mark.parametrize("content", [jpeg(), files.png(), files.webp()], ids=["jpeg", "png", "webp"])
def test_a_photo_loses_what_it_tells(content: bytes) -> None:
    assert PLACE in content

    kept = examine(content, MB).content

    assert PLACE not in kept
    assert b"Exif" not in kept
    assert b"xap" not in kept


def test_a_jpeg_keeps_what_makes_the_picture() -> None:
    kept = examine(jpeg(), MB).content

    assert kept.count(SCAN) == 2
    assert b"JFIF" in kept
    assert b"ICC_PROFILE" in kept
    assert segment(0xDB, bytes(65)) in kept
    assert kept.endswith(SCAN + b"\xff\xd9")


def test_a_jpeg_loses_the_small_picture_of_what_was_cut_away() -> None:
    small = segment(0xE0, b"JFXX\0\x10" + PLACE)

    assert PLACE not in examine(jpeg()[:2] + small + jpeg()[2:], MB).content


def test_a_webp_keeps_no_chunk_that_makes_no_picture() -> None:
    whole = files.webp()
    extra = b"junk" + len(PLACE).to_bytes(4, "little") + PLACE + b"\0" * (len(PLACE) % 2)
    size = int.from_bytes(whole[4:8], "little") + len(extra)

    assert PLACE not in examine(whole[:4] + size.to_bytes(4, "little") + whole[8:] + extra, MB).content


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_jpeg_stays_upright(orientation: int, order: str) -> None:
    kept = examine(jpeg(orientation, order=order), MB).content

    at = kept.index(b"Exif\0\0MM\0*")
    assert at < 12, "before everything but the start"
    assert int.from_bytes(kept[at + 24 : at + 26]) == orientation
    assert PLACE not in kept


@pytest.mark.parametrize("cut", range(2, len(jpeg()) - len(PLACE) - 4, 7))
def test_a_jpeg_that_was_cut_off_is_refused_and_breaks_nothing(cut: int) -> None:
    with pytest.raises(Refused, match="kind"):
        examine(jpeg()[:cut], MB)


@pytest.mark.parametrize("make", [files.png, files.webp])
def test_no_cut_of_another_picture_breaks_anything(make: object) -> None:
    assert callable(make)
    whole: bytes = make()

    for cut in range(12, len(whole) - len(PLACE) - 12):
        with pytest.raises(Refused):
            examine(whole[:cut], MB)
