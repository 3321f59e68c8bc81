"""Who asks for a person from where: many requests from one network at once would fill the queues of all offices.

In memory only: an address is never stored. People share addresses (a shelter, a library), so the figure is not one person's.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from bot.sliding import Allowed, Sliding

REQUESTS = Allowed(6, 3600)
_KEEP = 20_000


class Crowd:
    """Counts requests for a person per network of the web chat. Danger never asks here."""

    def __init__(self, allowed: Allowed = REQUESTS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._requests = Sliding(allowed, monotonic)
        self._networks: OrderedDict[UUID, str] = OrderedDict()

    def came_from(self, conversation_id: UUID, network: str) -> None:
        """Note from where a conversation was last written."""
        self._networks[conversation_id] = network
        self._networks.move_to_end(conversation_id)
        if len(self._networks) > _KEEP:
            self._networks.popitem(last=False)

    def is_full(self, conversation_id: UUID) -> bool:
        """Tell whether the network of this conversation has asked often enough for now; other channels never have."""
        network = self._networks.get(conversation_id)
        return network is not None and self._requests.wait(network) > 0

    def asked(self, conversation_id: UUID) -> None:
        """Count a request that an office got."""
        if (network := self._networks.get(conversation_id)) is not None:
            self._requests.count(network)
