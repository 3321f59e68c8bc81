"""A database with somebody's words in it, and the keeper that erases them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update

from bot import tables as t
from bot.arrivals import Arrival
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.ids import new_id
from bot.outbox import Draft, Outbox
from bot.retention import Keeper
from bot.settings import Retention
from tests.conftest import Clock
from tests.support.builders import said


class Archive:
    """A database with somebody's words in it, and the keeper; short words for the steps of these tests."""

    def __init__(
        self, database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, place: Path
    ) -> None:
        self.database, self.conversations, self.inbox, self.outbox = database, conversations, inbox, outbox
        self.clock, self.backups = clock, place / "backups"
        self.keeper = Keeper(database, conversations, Retention(), clock, self.backups)

    async def writes(self, text: str = "my words", *, key: str = "1", who: str = "100") -> UUID:
        """Somebody writes and is answered."""
        now = self.clock.now
        async with self.database.transaction() as connection:
            person, *_ = await self.inbox.store(connection, [Arrival(said(text, at=now, key=key, who=who))], now)
            rows = [one.id for one in await self.inbox.waiting(connection, person)]
            await self.inbox.finish(connection, rows, "done", now)
            await self.conversations.record(connection, person, "person", text, now)
            await self.conversations.save_tracker(connection, person, '{"country": "IT"}', "it")
            account = await self.conversations.account(connection, "telegram", "42")
            row = await self.outbox.add(connection, person, account, 0, Draft("answer"), now)
            await self.outbox.finish(connection, row, "sent", now)
        return person

    async def handed_off(self, person: UUID, *, closed: bool = True) -> UUID:
        """An operator had it, and closed it unless told otherwise."""
        now, case = self.clock.now, new_id()
        await self.put(
            t.case, id=case, conversation_id=person, contact_point="demo", state="closed" if closed else "assigned",
            card=b"sealed", opened_at=now, taken_at=now, closed_at=now if closed else None, last_word_at=now,
        )  # fmt: skip
        await self.put(
            t.handoff_event, id=new_id(), conversation_id=person, case_id=case, at=now, edge="take",
            from_state="waiting", to_state="assigned", actor="staff:1", version=1,
        )  # fmt: skip
        if closed:
            await self.change(t.conversation, person, handed_off_at=now)
        return case

    async def put(self, table: Table, **values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(insert(table).values(**values))

    async def change(self, table: Table, row: UUID, **values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(update(table).where(table.c.id == row).values(**values))

    async def erase(self, **later: float) -> int:
        self.clock.move(**later)
        return await self.keeper.erase_due()

    async def counts(self, *tables: Table) -> list[int]:
        async with self.database.reading() as connection:
            queries = [select(func.count()).select_from(table) for table in tables]
            return [int((await connection.execute(query)).scalar_one()) for query in queries]

    async def rows(self, table: Table) -> list[Mapping[str, Any]]:
        async with self.database.reading() as connection:
            return [dict(row) for row in (await connection.execute(select(table))).mappings()]


WORDS = (t.conversation, t.message, t.outbox)


HANDOFF = (t.conversation, t.message, t.case, t.handoff_event)
