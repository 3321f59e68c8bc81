"""The alarm: told once when a trouble begins, once when it is over, and never with anybody's words."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from bot import tables as t
from bot.alarm import Alarm
from bot.arrivals import Arrival
from bot.buckets import Buckets
from bot.bus import Bus
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.ids import new_id
from bot.model.messages import Address, Delivery, DeliveryState
from bot.outbox import Draft, Outbox
from bot.sender import Sender
from tests.conftest import Clock
from tests.support.builders import said


class Watch:
    """An alarm, and what it told the lead."""

    def __init__(self, database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock):
        self.database, self.inbox, self.outbox, self.clock = database, inbox, outbox, clock
        self.conversations = conversations
        self.told: list[str] = []
        sender = Sender(database, conversations, outbox, Bus(), {}, clock, Buckets(), lambda _locale: Draft(""))
        self.alarm = Alarm(database, inbox, outbox, sender, clock, timedelta(minutes=5), self._tell)

    async def _tell(self, text: str) -> None:
        self.told.append(text)

    async def arrives(self) -> UUID:
        async with self.database.transaction() as connection:
            arrival = Arrival(said("my secret words", at=self.clock.now))
            return (await self.inbox.store(connection, [arrival], self.clock.now))[0]

    async def answers(self) -> None:
        async with self.database.transaction() as connection:
            waiting = t.inbox.c.state == "waiting"
            await connection.execute(update(t.inbox).where(waiting).values(state="done", payload=None))

    async def look(self, **later: float) -> list[str]:
        """Let time pass and look; return the keys of what is wrong now."""
        self.clock.move(**later)
        return sorted(trouble.key for trouble in await self.alarm.look())


@pytest.fixture
def watch(database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox, clock: Clock) -> Watch:
    return Watch(database, conversations, inbox, outbox, clock)


async def test_a_quiet_service_raises_no_alarm(watch: Watch) -> None:
    assert await watch.look() == []
    assert watch.told == []


async def test_staff_who_could_not_be_told_that_somebody_waits_are_an_alarm_for_an_hour(watch: Watch) -> None:
    now = watch.clock.now
    async with watch.database.transaction() as connection:
        for point, state in (("milano", "failed"), ("milano", "failed"), ("roma", "sent"), ("torino", "failed")):
            row = {"id": new_id(), "contact_point": point, "kind": "waiting", "not_before": now, "created_at": now}
            await connection.execute(insert(t.notice).values(**row, state=state))

    assert await watch.look() == ["notices"]
    assert watch.told == ["the staff of 2 offices could not be told that somebody waits (mail or Telegram is down)"]
    assert await watch.look(minutes=61) == []


async def test_a_message_that_waits_too_long_is_told_once_and_its_end_once(watch: Watch) -> None:
    await watch.arrives()
    assert await watch.look(minutes=4) == []

    assert await watch.look(minutes=1) == ["queue:inbox"]
    assert await watch.look(minutes=1) == ["queue:inbox"]
    await watch.answers()
    assert await watch.look() == []
    assert await watch.look() == []
    assert len(watch.told) == 2
    assert watch.told[1] == f"Over: {watch.told[0]}"


async def test_a_trouble_that_comes_back_is_told_again(watch: Watch) -> None:
    for _ in range(2):
        async with watch.database.transaction() as connection:
            arrival = Arrival(said("x", at=watch.clock.now, key=str(watch.clock.now)))
            await watch.inbox.store(connection, [arrival], watch.clock.now)
        await watch.look(minutes=6)
        await watch.answers()
        await watch.look()

    assert [text.startswith("Over: ") for text in watch.told] == [False, True, False, True]


async def test_a_reply_that_is_not_sent_is_told(watch: Watch) -> None:
    async with watch.database.transaction() as connection:
        account = await watch.conversations.account(connection, "telegram", "42")
        person = await watch.conversations.find_or_make(
            connection, account, "telegram", Address("100", {}), watch.clock.now
        )
        await watch.outbox.add(connection, person, account, 0, Draft("my secret answer"), watch.clock.now)

    assert await watch.look(minutes=5) == ["queue:outbox"]
    assert "secret" not in watch.told[0]


async def test_a_channel_that_stopped_delivering_is_told_at_once(watch: Watch) -> None:
    async with watch.database.transaction() as connection:
        await watch.conversations.account(connection, "whatsapp", "77")
        failing = {"failing_since": watch.clock.now, "failing_reason": "meta_131042"}
        await connection.execute(update(t.account).values(**failing))

    assert await watch.look() == ["channel:whatsapp 77"]
    assert watch.told == ["channel=whatsapp 77 stopped delivering since=09:00 reason=meta_131042"]
    async with watch.database.transaction() as connection:
        await connection.execute(update(t.account).values(failing_since=None, failing_reason=""))
    assert await watch.look() == []
    assert watch.told[1].startswith("Over: channel=whatsapp")


async def test_two_troubles_are_told_apart(watch: Watch) -> None:
    await watch.arrives()
    async with watch.database.transaction() as connection:
        await connection.execute(update(t.account).values(failing_since=watch.clock.now, failing_reason="conflict"))

    assert await watch.look(minutes=5) == ["channel:telegram 42", "queue:inbox"]
    assert len(watch.told) == 2


async def test_two_accounts_of_one_platform_are_told_apart(watch: Watch) -> None:
    async with watch.database.transaction() as connection:
        for external in ("1", "2"):
            await watch.conversations.account(connection, "whatsapp", external)
        await connection.execute(update(t.account).values(failing_since=watch.clock.now, failing_reason="meta_190"))

    assert len(await watch.look()) == 2


async def test_a_status_that_nobody_waits_for_raises_no_alarm(watch: Watch) -> None:
    status = Delivery("whatsapp", "77", "x:sent", None, "x", DeliveryState.SENT, watch.clock.now)
    async with watch.database.transaction() as connection:
        await watch.inbox.store_delivery(connection, status, watch.clock.now)

    assert await watch.look(minutes=6) == []


async def test_what_is_told_holds_no_words_and_no_address(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    conversation = await watch.arrives()
    await watch.look(minutes=6)

    for text in (*watch.told, caplog.text):
        assert "secret" not in text
        assert str(conversation) not in text
