"""The sender: takes rows from the outbox, hands each to its channel once, and writes its fate."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.buckets import Buckets
from bot.bus import Bus
from bot.channels.base import Channel
from bot.conversations import Conversations
from bot.db import Database
from bot.metrics import METRICS
from bot.model.conversation import WITH_OPERATOR, Conversation, Purpose
from bot.model.errors import KeyMissing, SendError, SendFailure, Tampered
from bot.model.messages import Attached, Outbound
from bot.outbox import Draft, Outbox, OutRow, expired

log = logging.getLogger(__name__)

# Opens an attachment of a conversation; None if it was erased.
OpenFile = Callable[[AsyncConnection, UUID, UUID], Awaitable[Attached | None]]

_PARALLEL = 16
_RETRIES = 6
_KEEP_TRYING = timedelta(hours=1)  # an hour without a network must not cost a message
_RESEND_AFTER = timedelta(seconds=60)
_STUCK_AFTER = timedelta(minutes=3)  # longer than any call of a channel
_REPEATS = 3  # danger and handoff texts whose repetition stays unknown as well
_FINAL = {SendFailure.REJECTED, SendFailure.BLOCKED, SendFailure.WINDOW_CLOSED}


async def no_file(_connection: AsyncConnection, _attachment: UUID, _conversation: UUID) -> None:
    """There are no attachments."""


class Sender:
    """One per process. `channels` maps our account ids to adapters; rows of other accounts are left alone."""

    def __init__(
        self, database: Database, conversations: Conversations, outbox: Outbox, bus: Bus,
        channels: Mapping[UUID, Channel], clock: Callable[[], datetime], buckets: Buckets,
        ask_again: Callable[[str], Draft], open_file: OpenFile = no_file,
    ) -> None:  # fmt: skip
        self._database = database
        self._conversations = conversations
        self._outbox = outbox
        self._bus = bus
        self._channels = channels
        self._clock = clock
        self._buckets = buckets
        self._ask_again = ask_again
        self._open_file = open_file
        self._busy: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled."""
        await self.recover()
        try:
            while True:
                if not await self._started():
                    await self._bus.wait("outbox", 0.5)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _started(self) -> int:
        """Start what is due; a database that is away for a while must not end the service."""
        try:
            return await self._start_some()
        except (SQLAlchemyError, OSError) as error:
            log.error("sender cannot read the outbox: %s", type(error).__name__)
            await asyncio.sleep(1)
            return 0

    async def recover(self) -> None:
        """A row found `sending` after a restart is unknown."""
        async with self._database.transaction() as connection:
            uncalled = [one for one, channel in self._channels.items() if not channel.capabilities.calls_out]
            await self._outbox.requeue(connection, uncalled)
            count = await self._outbox.recover(connection, self._clock())
        if count:
            log.warning("outbox unknown=%d cause=restart", count)

    async def drain(self) -> None:
        """Send everything that is due now, then return (for `converse` and tests)."""
        while await self._start_some() or self._tasks:
            if self._tasks:
                await asyncio.wait(set(self._tasks))

    async def _start_some(self) -> int:
        free = _PARALLEL - len(self._tasks)
        if free <= 0:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return 1
        async with self._database.reading() as connection:
            ready = await self._outbox.sendable(connection, self._clock(), _PARALLEL * 2, self._channels.keys())
        fresh = [row_id for row_id in ready if row_id not in self._busy][:free]
        for row_id in fresh:
            self._busy.add(row_id)
            task = asyncio.create_task(self._send_one(row_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(fresh)

    async def _send_one(self, row_id: UUID) -> None:
        try:
            await self._deliver(row_id)
        except Exception:  # one of the two loops that must survive anything
            log.exception("sender outbox=%s failed", row_id)
            await asyncio.sleep(1)  # a row that fails at once must not be tried a thousand times a second
        finally:
            self._busy.discard(row_id)
            self._bus.wake("outbox")

    async def _deliver(self, row_id: UUID) -> None:
        """1. Wait for the buckets. 2. Mark `sending`. 3. Call the channel, with no transaction open. 4. Write the fate."""
        async with self._database.reading() as connection:
            peek = await self._outbox.read(connection, row_id)
        if peek is None or (channel := self._channels.get(peek.account_id)) is None:
            await asyncio.sleep(0.2)
            return
        await self._buckets.wait(channel.name, channel.account, peek.conversation_id, peek.lane)
        now = self._clock()
        async with self._database.transaction() as connection:
            row = await self._outbox.start(connection, row_id, now)
            address = await self._conversations.address_of(connection, row.conversation_id) if row else None
            if row is not None and (address is None or row.draft is None or expired(row, now)):
                await self._outbox.finish(connection, row_id, "rejected", now, "too late")
                return
        if row is None or address is None or row.draft is None:
            return
        draft, file = row.draft, await self._file(row)
        if draft.attachment_id is not None and file is None:
            await self._failed(row, SendError(SendFailure.REJECTED, "file_erased"))
            return
        message = Outbound(row.id, address, draft.text, draft.buttons, draft.locale, draft.list_title, file)
        try:
            platform_id = await channel.send(message)
        except SendError as error:
            await self._failed(row, error)
        except Exception as error:  # an adapter's fault: the row must not stay `sending` and block the rest
            log.exception("sender outbox=%s channel=%s broke its promise", row.id, channel.name)
            await self._failed(row, SendError(SendFailure.UNKNOWN, type(error).__name__[:80]))
        else:
            await self._sent(row, platform_id)

    async def _file(self, row: OutRow) -> Attached | None:
        """Return the file that goes out; None if there is none, it was erased, or it cannot be opened any more."""
        if row.draft is None or row.draft.attachment_id is None:
            return None
        try:
            async with self._database.reading() as connection:
                return await self._open_file(connection, row.draft.attachment_id, row.conversation_id)
        except (KeyMissing, Tampered):
            return None

    async def _sent(self, row: OutRow, platform_id: str) -> None:
        now = self._clock()
        async with self._database.transaction() as connection:
            await self._outbox.finish(connection, row.id, "sent", now, "", platform_id, row.account_id)
            healthy = {"last_sent_at": now, "failing_since": None, "failing_reason": ""}
            await connection.execute(update(t.account).where(t.account.c.id == row.account_id).values(**healthy))
        METRICS.sent.labels("sent").inc()
        self._bus.publish(f"conversation:{row.conversation_id}")

    async def _failed(self, row: OutRow, error: SendError) -> None:
        """Decide what a failure means; the adapter only said whose fault it was."""
        now = self._clock()
        async with self._database.transaction() as connection:
            if error.kind is SendFailure.BLOCKED:  # the conversation first: two locks are always taken in this order
                await self._conversations.write(connection, row.conversation_id, {"blocked_at": now})
            if error.kind is SendFailure.UNKNOWN:
                await self._outbox.finish(connection, row.id, "unknown", now, error.reason)
            elif error.kind in _FINAL or _given_up(row, error, now):
                await self._outbox.finish(connection, row.id, "rejected", now, error.reason)
            else:
                wait = error.retry_after or timedelta(seconds=min(60, 2**row.attempts))
                await self._outbox.postpone(connection, row.id, now + wait, error.reason)
            if error.kind is SendFailure.ACCOUNT:
                failing = {"failing_since": now, "failing_reason": error.reason[:80]}
                mine = (t.account.c.id == row.account_id) & t.account.c.failing_since.is_(None)
                await connection.execute(update(t.account).where(mine).values(**failing))
        METRICS.sent.labels(error.kind).inc()
        log.warning("sender outbox=%s kind=%s reason=%s", row.id, error.kind, error.reason)

    async def settle_unknown(self) -> None:
        """Deal with what is still unknown after 60 s.

        Danger and handoff texts go out again (better twice than never); after another bot text we ask "Did my last
        message arrive?", once; an operator's reply is shown to the operator, who has one click. Who said "stop" since
        is not written to.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            await self._outbox.recover(connection, now, now - _STUCK_AFTER, "stuck")
            rows = await self._outbox.still_unknown(connection, now - _RESEND_AFTER)
        for row in rows:
            async with self._database.transaction() as connection:
                conversation = await self._conversations.read(connection, row.conversation_id, lock=True)
                if conversation is None or not await self._outbox.resolve(connection, row.id):
                    continue
                again = self._again(row, conversation)
                if again is not None:
                    await self._outbox.add(
                        connection, conversation.id, conversation.account_id, conversation.epoch, again, now
                    )
            self._bus.wake("outbox")

    def _again(self, row: OutRow, conversation: Conversation) -> Draft | None:
        """Return what goes out because nobody knows whether the row arrived; None where nothing may."""
        stopped = conversation.stopped_at
        if row.draft is None or (stopped is not None and row.created_at < stopped):
            return None
        if row.purpose is Purpose.BOT:
            asked = row.draft.repeats > 0 or conversation.state in WITH_OPERATOR
            return None if asked else replace(self._ask_again(row.draft.locale), repeats=1)
        return replace(row.draft, repeats=row.draft.repeats + 1) if row.draft.repeats < _REPEATS else None

    async def watch_unknown(self, every: float = 10.0) -> None:
        """Run `settle_unknown` until cancelled."""
        while True:
            try:
                await self.settle_unknown()
            except (SQLAlchemyError, OSError) as error:
                log.error("sender cannot settle the unknown: %s", type(error).__name__)
            await asyncio.sleep(every)

    async def failing_accounts(self) -> list[tuple[str, str, datetime]]:
        """Return "channel account", reason and since when, of accounts that stopped delivering."""
        c = t.account.c
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(c.channel, c.external, c.failing_reason, c.failing_since).where(c.failing_since.is_not(None))
            )
            return [(f"{row.channel} {row.external}", row.failing_reason, row.failing_since) for row in rows.all()]


def _given_up(row: OutRow, error: SendError, now: datetime) -> bool:
    """A failure that should pass did not, often and for long."""
    often = row.attempts + 1 >= _RETRIES
    return error.kind is SendFailure.TRANSIENT and often and now - row.created_at >= _KEEP_TRYING
