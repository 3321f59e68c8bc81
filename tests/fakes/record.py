"""What a fake platform remembers: every message it accepted, and every fault it still has to play."""

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Said:
    """Something that a person sent. `acknowledged` once the service answered for it."""

    user: str
    kind: str
    text: str
    at: float
    message_id: str
    acknowledged: bool = False


@dataclass(slots=True)
class Heard:
    """A message that the platform accepted for a person.

    `text` is what the person sees, `raw` what came; `row` is the id that the sender attached, if any.
    """

    user: str
    text: str
    at: float
    message_id: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    shape: str = "text"
    raw: str = field(default="", repr=False)
    row: str = ""

    def offers(self, button: str) -> bool:
        return any(button == offered for offered, _title in self.buttons)


@dataclass(slots=True)
class Fault:
    """One way to misbehave on `method`, `times` times (-1: for ever), for everybody or for one user."""

    name: str
    method: str
    user: str = ""
    times: int = 1
    seconds: float = 0.0
    code: int = 0

    def fits(self, method: str, user: str) -> bool:
        return self.method == method and self.times != 0 and self.user in ("", user)


@dataclass(slots=True)
class Record:
    """The fake's own books, against which lost and doubled are counted."""

    said: list[Said] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    signals: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def take_fault(self, method: str, user: str = "") -> Fault | None:
        """Return the first fault that fits and count it down."""
        fault = next((fault for fault in self.faults if fault.fits(method, user)), None)
        if fault is not None and fault.times > 0:
            fault.times -= 1
        return fault

    def heard_by(self, user: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.user == user]

    def as_json(self) -> Json:
        return asdict(self)
