"""Our own identifiers: UUID version 7, made before the insert so that ciphertext can be bound to its row."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so ids sort by time."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def read_id(given: object) -> UUID | None:
    """Return the id that a form or an address gives; None for what is none."""
    try:
        return UUID(str(given))
    except ValueError:
        return None


def pseudonym(case_id: UUID) -> str:
    """Return the name by which staff speak of the person whose case this is: the end of the case's id."""
    return case_id.hex[-4:].upper()
