"""The heart, outbox: locks, rows that hold others up, and how often the unknown is written again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from bot import tables as t
from bot.buckets import Buckets
from bot.bus import Bus
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import Purpose
from bot.model.errors import SendError, SendFailure
from bot.model.messages import Address, Capabilities, DeliveryState, Outbound
from bot.outbox import Draft, Outbox
from bot.sender import Sender
from tests.conftest import Clock


class Platform:
    """A platform out of order: every call ends with this failure until it is mended."""

    name = "web"  # no token bucket: the tests would wait for it
    account = "77"
    capabilities = Capabilities(buttons=3, rows=10, text_limit=4096, button_limit=20, row_limit=24)

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.heard: list[str] = []

    async def send(self, message: Outbound) -> str:
        self.heard.append(message.text)
        if self.failure is not None:
            raise self.failure
        return ""

    async def fetch(self, reference: str, limit: int) -> bytes:
        raise SendError(SendFailure.REJECTED, "gone")

    async def signal(self, address: Address, reference: str) -> None:
        return None

    async def aclose(self) -> None:
        return None


class Post:
    """The outbox with one person on a platform, and another account that nobody serves."""

    def __init__(self, database: Database, conversations: Conversations, outbox: Outbox, clock: Clock) -> None:
        self.database, self.conversations, self.outbox, self.clock = database, conversations, outbox, clock
        self.platform = Platform()

    async def open(self) -> None:
        async with self.database.transaction() as connection:
            self.account = await self.conversations.account(connection, "whatsapp", "77")
        self.conversation = await self.person(self.account, "IT.1")
        self.sender = Sender(
            self.database, self.conversations, self.outbox, Bus(), {self.account: self.platform}, self.clock,
            Buckets(), lambda locale: Draft("did it arrive?", locale=locale),
        )  # fmt: skip

    async def person(self, account: UUID, key: str) -> UUID:
        async with self.database.transaction() as connection:
            return await self.conversations.find_or_make(connection, account, "whatsapp", Address(key), self.clock())

    async def add(self, text: str, purpose: Purpose = Purpose.BOT, conversation: UUID | None = None) -> UUID:
        async with self.database.transaction() as connection:
            to = conversation or self.conversation
            account = await connection.execute(select(t.conversation.c.account_id).where(t.conversation.c.id == to))
            draft = Draft(text, purpose)
            return await self.outbox.add(connection, to, account.scalar_one(), 0, draft, self.clock())

    async def states(self) -> list[str]:
        async with self.database.reading() as connection:
            return list((await connection.execute(select(t.outbox.c.state).order_by(t.outbox.c.seq))).scalars())

    async def minutes(self, count: int) -> None:
        """Let minutes pass; what is unknown is settled and what is due is sent."""
        for _ in range(count):
            self.clock.move(seconds=61)
            await self.sender.settle_unknown()
            await self.sender.drain()


@pytest.fixture
async def post(database: Database, conversations: Conversations, outbox: Outbox, clock: Clock) -> Post:
    made = Post(database, conversations, outbox, clock)
    await made.open()
    return made


async def test_a_take_and_a_send_at_the_same_moment_do_not_lock_each_other_out(post: Post) -> None:
    row = await post.add("answer")

    async def start() -> object:
        async with post.database.transaction() as connection:
            return await post.outbox.start(connection, row, post.clock())

    async with post.database.transaction() as connection:
        await post.conversations.read(connection, post.conversation, lock=True)
        sending = asyncio.create_task(start())
        await asyncio.sleep(0.3)
        await post.outbox.cancel_bot(connection, post.conversation, post.clock())

    assert await asyncio.wait_for(sending, 10) is None
    assert await post.states() == ["cancelled"]


@pytest.mark.parametrize(("purpose", "times"), [(Purpose.BOT, 2), (Purpose.DANGER, 4), (Purpose.OPERATOR, 1)])
async def test_the_unknown_is_not_repeated_for_ever(post: Post, purpose: Purpose, times: int) -> None:
    post.platform.failure = SendError(SendFailure.UNKNOWN, "timed_out")
    await post.add("words", purpose)
    await post.sender.drain()
    await post.minutes(8)

    assert len(post.platform.heard) == times


async def test_who_said_stop_is_not_asked_whether_it_arrived(post: Post) -> None:
    post.platform.failure = SendError(SendFailure.UNKNOWN, "timed_out")
    await post.add("words")
    await post.sender.drain()
    async with post.database.transaction() as connection:
        later = post.clock() + timedelta(seconds=1)
        await post.conversations.write(connection, post.conversation, {"stopped_at": later})
    await post.minutes(3)

    assert post.platform.heard == ["words"]


async def test_an_adapter_that_breaks_its_promise_holds_nothing_up(post: Post) -> None:
    post.platform.failure = ValueError("a fault of ours")
    await post.add("one")
    await post.add("two")
    await post.sender.drain()

    assert await post.states() == ["unknown", "unknown"]


async def test_an_outage_of_half_an_hour_costs_no_message(post: Post) -> None:
    post.platform.failure = SendError(SendFailure.TRANSIENT, "not_connected")
    await post.add("words")
    await post.sender.drain()
    await post.minutes(30)
    post.platform.failure = None
    await post.minutes(1)

    assert await post.states() == ["sent"]


async def test_a_failure_that_stays_is_given_up_after_an_hour(post: Post) -> None:
    post.platform.failure = SendError(SendFailure.TRANSIENT, "not_connected")
    await post.add("words")
    await post.minutes(62)

    assert await post.states() == ["rejected"]


async def test_rows_of_a_channel_that_is_off_hold_up_nobody_else(post: Post) -> None:
    async with post.database.transaction() as connection:
        off = await post.conversations.account(connection, "telegram", "42")
    for number in range(40):
        await post.add("waits", conversation=await post.person(off, str(number)))
    post.clock.move(seconds=1)
    await post.add("words")
    await asyncio.wait_for(post.sender.drain(), 10)

    assert post.platform.heard == ["words"]


async def test_a_row_left_sending_by_a_failure_of_ours_becomes_unknown(post: Post) -> None:
    row = await post.add("words")
    async with post.database.transaction() as connection:
        await post.outbox.start(connection, row, post.clock())
    await post.sender.settle_unknown()
    assert await post.states() == ["sending"]
    post.clock.move(minutes=4)
    await post.sender.settle_unknown()

    assert await post.states() == ["unknown"]


async def test_a_row_that_cannot_be_opened_is_rejected_and_the_next_goes_on(post: Post) -> None:
    row = await post.add("one")
    await post.add("two")
    async with post.database.transaction() as connection:
        await connection.execute(update(t.outbox).where(t.outbox.c.id == row).values(payload=b"\x01\x02k1broken"))
    await asyncio.wait_for(post.sender.drain(), 10)

    assert await post.states() == ["rejected", "sent"]


async def test_words_leave_the_outbox_when_a_status_says_they_arrived(post: Post) -> None:
    row = await post.add("words")
    async with post.database.transaction() as connection:
        await post.outbox.start(connection, row, post.clock())
        await post.outbox.apply_delivery(
            connection, post.account, row, "wamid.1", DeliveryState.DELIVERED, "", post.clock()
        )
        left = select(func.count()).where(t.outbox.c.payload.is_not(None))
        assert (await connection.execute(left)).scalar_one() == 0
