"""The web chat as a channel: a message counts as handed over once its row says so, and the page then reads it."""

from bot.model.errors import SendError, SendFailure
from bot.model.messages import Address, Capabilities, Outbound

NAME = "web"
ACCOUNT = "web"


class WebChat:
    """There is nobody to call: the sender writes the row's fate and tells the bus, and the open pages look again."""

    name = NAME
    account = ACCOUNT
    capabilities = Capabilities(buttons=10, rows=10, text_limit=8000, button_limit=24, row_limit=24, calls_out=False)

    async def send(self, message: Outbound) -> str:
        return ""

    async def fetch(self, reference: str, limit: int) -> bytes:
        """Files of the page come with their message; there is nothing to fetch."""
        raise SendError(SendFailure.REJECTED, "gone")

    async def signal(self, address: Address, reference: str) -> None:
        return None

    async def aclose(self) -> None:
        return None
