"""The key ring: values open where they belong and nowhere else; keys rotate and are never lost in silence."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import KeyRing, load_ring, make_ring, ring_for, rotate, save_ring
from bot.model.errors import KeyMissing, SettingsError, Tampered
from bot.model.ids import new_id

RING = make_ring()
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@given(TEXTS, st.sampled_from(["payload", "address", "tracker"]))
def test_what_is_sealed_opens_again(text: str, column: str) -> None:
    sealed = RING.seal("inbox", column, ROW, text)

    assert RING.open("inbox", column, ROW, sealed) == text
    assert len(text.encode()) < 8 or text.encode() not in sealed


def test_the_same_words_never_look_the_same() -> None:
    assert RING.seal("inbox", "payload", ROW, "help") != RING.seal("inbox", "payload", ROW, "help")


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [("outbox", "payload", ROW), ("inbox", "tracker", ROW), ("inbox", "address", ROW), ("inbox", "payload", new_id())],
)
def test_a_moved_value_does_not_open(table: str, column: str, row: UUID) -> None:
    sealed = RING.seal("inbox", "payload", ROW, "mine")

    with pytest.raises(Tampered):
        RING.open(table, column, row, sealed)


@given(st.data())
def test_a_changed_value_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(RING.seal("inbox", "payload", ROW, "words of somebody"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises((Tampered, KeyMissing)):
        RING.open("inbox", "payload", ROW, bytes(sealed))


@given(st.integers(0, 60))
def test_a_cut_value_does_not_open(length: int) -> None:
    sealed = RING.seal("inbox", "payload", ROW, "words of somebody, long enough to be cut anywhere")

    with pytest.raises((Tampered, KeyMissing)):
        RING.open("inbox", "payload", ROW, sealed[:length])


def test_a_value_of_a_foreign_ring_names_the_missing_key() -> None:
    foreign = make_ring()

    with pytest.raises(KeyMissing, match=foreign.current):
        RING.open("inbox", "payload", ROW, foreign.seal("inbox", "payload", ROW, "x"))


def test_rotation_keeps_old_values_and_look_ups() -> None:
    old = make_ring()
    sealed, found_by = old.seal("inbox", "payload", ROW, "before"), old.lookup("address", "a", "100")
    new = rotate(rotate(old))

    assert new.current != old.current
    assert new.open("inbox", "payload", ROW, sealed) == "before"
    assert new.lookup("address", "a", "100") == found_by
    with pytest.raises(KeyMissing):
        old.open("inbox", "payload", ROW, new.seal("inbox", "payload", ROW, "after"))


def test_a_look_up_depends_on_every_part_and_on_the_ring() -> None:
    found = {
        RING.lookup("address", "a", "100"), RING.lookup("address", "b", "100"), RING.lookup("inbox", "a", "100"),
        RING.lookup("address", "a", "101"), make_ring().lookup("address", "a", "100"),
    }  # fmt: skip

    assert len(found) == 5
    assert all(len(one) == 32 for one in found)


def test_a_saved_ring_is_the_same_ring_and_only_ours(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    ring = rotate(make_ring())
    save_ring(ring, path)

    assert load_ring(path) == ring
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_ring_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ring.json"
    save_ring(make_ring(), path)
    path.chmod(mode)

    with pytest.raises(SettingsError, match="chmod 600"):
        load_ring(path)


def _stored(**changes: object) -> bytes:
    secret = "A" * 43 + "="
    return json.dumps({"current": "k1", "lookup": "k1", "keys": {"k1": secret}, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b'{"current": "k1"}', b"\xff\xfe\x00", _stored(keys=["k1"]), _stored(keys={}),
        _stored(current="k2"), _stored(lookup=""), _stored(keys={"k1": "%%%"}), _stored(keys={"k1": "QUJD"}),
        _stored(keys={"k1": None}),
    ],
)  # fmt: skip
def test_a_damaged_ring_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ring.json"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(SettingsError, match=r"^the key ring .* is damaged; put back your copy of it$"):
        load_ring(path)


def test_a_key_is_made_for_an_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    made = ring_for(path, [])

    assert load_ring(path) == made
    assert ring_for(path, [made.current]) == made


def test_no_key_is_made_for_a_database_with_words(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"

    with pytest.raises(SettingsError, match=r"is missing, but the database was sealed with k1, k2"):
        ring_for(path, ["k2", "k1"])
    assert not path.exists()


def test_a_ring_without_a_used_key_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    save_ring(make_ring(), path)

    with pytest.raises(SettingsError, match="lacks the key k-lost"):
        ring_for(path, ["k-lost"])


def test_a_ring_shows_no_key(tmp_path: Path) -> None:
    ring = make_ring()
    secret = ring.secrets[ring.current]
    ring.seal("inbox", "payload", ROW, "x")

    for shown in (repr(ring), str(ring), f"{ring}"):
        assert repr(secret) not in shown
        assert secret.hex() not in shown
    assert ring.current in repr(ring)


def test_two_rings_have_different_keys() -> None:
    rings = [make_ring() for _ in range(20)]

    assert len({ring.current for ring in rings}) == 20
    assert len({bytes(ring.secrets[ring.current]) for ring in rings}) == 20
    assert all(isinstance(ring, KeyRing) for ring in rings)
