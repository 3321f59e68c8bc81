"""Who works next: a lease on a conversation, with a fencing number that every turn proves when it writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one turn of a conversation until `until`. `fence` rises with every lease of it."""

    conversation_id: UUID
    holder: str
    fence: int
    until: datetime


class Dispatch(Protocol):
    """Hands out leases. At most one valid lease per conversation; a crashed holder's lease ends by itself."""

    async def take(self, holder: str, limit: int) -> list[Lease]:
        """Lease up to `limit` conversations that have waiting messages and are ready, danger first."""
        ...

    async def give_back(self, lease: Lease, ready_at: datetime | None) -> None:
        """End a lease without a finished turn and say when to try again (None: now)."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when something may be ready, at the latest after `seconds`."""
        ...

    def wake(self) -> None:
        """Say that something new was stored."""
        ...

    async def end_leases(self, node: str) -> int:
        """End the leases of a process that is no longer there; called at the start of that node."""
        ...
