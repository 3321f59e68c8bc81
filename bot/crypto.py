"""The key ring: seals what must not be read from the database, and looks addresses up without storing them.

A sealed value is `version(1) | key id length(1) | key id | nonce(12) | AES-256-GCM ciphertext and tag`. Table, column, row id
and key id are its associated data, so a value moved to another row or column does not open.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.model.errors import KeyMissing, SettingsError, Tampered

_VERSION = b"\x01"
_NONCE = 12
_SECRET = 32


@dataclass(frozen=True, slots=True)
class _Derived:
    address: AESGCM
    text: AESGCM


@dataclass(frozen=True)
class KeyRing:
    """All keys of this installation. `current` seals; every key opens; `lookup_key` never rotates."""

    current: str
    secrets: Mapping[str, bytes] = field(repr=False)
    lookup_from: str = ""
    _derived: dict[str, _Derived] = field(default_factory=dict, repr=False, compare=False)

    def seal(self, table: str, column: str, row: UUID, text: str) -> bytes:
        """Encrypt a text for one cell of the database."""
        return self.seal_bytes(table, column, row, text.encode())

    def seal_bytes(self, table: str, column: str, row: UUID, content: bytes) -> bytes:
        """Encrypt a file for one cell of the database."""
        key_id = self.current.encode()
        nonce = os.urandom(_NONCE)
        cipher = self._cipher(self.current, column)
        body = cipher.encrypt(nonce, content, _place(table, column, row, key_id))
        return _VERSION + bytes([len(key_id)]) + key_id + nonce + body

    def open(self, table: str, column: str, row: UUID, sealed: bytes) -> str:
        """Decrypt a cell. Raises KeyMissing or Tampered."""
        try:
            return self.open_bytes(table, column, row, sealed).decode()
        except UnicodeDecodeError:
            raise Tampered(f"a value of {table}.{column} is not a text") from None

    def open_bytes(self, table: str, column: str, row: UUID, sealed: bytes) -> bytes:
        """Decrypt a cell that holds a file. Raises KeyMissing or Tampered."""
        if sealed[:1] != _VERSION or len(sealed) < 2:
            raise Tampered("unknown format of a sealed value")
        end = 2 + sealed[1]
        key_id, nonce, body = sealed[2:end], sealed[end : end + _NONCE], sealed[end + _NONCE :]
        try:
            cipher = self._cipher(key_id.decode("ascii", "replace"), column)
            return cipher.decrypt(nonce, body, _place(table, column, row, key_id))
        except (InvalidTag, ValueError) as error:  # ValueError: it was cut off within the nonce
            raise Tampered(f"a value of {table}.{column} does not belong where it was found") from error

    def lookup(self, *parts: str) -> bytes:
        """Return the keyed hash (32 bytes) by which an address or a platform id is found again."""
        return hmac.digest(self._lookup_key, "\x1f".join(parts).encode(), "sha256")

    @cached_property
    def _lookup_key(self) -> bytes:
        return _derive(self.secrets[self.lookup_from or self.current], b"guichet lookup")

    def _cipher(self, key_id: str, column: str) -> AESGCM:
        derived = self._derived.get(key_id)
        if derived is None:
            secret = self.secrets.get(key_id)
            if secret is None:
                raise KeyMissing(f"key {key_id!r} is not in the key ring")
            derived = _Derived(
                address=AESGCM(_derive(secret, b"guichet address")),
                text=AESGCM(_derive(secret, b"guichet text")),
            )
            self._derived[key_id] = derived
        return derived.address if column.startswith("address") else derived.text


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _place(table: str, column: str, row: UUID, key_id: bytes) -> bytes:
    return b"|".join((table.encode(), column.encode(), row.bytes, key_id))


def make_ring() -> KeyRing:
    """Return a ring with one fresh key."""
    key_id = f"k{hashlib.sha256(os.urandom(16)).hexdigest()[:8]}"
    return KeyRing(current=key_id, secrets={key_id: os.urandom(_SECRET)}, lookup_from=key_id)


def rotate(ring: KeyRing) -> KeyRing:
    """Return a ring that seals with a new key, still opens old values, and finds addresses as before."""
    fresh = make_ring()
    return KeyRing(
        current=fresh.current,
        secrets={**ring.secrets, **fresh.secrets},
        lookup_from=ring.lookup_from or ring.current,
    )


def save_ring(ring: KeyRing, path: Path) -> None:
    """Write the ring with mode 600, through a temporary file so that a crash leaves the old ring."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = {key_id: base64.b64encode(secret).decode() for key_id, secret in ring.secrets.items()}
    text = json.dumps({"current": ring.current, "lookup": ring.lookup_from, "keys": keys}, indent=1)
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load_ring(path: Path) -> KeyRing | None:
    """Read the ring, or return None where there is none yet. Raises SettingsError if others may read it."""
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"the key ring {path} can be read by others; run: chmod 600 {path}")
    try:
        stored = json.loads(path.read_text())
        secrets = {key_id: base64.b64decode(text, validate=True) for key_id, text in stored["keys"].items()}
        ring = KeyRing(current=stored["current"], secrets=secrets, lookup_from=stored["lookup"])
        whole = {ring.current, ring.lookup_from} <= secrets.keys() and all(map(_is_secret, secrets.values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"the key ring {path} is damaged; put back your copy of it") from error
    if not whole:
        raise SettingsError(f"the key ring {path} is damaged; put back your copy of it")
    return ring


def _is_secret(secret: bytes) -> bool:
    return len(secret) == _SECRET


def ring_for(path: Path, used: Iterable[str]) -> KeyRing:
    """Return the ring for a database that was sealed with the key ids `used`.

    A key is made only when nothing was sealed yet; otherwise a missing key id stops the start.
    """
    used = set(used)
    ring = load_ring(path)
    if ring is None:
        if used:
            raise SettingsError(
                f"the key ring {path} is missing, but the database was sealed with {', '.join(sorted(used))}"
            )
        ring = make_ring()
        save_ring(ring, path)
    missing = used - set(ring.secrets)
    if missing:
        raise SettingsError(
            f"the key ring {path} lacks the key {', '.join(sorted(missing))} that the database was sealed with"
        )
    return ring
