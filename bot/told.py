"""What a person is told without having written: its choices count from then on, so that a typed 2 is a tap on them."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations import Conversations
from bot.model.conversation import Conversation, Purpose
from bot.outbox import Draft, Outbox
from dialogues.tracker import load


async def tell(
    connection: AsyncConnection, conversations: Conversations, outbox: Outbox, stands: Conversation, draft: Draft,
    now: datetime,
) -> UUID:  # fmt: skip
    """Queue a message of the desk or of a clock in the open transaction; return its row."""
    row = await outbox.add(connection, stands.id, stands.account_id, stands.epoch, draft, now)
    ours = draft.buttons and draft.purpose is not Purpose.OPERATOR  # an adviser's question is answered to them
    current = await conversations.read(connection, stands.id) if ours else None
    if current is not None:
        tracker = replace(load(current.tracker), options=tuple(button.id for button in draft.buttons))
        await conversations.save_tracker(connection, current.id, tracker.dump(), current.locale)
    return row
