"""Fetches the files that offices wait for: from the platform, checked, bared of metadata, sealed. A loop of its own."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.checks import MEGABYTE, Refused, examine
from bot.attachments.store import Attachments, Wanted
from bot.bus import Bus
from bot.channels.base import Channel
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import Purpose
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Attached
from bot.model.say import Reply, Say
from bot.outbox import Outbox
from bot.replies import Replies

log = logging.getLogger(__name__)

TOPIC = "attachments"
_PARALLEL = 4  # each holds a whole file in memory
_LOOK_EVERY = 5.0
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 30, 120, 300))
_AN_ANSWER = timedelta(minutes=15)  # later it would be a message that we begin
_NOT_AGAIN = timedelta(hours=1)
_REFUSALS = {"kind", "size", "many", "empty"}


class Fetcher:
    """One per process. `channels` maps our account ids to adapters."""

    def __init__(
        self, database: Database, attachments: Attachments, conversations: Conversations, outbox: Outbox,
        channels: Mapping[UUID, Channel], replies: Replies, bus: Bus, clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._attachments = attachments
        self._conversations = conversations
        self._outbox = outbox
        self._channels = channels
        self._replies = replies
        self._bus = bus
        self._clock = clock

    async def run(self) -> None:
        """Fetch until cancelled; a database that is away for a while must not end the service."""
        while True:
            try:
                fetched = await self.fetch_due()
            except (SQLAlchemyError, OSError) as error:
                log.error("attachments cannot be read: %s", type(error).__name__)
                fetched = 0
            if not fetched:
                await self._bus.wait(TOPIC, _LOOK_EVERY)

    async def fetch_due(self) -> int:
        """Deal once with what is due; return how many files that were."""
        async with self._database.reading() as connection:
            accounts = tuple(self._channels)
            wanted = await self._attachments.due(connection, self._clock(), accounts, _PARALLEL)
        await asyncio.gather(*(self._deal_with(one) for one in wanted))
        return len(wanted)

    async def _deal_with(self, wanted: Wanted) -> None:
        try:
            await self._fetch(wanted)
        except Exception as error:  # one file must not stop the others; without a message, which could quote it
            log.error("attachment=%s failed: %s", wanted.id, type(error).__name__)
            await self._try_later(wanted, "broken", None)
        self._bus.publish(f"conversation:{wanted.conversation_id}")
        self._bus.wake("outbox")

    async def _fetch(self, wanted: Wanted) -> None:
        """1. Ask the platform, with no transaction open. 2. Check. 3. Keep it sealed, or say why not."""
        if wanted.refusal:
            await self._give_up(wanted, wanted.refusal)
            return
        try:
            content = await self._channels[wanted.account_id].fetch(wanted.reference, self._attachments.largest)
            file = await asyncio.to_thread(examine, content, self._attachments.largest)
        except SendError as error:
            await self._failed(wanted, error)
        except Refused as error:
            await self._give_up(wanted, error.reason)
        else:
            await self._keep(wanted, file)

    async def _keep(self, wanted: Wanted, file: Attached) -> None:
        async with self._database.transaction() as connection:
            await self._attachments.fetched(connection, wanted.id, file)

    async def _failed(self, wanted: Wanted, error: SendError) -> None:
        """A platform that refuses for good ends it; everything else is tried again, ever more slowly."""
        log.warning("attachment=%s kind=%s reason=%s", wanted.id, error.kind, error.reason)
        if error.kind is SendFailure.REJECTED:
            await self._give_up(wanted, "size" if error.reason == "too_big" else error.reason)
        else:
            await self._try_later(wanted, error.reason, error.retry_after)

    async def _try_later(self, wanted: Wanted, reason: str, wait: timedelta | None) -> None:
        if wanted.attempts >= len(_DELAYS):
            await self._give_up(wanted, reason)
            return
        until = self._clock() + max(wait or timedelta(), _DELAYS[wanted.attempts])
        async with self._database.transaction() as connection:
            await self._attachments.postpone(connection, wanted.id, until)

    async def _give_up(self, wanted: Wanted, reason: str) -> None:
        """End it and tell the person, who can send it again or write; the desk shows it too."""
        state = "refused" if reason in _REFUSALS else "failed"
        async with self._database.transaction() as connection:
            conversation = await self._conversations.read(connection, wanted.conversation_id, lock=True)
            ended = await self._attachments.end(connection, wanted.id, state, reason)
            if conversation is None or not ended or not await self._may_tell(connection, wanted, reason):
                return
            if conversation.stopped_at is not None:
                return
            draft = self._replies.render(Reply((self._why(reason),)), conversation.locale or "en", Purpose.HANDOFF)
            await self._outbox.add(
                connection, conversation.id, conversation.account_id, conversation.epoch, draft, self._clock()
            )

    async def _may_tell(self, connection: AsyncConnection, wanted: Wanted, reason: str) -> bool:
        now = self._clock()
        if wanted.created_at is None or now - wanted.created_at > _AN_ANSWER:
            return False
        told = self._attachments.told_lately
        return not await told(connection, wanted.conversation_id, wanted.id, reason, now - _NOT_AGAIN)

    def _why(self, reason: str) -> Say:
        if reason == "size":
            return Say("file_refused_size", {"megabytes": self._attachments.largest // MEGABYTE})
        return Say({"kind": "file_refused_kind", "many": "file_refused_many"}.get(reason, "file_failed"))
