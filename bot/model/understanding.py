"""What the NLU room says a person meant."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NoReturn


class Verdict(StrEnum):
    """What the confidence allows the dialogue to do."""

    ACCEPT = "accept"
    CLARIFY = "clarify"
    GIVE_UP = "give_up"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Ranked:
    """An intent as `topic/intent` with Rasa's confidence between 0 and 1."""

    intent: str
    confidence: float


class Status(Enum):
    """What somebody says of their residence status, for one turn.

    It picks the branch of an answer and is never kept: it is no string, shows nothing of itself, and raises
    TypeError wherever something tries to copy it into a store, as JSON, as a value of a row or by pickling.
    """

    WITHOUT_PAPERS = "without_papers"
    ASYLUM_SEEKER = "asylum_seeker"
    REFUGEE = "refugee"
    TEMPORARY_PROTECTION = "temporary_protection"
    STUDENT = "student"
    SEASONAL = "seasonal"
    EU_CITIZEN = "eu_citizen"
    PERMIT_WAITING = "permit_waiting"
    WITH_PERMIT = "with_permit"

    def __repr__(self) -> str:
        return "<Status>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a residence status is never stored")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a residence status is never stored")


@dataclass(frozen=True, slots=True)
class Entity:
    """A recognised value. Kinds and codes are listed in `nlu/entity_codes.yml`; never a residence status or an origin."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Understanding:
    """The meaning of one utterance.

    `locale` is one of ours or empty when unsure; `foreign` is the code of a recognised language we do not speak.
    `safety` holds recognised safety intents (`safety/violence`), the worst first, from the keyword layer and from
    the classifier. `commands` holds service intents recognised by the keyword layer (`service/stop`).
    `asked` are the two content intents of an accepted message with two questions, in its order, else empty.
    `degraded` is True when Rasa did not answer: `ranking` is then empty. `statuses` lives for this turn only.
    """

    verdict: Verdict
    ranking: tuple[Ranked, ...] = ()
    locale: str = ""
    locale_sure: bool = False
    foreign: str = ""
    safety: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    asked: tuple[str, ...] = ()
    minor: bool = False
    degraded: bool = False
    statuses: tuple[Status, ...] = field(default=(), repr=False)

    @property
    def intent(self) -> str:
        """The best guess, or empty when there is none."""
        return self.ranking[0].intent if self.ranking else ""

    @property
    def also(self) -> tuple[str, ...]:
        """What is asked beside the best guess: at most one content intent, never of service or safety."""
        return tuple(intent for intent in self.asked if intent != self.intent)

    @property
    def confidence(self) -> float:
        """The confidence of the best guess."""
        return self.ranking[0].confidence if self.ranking else 0.0

    def value(self, kind: str) -> str:
        """Return the first entity of this kind, or an empty string."""
        return next((entity.value for entity in self.entities if entity.kind == kind), "")

    @property
    def any_country(self) -> str:
        """The country that an answer would be about: of work, the one named, of residence, where the person is."""
        kinds = ("country_work", "country", "country_residence", "country_now")
        return next((found for kind in kinds if (found := self.value(kind))), "")
