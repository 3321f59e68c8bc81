"""The heart, statuses: what nobody knows, or nobody can open, holds up nothing behind it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.bus import Bus
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.messages import Address, Delivery, DeliveryState
from bot.outbox import Draft, Outbox
from bot.statuses import Statuses
from tests.conftest import Clock


@pytest.fixture
def statuses(database: Database, inbox: Inbox, outbox: Outbox, clock: Clock) -> Statuses:
    return Statuses(database, inbox, outbox, Bus(), clock)


def _delivery(number: int, clock: Clock, row: UUID | None = None) -> Delivery:
    at = clock.now + timedelta(seconds=number)
    return Delivery("whatsapp", "77", f"wamid.{number}:sent", row, f"wamid.{number}", DeliveryState.SENT, at)


async def _unknown_row(database: Database, conversations: Conversations, outbox: Outbox, clock: Clock) -> UUID:
    async with database.transaction() as connection:
        account = await conversations.account(connection, "whatsapp", "77")
        person = await conversations.find_or_make(connection, account, "whatsapp", Address("IT.1"), clock.now)
        row = await outbox.add(connection, person, account, 0, Draft("words"), clock.now)
        await outbox.start(connection, row, clock.now)
        await outbox.finish(connection, row, "unknown", clock.now)
    return row


async def _state(database: Database) -> str:
    async with database.reading() as connection:
        return str((await connection.execute(select(t.outbox.c.state))).scalar_one())


async def test_many_statuses_of_somebody_else_do_not_hold_up_ours(
    database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, statuses: Statuses
) -> None:
    row = await _unknown_row(database, conversations, outbox, clock)
    async with database.transaction() as connection:
        for number in range(230):
            await inbox.store_delivery(connection, _delivery(number, clock), clock.now)
        await inbox.store_delivery(connection, _delivery(999, clock, row), clock.now)

    assert await statuses.apply_waiting() == 230
    assert await _state(database) == "sent"


async def test_a_status_that_cannot_be_opened_stops_nothing(
    database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock, statuses: Statuses
) -> None:
    row = await _unknown_row(database, conversations, outbox, clock)
    async with database.transaction() as connection:
        await inbox.store_delivery(connection, _delivery(1, clock), clock.now)
        await connection.execute(update(t.inbox).values(payload=b"\x01\x02k1broken"))
        await inbox.store_delivery(connection, _delivery(2, clock, row), clock.now)

    assert await statuses.apply_waiting() == 0
    assert await _state(database) == "sent"
