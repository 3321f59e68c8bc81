"""What the rooms of the studio work with; `bot.web_context` makes it."""

from dataclasses import dataclass, field

from bot.edits import Edits
from bot.live import Live


@dataclass(frozen=True)
class Workshop:
    """The stores and engines behind the studio's pages. After a deed that changes what is served: `await live.refresh()`."""

    live: Live
    edits: Edits = field(default_factory=Edits)
