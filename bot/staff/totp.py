"""Codes of an authenticator app: six digits that change every 30 seconds (RFC 6238), each good for one use."""

import base64
import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

ISSUER = "Guichet"
STEP = 30
DIGITS = 6
_AROUND = (0, -1, 1)  # a clock may be wrong by half a minute
_BYTES = 20


@dataclass(frozen=True, slots=True)
class Key:
    """The secret that a telephone and we share."""

    secret: bytes = field(repr=False)

    @classmethod
    def make(cls) -> "Key":
        """Return a fresh one."""
        return cls(os.urandom(_BYTES))

    @classmethod
    def read(cls, text: str) -> "Key":
        """Return the key of its letters."""
        return cls(base64.b32decode(text))

    @property
    def letters(self) -> str:
        """The key as an app takes it by hand."""
        return base64.b32encode(self.secret).decode()

    def address(self, login: str) -> str:
        """Return what the QR code says."""
        return self._totp().get_provisioning_uri(login, ISSUER)

    def code(self, step: int) -> str:
        """Return the code of one step."""
        return self._totp().generate(step * STEP).decode()

    def matching_step(self, typed: str, now: datetime, used: int) -> int | None:
        """Return the step whose code was typed: this one or a neighbour, later than the last one `used`; else None.

        All three codes are compared, in constant time.
        """
        digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal()).encode()
        current = step_of(now)
        found = [
            step for step in (current + one for one in _AROUND) if hmac.compare_digest(self.code(step).encode(), digits)
        ]
        return next((step for step in found if step > used), None)

    def _totp(self) -> TOTP:
        return TOTP(self.secret, DIGITS, SHA1(), STEP)  # noqa: S303 - what authenticator apps speak


def step_of(now: datetime) -> int:
    """Return the number of this half minute."""
    return int(now.timestamp()) // STEP
