"""Every failure that rooms tell each other.

GuichetError
    SettingsError          the configuration is missing something or contradicts itself
    KeyMissing             a value was sealed with a key that the ring does not have
    Tampered               a sealed value does not belong where it was found
    LostLease              another worker owns the conversation, or its state changed under the turn
    BadPayload             a platform sent something we cannot read (the webhook still answers)
    Forged                 a webhook's signature or secret is wrong
    SendError              a channel could not deliver; `kind` says what the sender may do
    InterpreterUnavailable Rasa does not answer at the moment
"""

from datetime import timedelta
from enum import StrEnum


class GuichetError(Exception):
    """Base of all errors that our own code raises."""


class SettingsError(GuichetError):
    """The configuration cannot work; the message names the setting and what to do."""


class KeyMissing(GuichetError):
    """A sealed value names a key id that is not in the key ring."""


class Tampered(GuichetError):
    """A sealed value was moved, truncated or changed."""


class LostLease(GuichetError):
    """The turn must be rolled back: the lease, the owner or the state changed since it was read."""


class BadPayload(GuichetError):
    """The platform's JSON does not have the shape that its documentation promises."""


class Forged(GuichetError):
    """The request does not prove that it comes from the platform."""


class InterpreterUnavailable(GuichetError):
    """Rasa is starting, too slow or down."""


class SendFailure(StrEnum):
    """What a failed send means for the row; only `bot.sender` decides what follows."""

    TRANSIENT = "transient"  # certainly not delivered; try again
    THROTTLED = "throttled"  # certainly not delivered; wait `retry_after`
    REJECTED = "rejected"  # the platform refused this message for good
    BLOCKED = "blocked"  # the person blocked us or is gone
    WINDOW_CLOSED = "window_closed"  # WhatsApp's 24 hours are over
    ACCOUNT = "account"  # token, payment or restriction: the whole account stops delivering
    UNKNOWN = "unknown"  # it may have arrived


class SendError(GuichetError):
    """A channel could not send. `reason` is a short code without any personal data."""

    def __init__(self, kind: SendFailure, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
