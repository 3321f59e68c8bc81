"""The words of the training: its states and steps, what one is, and why something cannot be done."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.model.errors import GuichetError


class State(StrEnum):
    """What became of a training. Only a compared one can be published; a refused one is below the floors."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPARED = "compared"
    REFUSED = "refused"
    PUBLISHED = "published"
    REPLACED = "replaced"  # another model is in service now, or a newer one was trained
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (State.QUEUED, State.RUNNING)


class Step(StrEnum):
    """What a training is doing."""

    EXPORT = "export"
    CHECK = "check"
    TRAIN = "train"
    COMPARE = "compare"
    PUBLISH = "publish"


STEPS = (Step.EXPORT, Step.CHECK, Step.TRAIN, Step.COMPARE)


@dataclass(frozen=True, slots=True)
class Training:
    """One row. `problem` is a key of the texts that say why it failed; `who` and `publisher` are logins."""

    id: UUID
    state: State
    step: str
    done: int
    total: int
    started_by: UUID
    who: str = field(repr=False)
    created_at: datetime
    finished_at: datetime | None
    published_at: datetime | None
    publisher: str = field(repr=False)
    model_hash: str
    before_hash: str
    problem: str
    report: Any = field(repr=False)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did with a model; `who` is a login, or empty for what was done outside the studio."""

    at: datetime
    who: str = field(repr=False)
    action: str


class Busy(GuichetError):
    """A training is under way already."""

    def __init__(self, training: Training) -> None:
        super().__init__("a training is under way")
        self.training = training


class CannotPublish(GuichetError):
    """A model cannot be put in service; `reason` is a key of the texts."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"cannot be published: {reason}")
        self.reason = reason


class Failed(GuichetError):
    """A step of a training did not succeed; `problem` is a key of the texts."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"training failed: {problem}")
        self.problem = problem
