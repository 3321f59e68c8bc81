"""Courtesies beside the road: "somebody reads and types", and leaving groups where the bot has no business."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from uuid import UUID

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Waiting
from bot.model.conversation import Conversation
from bot.model.errors import SendError
from bot.model.ids import new_id
from bot.model.messages import Inbound, Outbound

log = logging.getLogger(__name__)


class Signals:
    """Works in the background; nothing waits for it and nothing depends on it."""

    def __init__(
        self, database: Database, conversations: Conversations, channels: Mapping[UUID, Channel],
        private_only: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._database = database
        self._conversations = conversations
        self._channels = channels
        self._private_only = private_only
        self._tasks: set[asyncio.Task[None]] = set()

    def reading(self, conversation: Conversation, waiting: Waiting) -> None:
        """Show that the newest message is being read; stop the spinner of a tapped button."""
        channel = self._channels.get(conversation.account_id)
        if channel is not None and channel.capabilities.typing:
            self._start(self._signal(channel, conversation.id, waiting.reference))

    def group(self, inbound: Inbound) -> None:
        """In a group that is not an office's own: ask once to write in private, and leave. Nothing of it is stored."""
        for channel in self._channels.values():
            if isinstance(channel, TelegramChannel) and channel.account == inbound.account:
                self._start(self._leave(channel, inbound))

    async def close(self) -> None:
        """Stop what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _signal(self, channel: Channel, conversation_id: UUID, reference: str) -> None:
        async with self._database.reading() as connection:
            address = await self._conversations.address_of(connection, conversation_id)
        if address is not None:
            await channel.signal(address, reference)

    async def _leave(self, channel: TelegramChannel, inbound: Inbound) -> None:
        text = self._private_only(inbound.locale_hint)
        try:
            await channel.send(Outbound(new_id(), inbound.address, text))
            await channel.leave(inbound.address.key)
        except SendError as error:
            log.info("group left with kind=%s reason=%s", error.kind, error.reason)
