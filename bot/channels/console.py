"""A channel without a platform: what is sent lands in a queue, for `converse` and for tests."""

import asyncio

from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsAppChannel
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Address, Capabilities, Outbound

_PLAIN = Capabilities(buttons=10, rows=10, text_limit=4096, button_limit=24, row_limit=24)


class ConsoleChannel:
    """Keeps messages in the order of their sending. It may stand in for a named channel."""

    def __init__(
        self, name: str = "console", account: str = "console", capabilities: Capabilities | None = None
    ) -> None:
        self.name = name
        self.account = account
        self.capabilities = capabilities or _capabilities(name)
        self.sent: asyncio.Queue[Outbound] = asyncio.Queue()
        self.files: dict[str, bytes] = {}

    async def send(self, message: Outbound) -> str:
        await self.sent.put(message)
        return f"console:{message.id}"

    async def fetch(self, reference: str, limit: int) -> bytes:
        """Return what was put under this reference."""
        if reference not in self.files:
            raise SendError(SendFailure.REJECTED, "gone")
        if len(self.files[reference]) > limit:
            raise SendError(SendFailure.REJECTED, "too_big")
        return self.files[reference]

    async def signal(self, address: Address, reference: str) -> None:
        return None

    async def aclose(self) -> None:
        return None

    def drain(self) -> list[Outbound]:
        """Take everything that was sent so far."""
        return [self.sent.get_nowait() for _ in range(self.sent.qsize())]


def _capabilities(name: str) -> Capabilities:
    real = {channel.name: channel.capabilities for channel in (TelegramChannel, WhatsAppChannel, WebChat)}
    return real.get(name, _PLAIN)
