"""Passwords: hashed with argon2, made by us or chosen by their owner, and which ones are refused."""

import asyncio
import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: codes are copied from a screen
_AT_ONCE = 2  # a hash takes 64 MiB
_FEWEST = 5  # different characters
_COMMON = Path(__file__).with_name("common_passwords.txt")
_HASHER = PasswordHasher()


class Passwords:
    """Hashes and checks in threads, few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or _HASHER
        self._nobody = _of_nobody(self._hasher)
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return what is stored."""
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Tell whether it is the right one. Without a hash it takes as long and the answer is no."""
        async with self._hashing:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed or self._nobody, password) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False


@cache
def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash as this hasher makes them, of a password that nobody knows."""
    return hasher.hash(secrets.token_hex(8))


def make_code(groups: int, length: int = 4) -> str:
    """Return random letters in groups, easy to copy: 5 bits each."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(length)) for _ in range(groups))


def plain_code(typed: str) -> str:
    """Return a code as it was made, whatever somebody typed between its letters."""
    return "".join(sign for sign in typed.lower() if sign.isascii() and sign.isalnum())


def problem_with(password: str, login: str) -> str:
    """Return why a chosen password is refused (`short`, `long`, `common`), or an empty string."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    whole = password.casefold()
    bare = whole.strip("0123456789 .,;:!?-_+*#@$%&/()=")
    about_me = bool(login) and login.strip().casefold() in whole
    guessed = not bare or not {whole, bare}.isdisjoint(_common())
    return "common" if guessed or about_me or len(set(whole)) < _FEWEST else ""


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
