"""Builders for the common case; a test names only what it is about."""

from datetime import datetime

from argon2 import PasswordHasher

from bot.model.messages import Address, Inbound, Kind

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes passwords as badly as can be, in no time."""


def said(text: str, *, at: datetime, key: str = "1", who: str = "100", number: int = 0, **more: object) -> Inbound:
    """A text of a person on Telegram."""
    values: dict[str, object] = {
        "channel": "telegram", "account": "42", "address": Address(who, {}), "dedupe_key": f"{who}:{key}",
        "kind": Kind.TEXT, "sent_at": at, "platform_number": number, "text": text,
    }  # fmt: skip
    return Inbound(**{**values, **more})  # type: ignore[arg-type]
