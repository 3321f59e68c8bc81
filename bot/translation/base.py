"""What any translating machine can do, and how it fails."""

from collections.abc import Mapping
from typing import Protocol

from bot.model.errors import GuichetError

Pairs = Mapping[str, frozenset[str]]  # for each language the ones it is translated into


class TranslationFailed(GuichetError):
    """No translation may be shown; the original goes. `reason` is a short code, never a word of the text.

    `again`: the machine was away or busy and may do better later; otherwise the same text will fail again.
    """

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Translator(Protocol):
    """One machine. It logs no text, and no error of it holds one."""

    @property
    def name(self) -> str:
        """What the machine is called."""
        ...

    @property
    def company(self) -> str:
        """The company that reads the words; empty where the network runs the machine itself."""
        ...

    async def languages(self) -> Pairs:
        """Return what it translates, by our locales. Raises TranslationFailed."""
        ...

    async def translate(self, text: str, source: str, target: str) -> str:
        """Return the text in the locale `target`. Raises TranslationFailed."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...
