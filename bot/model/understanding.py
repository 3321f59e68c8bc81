"""What the NLU room says a person meant."""

from dataclasses import dataclass, field
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Entity:
    """A recognised value. `kind` is country | city | language | choice; `value` is ISO code, name, tag or number."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Understanding:
    """The meaning of one utterance.

    `locale` is one of ours or empty when unsure; `foreign` is the code of a recognised language we do not speak.
    `safety` holds recognised safety intents (`safety/violence`), the worst first, from the keyword layer and from
    the classifier. `commands` holds service intents recognised by the keyword layer (`service/stop`).
    `degraded` is True when Rasa did not answer: `ranking` is then empty.
    """

    verdict: Verdict
    ranking: tuple[Ranked, ...] = ()
    locale: str = ""
    locale_sure: bool = False
    foreign: str = ""
    safety: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    minor: bool = False
    degraded: bool = False

    @property
    def intent(self) -> str:
        """The best guess, or empty when there is none."""
        return self.ranking[0].intent if self.ranking else ""

    @property
    def confidence(self) -> float:
        """The confidence of the best guess."""
        return self.ranking[0].confidence if self.ranking else 0.0

    def value(self, kind: str) -> str:
        """Return the first entity of this kind, or an empty string."""
        return next((entity.value for entity in self.entities if entity.kind == kind), "")
