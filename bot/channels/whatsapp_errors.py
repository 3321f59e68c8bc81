"""Meta's error codes as data: what each means for the message. The code decides, never title or subcode."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.model.errors import SendError, SendFailure

_CODES: dict[SendFailure, tuple[int, ...]] = {
    SendFailure.TRANSIENT: (
        1,  # unknown error of the API
        2,  # service temporarily down
        131000,  # something went wrong
        131016,  # service unavailable
        131057,  # the account is in maintenance
    ),
    SendFailure.THROTTLED: (
        4,  # calls per app
        80007,  # calls per account
        130429,  # messages per second of the number
        131056,  # messages to this person
    ),
    SendFailure.WINDOW_CLOSED: (131047,),  # more than 24 hours after the person's last word
    SendFailure.BLOCKED: (131026,),  # undeliverable: not on WhatsApp, or it does not take our messages
    SendFailure.ACCOUNT: (
        0,  # authentication
        3,  # capability
        10,  # permission
        190,  # token expired or wrong
        *range(200, 300),  # permission
        368,  # blocked for a policy violation
        131005,  # access denied
        131031,  # account locked
        131037,  # display name not approved
        131042,  # payment
        131045,  # certificate of the number
        131048,  # restricted for spam
        133010,  # number not registered
    ),
    SendFailure.REJECTED: (
        100,  # parameter
        130472,  # part of an experiment of Meta's
        131008,  # parameter missing
        131009,  # parameter wrong
        131021,  # to ourselves
        131049,  # marketing limit
        131050,  # opted out of marketing
        131051,  # message type
        131052,  # media download
        131053,  # media upload
        131062,  # not possible to a BSUID
        132000,  # template: number of parameters
        132001,  # template: unknown
        132012,  # template: format of a parameter
        132015,  # template: paused
        132016,  # template: disabled
    ),
}
KINDS: dict[int, SendFailure] = {code: kind for kind, codes in _CODES.items() for code in codes}

# Where Meta says how fast it wants us: one message to a person in six seconds.
_WAITS = {131056: timedelta(seconds=6)}


def kind_of(code: int | str) -> SendFailure | None:
    """Return what a code means, also one from a `failed` status; None if it is not in the table."""
    word = str(code)
    return KINDS.get(int(word)) if word.isascii() and word.isdigit() else None


def refusal(status: int, code: int | None, retry_after: timedelta | None = None) -> SendError:
    """Return the failure for an answer other than 200. `code` is None when the answer held none."""
    if code is None:
        return SendError(_by_status(status), f"http_{status}", retry_after)
    kind = KINDS.get(code) or (SendFailure.TRANSIENT if status >= 500 else _by_status(status))
    wait = retry_after or _WAITS.get(code)
    return SendError(kind, f"meta_{code}", wait if kind is SendFailure.THROTTLED else None)


def error_code(answer: Any) -> int | None:
    """Return the code of an answer that holds one."""
    try:
        return int(answer["error"]["code"])
    except (TypeError, KeyError, ValueError):
        return None


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long we are told to wait."""
    seconds = headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,5}", seconds) else None


def _by_status(status: int) -> SendFailure:
    if status == 429:
        return SendFailure.THROTTLED
    if status in (401, 403, 404):
        return SendFailure.ACCOUNT
    if status == 408:
        return SendFailure.TRANSIENT
    if 400 <= status < 500:
        return SendFailure.REJECTED
    return SendFailure.UNKNOWN  # a gateway in between spoke; the API itself may have accepted
