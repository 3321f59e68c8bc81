"""A machine between two people who share no language: off by default, marked, checked, and never in the way of a message."""

from bot.translation.base import TranslationFailed, Translator

__all__ = ["TranslationFailed", "Translator"]
