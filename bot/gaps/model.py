"""The words of the gap loop: one question without a good answer, what may be done with it, and what was."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bot.model.errors import GuichetError

KINDS = ("unanswered", "refused", "downvoted", "handed_off")
PROPOSED = "proposed"  # an adviser's answer, which may become an article
NOTED, OPEN, USED, OUT_OF_SCOPE, DISMISSED = "noted", "open", "used", "out_of_scope", "dismissed"
READING_ONLY = frozenset({"learn_ask"})  # this question of consent spoke of reading, not of learning


class NotAllowed(GuichetError):
    """The person's yes does not cover this."""


class Gone(GuichetError):
    """The question is not open any more: it was dealt with, taken back or erased."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An open question, masked, or an adviser's proposal, whose `answer` is then set."""

    id: UUID
    conversation_id: UUID = field(repr=False)
    kind: str
    locale: str
    country: str
    text: str = field(repr=False)
    consent: str
    at: datetime
    answer: str = field(default="", repr=False)

    @property
    def may_teach(self) -> bool:
        """Tell whether the person agreed that the bot learns from their own words."""
        return bool(self.consent) and self.consent not in READING_ONLY
