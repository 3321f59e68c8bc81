"""The contract of a channel: parse what comes in, send what goes out, and say whose fault a failure is."""

from typing import Protocol

from bot.model.messages import Address, Capabilities, Outbound


class Channel(Protocol):
    """One account on one platform (a bot, a phone number, the web page).

    An adapter translates between the platform's JSON and our messages. It never retries, never logs a text or an
    address, and never lets a library's exception out: `send` raises `SendError` and nothing else.
    """

    name: str
    account: str
    capabilities: Capabilities

    async def send(self, message: Outbound) -> str:
        """Hand the message to the platform once and return the platform's id of it (possibly empty).

        Raises `SendError`; kind UNKNOWN whenever the platform may have accepted it (a read time-out, a broken answer).
        """
        ...

    async def fetch(self, reference: str, limit: int) -> bytes:
        """Fetch a file that a person sent, of at most `limit` bytes; nothing is changed by asking twice.

        Raises `SendError`: REJECTED if it is gone or larger (reason `too_big`), any other kind if asking again may help.
        """
        ...

    async def signal(self, address: Address, reference: str) -> None:
        """Show that somebody reads and types, where the platform can. Failures are swallowed: it is a courtesy."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...
