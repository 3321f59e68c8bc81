"""So many times within so long a time, in memory: a sliding window for each key."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

_KEEP = 20_000


@dataclass(frozen=True, slots=True)
class Allowed:
    """`most` times within `seconds`."""

    most: int
    seconds: float


class Sliding:
    """Counts per key; the keys used longest ago are forgotten."""

    def __init__(self, allowed: Allowed, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowed
        self._monotonic = monotonic
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return the seconds until it may be done again; 0 if it may be done now. Counts nothing."""
        times = self._times.get(key)
        if not times:
            return 0.0
        now = self._monotonic()
        while times and times[0] <= now - self._allowed.seconds:
            times.popleft()
        return times[0] + self._allowed.seconds - now if len(times) >= self._allowed.most else 0.0

    def count(self, key: str) -> None:
        """Note that it was done once."""
        times = self._times.setdefault(key, deque(maxlen=self._allowed.most))
        times.append(self._monotonic())
        self._times.move_to_end(key)
        if len(self._times) > _KEEP:
            self._times.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The last one was none to count."""
        if times := self._times.get(key):
            times.pop()

    def forget(self, key: str) -> None:
        """Begin anew with this key: it was done rightly."""
        self._times.pop(key, None)
