"""The outbox: order per conversation, three fates, and no bot text after a person took over."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import Purpose
from bot.model.messages import Address, DeliveryState
from bot.outbox import Draft, Outbox
from tests.conftest import Clock


@pytest.fixture
async def person(database: Database, conversations: Conversations, clock: Clock) -> tuple[UUID, UUID]:
    """A conversation and its account."""
    async with database.transaction() as connection:
        account = await conversations.account(connection, "whatsapp", "77")
        found = await conversations.find_or_make(connection, account, "whatsapp", Address("IT.1", {}), clock.now)
    return found, account


class Desk:
    """Short words for the steps of these tests."""

    def __init__(self, database: Database, outbox: Outbox, person: tuple[UUID, UUID], clock: Clock) -> None:
        self.database, self.outbox, self.clock = database, outbox, clock
        self.conversation, self.account = person

    async def add(self, text: str, purpose: Purpose = Purpose.BOT, epoch: int = 0) -> UUID:
        async with self.database.transaction() as connection:
            draft = Draft(text, purpose)
            return await self.outbox.add(connection, self.conversation, self.account, epoch, draft, self.clock.now)

    async def sendable(self) -> list[UUID]:
        async with self.database.reading() as connection:
            return await self.outbox.sendable(connection, self.clock.now, 10)

    async def start(self, row: UUID) -> bool:
        async with self.database.transaction() as connection:
            return await self.outbox.start(connection, row, self.clock.now) is not None

    async def finish(self, row: UUID, state: str) -> None:
        async with self.database.transaction() as connection:
            await self.outbox.finish(connection, row, state, self.clock.now, "", "wamid.1", self.account)

    async def state(self, row: UUID) -> str:
        async with self.database.reading() as connection:
            found = await self.outbox.read(connection, row)
        assert found is not None
        return found.state


@pytest.fixture
def desk(database: Database, outbox: Outbox, person: tuple[UUID, UUID], clock: Clock) -> Desk:
    return Desk(database, outbox, person, clock)


async def test_the_oldest_unfinished_row_blocks_the_rest(desk: Desk) -> None:
    first, second = await desk.add("one"), await desk.add("two")

    assert await desk.sendable() == [first]
    await desk.start(first)
    assert await desk.sendable() == []
    await desk.finish(first, "sent")
    assert await desk.sendable() == [second]


@pytest.mark.parametrize("fate", ["unknown", "rejected"])
async def test_unknown_and_rejected_rows_block_nothing(desk: Desk, fate: str) -> None:
    first, second = await desk.add("one"), await desk.add("two")
    await desk.start(first)
    await desk.finish(first, fate)

    assert await desk.sendable() == [second]


async def test_a_row_is_started_only_once(desk: Desk) -> None:
    row = await desk.add("one")

    assert await desk.start(row)
    assert not await desk.start(row)


async def test_what_the_bot_wrote_before_a_take_is_not_sent(desk: Desk) -> None:
    bot, danger = await desk.add("answer"), await desk.add("card", Purpose.DANGER)
    async with desk.database.transaction() as connection:
        raise_epoch = update(t.conversation).values(epoch=1)
        await connection.execute(raise_epoch)

    assert not await desk.start(bot)
    assert await desk.state(bot) == "cancelled"
    assert await desk.start(danger)


async def test_a_row_found_sending_after_a_restart_is_unknown(desk: Desk) -> None:
    row = await desk.add("one")
    await desk.start(row)
    async with desk.database.transaction() as connection:
        assert await desk.outbox.recover(connection, desk.clock.now) == 1

    assert await desk.state(row) == "unknown"


async def test_a_status_settles_an_unknown_row_by_its_own_id(desk: Desk) -> None:
    row = await desk.add("one")
    await desk.start(row)
    await desk.finish(row, "unknown")
    async with desk.database.transaction() as connection:
        await desk.outbox.apply_delivery(
            connection, desk.account, row, "wamid.9", DeliveryState.SENT, "", desk.clock.now
        )

    assert await desk.state(row) == "sent"


async def test_statuses_never_go_backwards(desk: Desk) -> None:
    row = await desk.add("one")
    await desk.start(row)
    await desk.finish(row, "sent")
    async with desk.database.transaction() as connection:
        for state in (DeliveryState.READ, DeliveryState.DELIVERED, DeliveryState.FAILED):
            await desk.outbox.apply_delivery(connection, desk.account, None, "wamid.1", state, "1", desk.clock.now)
        found = (await connection.execute(select(t.outbox.c.platform_state, t.outbox.c.state))).one()

    assert tuple(found) == ("read", "sent")


async def test_a_failed_status_rejects_a_sent_row(desk: Desk) -> None:
    row = await desk.add("one")
    await desk.start(row)
    await desk.finish(row, "sent")
    async with desk.database.transaction() as connection:
        await desk.outbox.apply_delivery(
            connection, desk.account, row, "", DeliveryState.FAILED, "131026", desk.clock.now
        )

    assert await desk.state(row) == "rejected"


async def test_words_leave_the_outbox_once_sent(desk: Desk) -> None:
    row = await desk.add("one")
    await desk.start(row)
    await desk.finish(row, "sent")
    async with desk.database.reading() as connection:
        assert (await connection.execute(select(t.outbox.c.payload))).scalar_one() is None


async def test_an_unknown_row_is_dealt_with_once(desk: Desk) -> None:
    row = await desk.add("one", Purpose.DANGER)
    await desk.start(row)
    await desk.finish(row, "unknown")
    async with desk.database.transaction() as connection:
        later = desk.clock.now + timedelta(seconds=1)
        assert [one.id for one in await desk.outbox.still_unknown(connection, later)] == [row]
        assert await desk.outbox.resolve(connection, row)
        assert not await desk.outbox.resolve(connection, row)
        assert await desk.outbox.still_unknown(connection, later) == []
