"""Puts on the record what a person sent: the words without numbers that name a person, and the files that came with them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.arrivals import NO_WORDS
from bot.attachments.store import Attachments
from bot.conversations import Conversations
from bot.inbox import Waiting
from bot.masking import MARK, mask
from bot.model.conversation import HELD, Author, Conversation
from bot.model.messages import FILES, Button, Kind

_NO_ANSWER = Button("", "")


class Recorder:
    """Every function takes the turn's open transaction and never commits."""

    def __init__(self, conversations: Conversations, attachments: Attachments) -> None:
        self._conversations = conversations
        self._attachments = attachments

    async def record(
        self, connection: AsyncConnection, conversation: Conversation, waiting: Sequence[Waiting], now: datetime,
        answers: Mapping[UUID, Button], to_call: Collection[UUID] = (),
    ) -> None:  # fmt: skip
        """Record these messages; an office that has the case may need a telephone number.

        `answers` are the choices of the phrasebook that were tapped or typed, by row: the desk shows them in its language.
        The rows `to_call` are a number for a call-back, which is nowhere but with the call.
        """
        fresh = [one for one in waiting if one.kind not in NO_WORDS and not one.recorded]
        for one in fresh:
            answer = answers.get(one.id, _NO_ANSWER)
            words = one.text or answer.title
            if not words and one.kind not in {Kind.BUTTON, Kind.COMMAND}:
                words = f"[{one.city or one.kind}]"
            if words:
                kept = MARK if one.id in to_call else mask(words, keep_phones=conversation.state in HELD)
                row = await self._conversations.record(
                    connection, conversation.id, Author.PERSON, kept, one.sent_at, answer=answer.id, row=one.id
                )
                if one.kind in FILES:
                    await self._attachments.note(connection, conversation, row, one.kind, one.media, now)
        if fresh and conversation.stopped_at:
            await self._conversations.write(connection, conversation.id, {"stopped_at": None})

    async def release_files(
        self, connection: AsyncConnection, conversation_id: UUID, state: str, now: datetime
    ) -> None:
        """Let the files be fetched that were sent before an office had the case, as far as it may see them."""
        if state in HELD:
            await self._attachments.release(connection, conversation_id, now)

    async def file_of(self, connection: AsyncConnection, message_id: UUID) -> UUID | None:
        """Return the file of an operator's message that was held back."""
        return await self._attachments.of_message(connection, message_id)
