"""Statuses: applied whatever order they come in, never backwards, and patient with what we do not know yet."""

from uuid import UUID

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.bus import Bus
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.ids import new_id
from bot.model.messages import Address, Delivery, DeliveryState
from bot.outbox import Draft, Outbox
from bot.statuses import Statuses
from tests.conftest import Clock


class Road:
    """One message to one person, and the statuses that come for it."""

    def __init__(self, database: Database, inbox: Inbox, outbox: Outbox, clock: Clock) -> None:
        self.database, self.inbox, self.outbox, self.clock = database, inbox, outbox, clock
        self.bus = Bus()
        self.statuses = Statuses(database, inbox, outbox, self.bus, clock)

    async def open(self, conversations: Conversations) -> "Road":
        async with self.database.transaction() as connection:
            self.account = await conversations.account(connection, "whatsapp", "77")
            self.person = await conversations.find_or_make(
                connection, self.account, "whatsapp", Address("IT.1", {}), self.clock.now
            )
            self.row = await self.outbox.add(
                connection, self.person, self.account, 0, Draft("one"), self.clock.now
            )  # fmt: skip
            await self.outbox.start(connection, self.row, self.clock.now)
        return self

    async def finish(self, state: str, platform_id: str = "wamid.1") -> None:
        async with self.database.transaction() as connection:
            await self.outbox.finish(
                connection, self.row, state, self.clock.now, "", platform_id, self.account
            )  # fmt: skip

    async def hears(
        self, state: DeliveryState, *, row: UUID | None = None, wamid: str = "wamid.1", code: str = ""
    ) -> None:
        status = Delivery("whatsapp", "77", f"{wamid}:{state}", row, wamid, state, self.clock.now, code)
        async with self.database.transaction() as connection:
            await self.inbox.store_delivery(connection, status, self.clock.now)

    async def fate(self) -> tuple[str, str, str]:
        async with self.database.reading() as connection:
            c = t.outbox.c
            query = select(c.state, c.platform_state, c.reason).where(c.id == self.row)
            return tuple((await connection.execute(query)).one())

    async def kept(self) -> list[tuple[str, bool]]:
        """State of every stored status, and whether its content is still there."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(select(t.inbox.c.state, t.inbox.c.payload).order_by(t.inbox.c.id))).all()
        return [(row.state, row.payload is not None) for row in rows]


@pytest.fixture
async def road(database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock) -> Road:
    return await Road(database, inbox, outbox, clock).open(conversations)


async def test_nothing_waits_and_nothing_happens(road: Road) -> None:
    assert await road.statuses.apply_waiting() == 0


async def test_a_status_finds_its_message_by_the_platforms_id(road: Road) -> None:
    await road.finish("sent")
    await road.hears(DeliveryState.DELIVERED)

    assert await road.statuses.apply_waiting() == 0
    assert await road.fate() == ("sent", "delivered", "")
    assert await road.kept() == [("done", False)]


async def test_a_status_that_beats_our_own_write_waits_for_it(road: Road) -> None:
    await road.hears(DeliveryState.SENT)
    assert await road.statuses.apply_waiting() == 1
    assert await road.kept() == [("waiting", True)]

    await road.finish("sent")
    road.clock.move(seconds=1)
    assert await road.statuses.apply_waiting() == 0
    assert await road.fate() == ("sent", "sent", "")


async def test_a_status_of_something_we_never_sent_is_given_up_after_ten_minutes(road: Road) -> None:
    await road.hears(DeliveryState.SENT, wamid="wamid.of.somebody.else")
    road.clock.move(minutes=9)
    assert await road.statuses.apply_waiting() == 1

    road.clock.move(minutes=1)
    assert await road.statuses.apply_waiting() == 0
    assert await road.kept() == [("done", False)]
    assert (await road.fate())[0] == "sending"


@pytest.mark.slow
async def test_strangers_statuses_do_not_hold_up_ours(road: Road) -> None:
    async with road.database.transaction() as connection:
        for number in range(205):
            wamid = f"wamid.x{number}"
            status = Delivery("whatsapp", "77", wamid, None, wamid, DeliveryState.SENT, road.clock.now)
            await road.inbox.store_delivery(connection, status, road.clock.now)
    await road.finish("sent")
    road.clock.move(seconds=1)
    await road.hears(DeliveryState.READ)

    assert await road.statuses.apply_waiting() == 205
    assert await road.fate() == ("sent", "read", "")


async def test_an_unknown_row_is_settled_by_its_own_id(road: Road) -> None:
    await road.finish("unknown", platform_id="")
    await road.hears(DeliveryState.SENT, row=road.row, wamid="wamid.9")
    await road.statuses.apply_waiting()

    assert await road.fate() == ("sent", "sent", "")
    async with road.database.reading() as connection:
        assert (await connection.execute(select(t.outbox.c.payload))).scalar_one() is None


@pytest.mark.parametrize(
    ("order", "last"),
    [
        ([DeliveryState.READ, DeliveryState.SENT, DeliveryState.DELIVERED], "read"),
        ([DeliveryState.DELIVERED, DeliveryState.FAILED], "delivered"),
        ([DeliveryState.SENT, DeliveryState.SENT], "sent"),
    ],
)
async def test_a_state_never_goes_backwards(road: Road, order: list[DeliveryState], last: str) -> None:
    await road.finish("sent")
    for state in order:
        await road.hears(state)
        await road.statuses.apply_waiting()
        road.clock.move(seconds=1)

    assert await road.fate() == ("sent", last, "")


async def test_a_failure_names_metas_code(road: Road) -> None:
    await road.finish("sent")
    await road.hears(DeliveryState.FAILED, code="131047")
    await road.statuses.apply_waiting()

    assert await road.fate() == ("rejected", "failed", "platform 131047")


async def test_the_page_of_the_conversation_is_told(road: Road) -> None:
    await road.finish("sent")
    await road.hears(DeliveryState.DELIVERED)
    async with road.bus.listen(f"conversation:{road.person}") as heard:
        await road.statuses.apply_waiting()

        assert heard.is_set()


async def test_a_status_for_an_erased_message_ends_in_silence(road: Road) -> None:
    await road.hears(DeliveryState.SENT, row=new_id(), wamid="wamid.gone")
    road.clock.move(minutes=10)

    assert await road.statuses.apply_waiting() == 0
    assert await road.kept() == [("done", False)]
