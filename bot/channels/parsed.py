"""What a parser of a platform's JSON gives back, and a reader that names what is missing, never a value."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.model.errors import BadPayload
from bot.model.messages import Delivery, Inbound


@dataclass(frozen=True, slots=True)
class Ignored:
    """An item that asks for no turn. `reason` is a short code of the platform's own words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item whose shape we do not know: kept as it came, for the person who mends the parser."""

    raw: str = field(repr=False)
    reason: str


Parsed = Inbound | Delivery | Ignored | Unreadable

_LARGEST = 2**31 - 1  # what an integer column holds


class Reader:
    """One JSON object. Each getter raises `BadPayload` with the path of what is missing or mistyped."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise BadPayload(f"{path} is not an object")
        self._value: dict[str, object] = value
        self._path = path

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def first_key(self, *, without: set[str]) -> str:
        return next((key for key in self._value if key not in without), "empty")

    def raw(self, key: str) -> object:
        return self._value.get(key)

    def child(self, key: str) -> "Reader":
        return Reader(self._value.get(key), f"{self._path}.{key}")

    def items(self, key: str) -> list[object]:
        """Return the list under this key; a missing one is empty."""
        value = self._value.get(key, [])
        if not isinstance(value, list):
            raise BadPayload(f"{self._path}.{key} is not a list")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise BadPayload(f"{self._path}.{key} is not a text")
        return clean(value)

    def integer(self, key: str) -> int:
        """Return a whole number; WhatsApp writes some of them as strings."""
        value = self._value.get(key)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadPayload(f"{self._path}.{key} is not a whole number")
        return value

    def count(self, key: str) -> int:
        """Return a whole number that a column can hold."""
        value = self.integer(key)
        if not 0 <= value <= _LARGEST:
            raise BadPayload(f"{self._path}.{key} is out of range")
        return value

    def number(self, key: str) -> int:
        """Return a whole number that a platform only mentions; 0 where it is missing or makes no sense."""
        value = self._value.get(key)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
            value = int(value)
        is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
        return value if is_count else 0  # type: ignore[return-value]

    def moment(self, key: str) -> datetime:
        """Return Unix seconds as an aware time."""
        try:
            return datetime.fromtimestamp(self.integer(key), UTC)
        except (ValueError, OverflowError, OSError):
            raise BadPayload(f"{self._path}.{key} is not a time") from None

    def coordinates(self) -> tuple[float, float]:
        """Return `latitude` and `longitude` of this object."""
        return self._degrees("latitude", 90), self._degrees("longitude", 180)

    def _degrees(self, key: str, limit: int) -> float:
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadPayload(f"{self._path}.{key} is not a number")
        if not math.isfinite(value) or abs(value) > limit:
            raise BadPayload(f"{self._path}.{key} is out of range")
        return float(value)


def read_json(raw: bytes) -> object:
    """Decode a webhook's body. Raises `BadPayload`."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise BadPayload("the body is not JSON") from None


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON may hold but not UTF-8, and drop NUL, which PostgreSQL refuses."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def code(word: str) -> str:
    """Make a platform's word safe for a log line."""
    return re.sub(r"[^a-z0-9_:]+", "_", word.lower())[:40]


def each(items: Iterable[object], read: Callable[[object], Iterable[Parsed]]) -> Iterator[Parsed]:
    """Read every item by itself: a bad one comes back as `Unreadable` and does not lose the others."""
    for item in items:
        try:
            yield from list(read(item))
        except BadPayload as error:
            yield Unreadable(dump(item), str(error))


def dump(item: object) -> str:
    """Write an item back as JSON in pure ASCII; empty if it is nested too deeply even for that."""
    try:
        return json.dumps(item, separators=(",", ":"))
    except (ValueError, RecursionError):
        return ""
