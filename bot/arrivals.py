"""What came in, before it is stored: which of it goes together, and when its turn may start. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.meeting import Met
from bot.model.messages import Inbound, Kind

QUIET = timedelta(seconds=2)
LONGEST = timedelta(seconds=6)
# People type in fragments, but a tap is complete.
_FRAGMENTS = {Kind.TEXT, Kind.EDITED}
# What a platform tells of a person who said nothing: it is noted at once and never makes a turn.
NO_WORDS = frozenset({Kind.BLOCKED, Kind.UNBLOCKED, Kind.MOVED})


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound message with what the intake already knows: whether it must not wait."""

    inbound: Inbound
    urgent: bool = False


def start(met: Met, arrival: Arrival, now: datetime) -> dict[str, Any]:
    """Say when the turn may start: after 2 s of quiet, 6 s after the first fragment, at once for danger or a tap, and
    where an operator reads, whom nothing should keep waiting."""
    first = met.first_waiting_at or now
    at_once = met.urgent or met.with_operator or arrival.urgent or arrival.inbound.kind not in _FRAGMENTS
    return {
        "ready_at": now if at_once else min(first + LONGEST, now + QUIET), "first_waiting_at": first,
        "urgent": met.urgent or arrival.urgent, "last_inbound_at": now,
        "window_until": arrival.inbound.sent_at + timedelta(hours=24), "blocked_at": None, "erase_at": None,
    }  # fmt: skip


def rounds(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """Cut what came together into rounds in which nobody occurs twice; a block or a move is a round of its own."""
    found: list[list[Arrival]] = []
    seen: set[tuple[str, str]] = set()
    for arrival in arrivals:
        inbound = arrival.inbound
        number = inbound.address.extra.get("to", "").lstrip("+")
        names = {(inbound.account, inbound.address.key), (inbound.account, number or inbound.address.key)}
        alone = inbound.kind in NO_WORDS
        if alone or not found or found[-1][0].inbound.kind in NO_WORDS or names & seen:
            found.append([arrival])
            seen = set() if alone else names
        else:
            found[-1].append(arrival)
            seen |= names
    return found
