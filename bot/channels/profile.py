"""The bot's public profile and command menu on Telegram, per language; set in the background after start."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from telegram import BotCommand

from bot.channels.telegram import TelegramChannel
from bot.model.errors import SendError, SendFailure

Phrases = Mapping[str, Mapping[str, str]]
Recall = Callable[[str], Awaitable[str | None]]
Remember = Callable[[str, str], Awaitable[None]]

COMMANDS = ("start", "person", "language", "country", "status", "privacy", "delete", "stop", "help")

# The phrases of each part of the profile, and how long Telegram lets one be.
_PARTS: dict[str, tuple[tuple[str, ...], int]] = {
    "commands": (tuple(f"command_{name}" for name in COMMANDS), 256),
    "name": (("profile_name",), 64),
    "short": (("profile_short",), 120),
    "description": (("profile_description",), 512),
}
_PATIENCE = timedelta(seconds=60)

_log = logging.getLogger(__name__)


async def publish_profile(
    channel: TelegramChannel, phrases: Phrases, recall: Recall, remember: Remember, default: str = "en"
) -> None:
    """Set what changed since the last time, and leave the rest.

    1. Every locale that Telegram can name, and `default` for all other people.
    2. `recall` and `remember` keep a hash per part, so that a start without new texts makes no call.
    3. A refused part is logged and tried again at the next start; nobody waits for it.
    """
    publisher = _Publisher(channel, recall, remember)
    for language, texts in _languages(phrases, default):
        for part in _PARTS:
            await publisher.bring_up_to_date(language, part, _lines(language, part, texts))


@dataclass(slots=True)
class _Publisher:
    channel: TelegramChannel
    recall: Recall
    remember: Remember
    given_up: set[str] = field(default_factory=set)  # parts that Telegram does not take at the moment

    async def bring_up_to_date(self, language: str, part: str, lines: list[str]) -> None:
        key = f"telegram_profile:{self.channel.account}:{language or 'default'}:{part}"
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        if not lines or part in self.given_up or await self.recall(key) == digest:
            return
        if await self._is_set(language, part, lines):
            await self.remember(key, digest)

    async def _is_set(self, language: str, part: str, lines: list[str]) -> bool:
        try:
            await _patiently(self.channel, language, part, lines)
        except SendError as error:
            _log.warning("telegram profile part=%s language=%s not set: %s", part, language, error.reason)
            if error.kind is not SendFailure.REJECTED:
                self.given_up.add(part)
            return False
        return True


async def _patiently(channel: TelegramChannel, language: str, part: str, lines: list[str]) -> None:
    """Set a part; wait once if Telegram asks for a short wait (it may ask for hours)."""
    try:
        await _set(channel, language, part, lines)
    except SendError as error:
        if error.retry_after is None or error.retry_after > _PATIENCE:
            raise
        await asyncio.sleep(error.retry_after.total_seconds())
        await _set(channel, language, part, lines)


async def _set(channel: TelegramChannel, language: str, part: str, lines: list[str]) -> None:
    bot, code = channel.bot, language or None
    if part == "commands":
        menu = [BotCommand(name, text) for name, text in zip(COMMANDS, lines, strict=True)]
        await channel.call(bot.set_my_commands(menu, language_code=code))
    elif part == "name":
        await channel.call(bot.set_my_name(lines[0], language_code=code))
    elif part == "short":
        await channel.call(bot.set_my_short_description(lines[0], language_code=code))
    else:
        await channel.call(bot.set_my_description(lines[0], language_code=code))


def _lines(language: str, part: str, texts: Mapping[str, str]) -> list[str]:
    """Return the texts of a part, or nothing if one is missing or too long: a cut sentence may mislead."""
    names, limit = _PARTS[part]
    lines = [texts.get(name, "").strip() for name in names]
    if all(1 <= len(line) <= limit for line in lines):
        return lines
    _log.warning("telegram profile part=%s language=%s: a text is missing or too long", part, language)
    return []


def _languages(phrases: Phrases, default: str) -> list[tuple[str, Mapping[str, str]]]:
    """Pair Telegram's language codes (two letters, empty for everybody else) with texts."""
    named = [(locale, texts) for locale, texts in phrases.items() if re.fullmatch(r"[a-z]{2}", locale)]
    return [("", phrases[default]), *named] if default in phrases else named
