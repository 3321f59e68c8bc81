"""Sealing of small JSON values, the form in which stores keep what a person wrote."""

import json
from typing import Any
from uuid import UUID

from bot.crypto import KeyRing


class Sealed:
    """Puts JSON into and out of one sealed cell."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal_json(self, table: str, column: str, row: UUID, value: Any) -> bytes:
        """Seal a JSON value for one cell."""
        return self._ring.seal(table, column, row, json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, table: str, column: str, row: UUID, sealed: bytes) -> Any:
        """Open the JSON value of one cell."""
        return json.loads(self._ring.open(table, column, row, sealed))
