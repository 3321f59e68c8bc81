"""Retention runs by itself: what is too old is erased, in small transactions, at the start and then every ten minutes.

Kept: bot-only text 30 days after the last message; handed-off text 90 days after closing; voice, photos and papers as
long, but 30 days at the latest; hashes of platform ids 8 days longer than their words; unreadable webhooks 24 hours;
figures without text 24 months; staff sessions 12 hours.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations
from bot.db import Database
from bot.settings import Retention

log = logging.getLogger(__name__)

_BATCH = 200
_EVERY = 600.0
_RAW = timedelta(hours=24)
_SESSION = timedelta(hours=12)


class Keeper:
    """Erases by the clock it is given."""

    def __init__(
        self, database: Database, conversations: Conversations, days: Retention, clock: Callable[[], datetime],
        backups: Path,
    ) -> None:  # fmt: skip
        self._database = database
        self._conversations = conversations
        self._days = days
        self._clock = clock
        self._backups = backups

    async def run(self) -> None:
        """Erase until cancelled."""
        while True:
            try:
                await self.erase_due()
            except (SQLAlchemyError, OSError) as error:  # tried again at the next time
                log.error("retention failed: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def erase_due(self) -> int:
        """Erase everything whose time is over; return how many conversations were removed."""
        removed = 0
        while batch := await self._some_conversations():
            removed += batch
        async with self._database.transaction() as connection:
            await self._small_things(connection)
        self._old_backups()
        if removed:
            log.info("retention conversations=%d", removed)
        return removed

    async def _some_conversations(self) -> int:
        """Remove conversations whose last word is too old: 30 days, or 90 after a case was closed."""
        now = self._clock()
        c = t.conversation.c
        quiet_since = func.coalesce(c.last_inbound_at, c.created_at)
        bot_only = and_(c.handed_off_at.is_(None), quiet_since <= now - timedelta(days=self._days.bot_text))
        handed = and_(
            c.handed_off_at <= now - timedelta(days=self._days.handed_off),
            quiet_since <= now - timedelta(days=self._days.bot_text),
        )
        open_case = exists().where(t.case.c.conversation_id == c.id, t.case.c.closed_at.is_(None))
        due = or_(c.erase_at <= now, and_(or_(bot_only, handed), ~open_case))
        async with self._database.transaction() as connection:
            # Locked, so that nobody writes to a conversation between the look and its removal.
            mine = select(c.id).where(due).order_by(c.id).limit(_BATCH).with_for_update(skip_locked=True)
            ids = (await connection.execute(mine)).scalars().all()
            for conversation_id in ids:
                await self._conversations.remove(connection, conversation_id, now)
        return len(ids)

    async def _small_things(self, connection: AsyncConnection) -> None:
        now = self._clock()
        text_end = now - timedelta(days=self._days.bot_text)
        await self._old_words(connection, text_end, now)
        await self._old_cases(connection, now - timedelta(days=self._days.handed_off))
        await self._old_files(connection, now)
        hash_end = now - timedelta(days=self._days.hashes)
        finished = and_(t.inbox.c.payload.is_(None), t.inbox.c.done_at <= hash_end)
        await connection.execute(delete(t.inbox).where(finished))
        await connection.execute(delete(t.raw_webhook).where(t.raw_webhook.c.received_at <= now - _RAW))
        await connection.execute(delete(t.staff_session).where(t.staff_session.c.created_at <= now - _SESSION))
        oldest = now - timedelta(days=self._days.figures)
        await connection.execute(delete(t.figure).where(t.figure.c.week < f"{oldest:%G-W%V}"))

    async def _old_words(self, connection: AsyncConnection, text_end: datetime, now: datetime) -> None:
        """Dead letters, and copies of what could not be sent, are erased with the time of a bot's text."""
        dead = and_(t.inbox.c.state == "dead", t.inbox.c.payload.is_not(None), t.inbox.c.received_at <= text_end)
        await connection.execute(update(t.inbox).where(dead).values(payload=None, done_at=now))
        final = and_(t.outbox.c.state.in_(("rejected", "unknown")), t.outbox.c.created_at <= text_end)
        await connection.execute(update(t.outbox).where(final).values(payload=None))

    async def _old_cases(self, connection: AsyncConnection, closed_before: datetime) -> None:
        """What an operator had goes 90 days after the closing, also where the person still writes to the bot."""
        c, m = t.case.c, t.message.c
        mine = and_(c.taken_at.is_not(None), c.closed_at <= closed_before)
        over = exists().where(c.conversation_id == m.conversation_id, mine, m.at <= c.closed_at)
        await connection.execute(delete(t.message).where(m.at <= closed_before, over))
        await connection.execute(update(t.case).where(mine, c.card.is_not(None)).values(card=None))
        ended = select(c.id).where(c.closed_at <= closed_before)
        await connection.execute(delete(t.note).where(t.note.c.case_id.in_(ended)))
        await connection.execute(delete(t.callback).where(t.callback.c.case_id.in_(ended)))

    async def _old_files(self, connection: AsyncConnection, now: datetime) -> None:
        """A file goes with its case, and at the latest 30 days after it came; what nobody asked for, after a day."""
        a, c = t.attachment.c, t.case.c
        closed_before = now - timedelta(days=self._days.handed_off)
        over = exists().where(c.id == a.case_id, c.closed_at <= closed_before)
        gone = and_(a.state != "erased", or_(a.erase_at <= now, over))
        values = {
            "state": "erased",
            "payload": None,
            "reference": None,
            "mime": "",
            "size": 0,
            "seconds": 0,
            "reason": "",
        }
        await connection.execute(update(t.attachment).where(gone).values(**values))

    def _old_backups(self) -> None:
        """Backups hold words too, so they end 30 days after they were made, as does what a restore put aside."""
        oldest = self._clock() - timedelta(days=self._days.backups)
        for path in (*self._backups.glob("guichet-*"), *self._backups.parent.glob("*.before-restore")):
            if datetime.fromtimestamp(path.stat().st_mtime, tz=oldest.tzinfo) < oldest:
                path.unlink()
