"""The sender against both fake platforms over HTTP: every fate, the order, and what happens when nobody knows."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.buckets import Buckets
from bot.bus import Bus
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.channels.whatsapp_payloads import parse_webhook
from bot.conversations import Conversations
from bot.db import Database
from bot.inbox import Inbox
from bot.model.conversation import Purpose
from bot.model.messages import Address, Button, Delivery
from bot.outbox import Draft, Outbox
from bot.sender import Sender
from bot.statuses import Statuses
from tests.conftest import Clock
from tests.fakes.receiver import Receiver
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.ports import free_port

YUSUF = "393331112222"
OLENA = "5001"
ASK = "Did my last message arrive?"


class Post:
    """One person on one channel, and the sender that serves it; short words for the steps of these tests."""

    def __init__(
        self, database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, channel: Channel
    ) -> None:
        self.database, self.conversations, self.outbox, self.clock = database, conversations, outbox, clock
        self.channel = channel
        self.channels: dict[UUID, Channel] = {}
        self.bus = Bus()
        self.sender = Sender(
            database, conversations, outbox, self.bus, self.channels, clock, Buckets(),
            lambda locale: Draft(ASK, locale=locale, buttons=(Button("again", "Show again"),)),
        )  # fmt: skip

    async def open(self, who: str) -> "Post":
        async with self.database.transaction() as connection:
            self.account = await self.conversations.account(connection, self.channel.name, self.channel.account)
            address = Address(who, {"to": f"+{who}"} if self.channel.name == "whatsapp" else {})
            self.person = await self.conversations.find_or_make(
                connection, self.account, self.channel.name, address, self.clock.now
            )
        self.channels[self.account] = self.channel
        return self

    async def add(self, text: str, purpose: Purpose = Purpose.BOT) -> UUID:
        async with self.database.transaction() as connection:
            draft = Draft(text, purpose)
            return await self.outbox.add(connection, self.person, self.account, 0, draft, self.clock.now)

    async def send(self, *, after: float = 0) -> None:
        self.clock.move(seconds=after)
        await self.sender.drain()

    async def settle(self, *, after: float) -> None:
        """Let time pass, deal with what is unknown, and send what that brought."""
        self.clock.move(seconds=after)
        await self.sender.settle_unknown()
        await self.sender.drain()

    async def fate(self, row: UUID) -> tuple[str, str]:
        async with self.database.reading() as connection:
            found = await self.outbox.read(connection, row)
        assert found is not None
        return found.state, found.reason

    async def change(self, **values: object) -> None:
        """Change columns of the conversation, as another part would."""
        async with self.database.transaction() as connection:
            await connection.execute(update(t.conversation).where(t.conversation.c.id == self.person).values(**values))

    async def column(self, name: str) -> object:
        async with self.database.reading() as connection:
            query = select(t.conversation.c[name]).where(t.conversation.c.id == self.person)
            return (await connection.execute(query)).scalar_one()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def post(
    database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, telegram: FakeTelegram
) -> AsyncIterator[Post]:
    """Olena on Telegram."""
    channel = TelegramChannel(telegram.token, telegram.base_url, telegram.base_file_url)
    yield await Post(database, conversations, outbox, clock, channel).open(OLENA)
    await channel.aclose()


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
async def whatsapp(hook: Receiver, clock: Clock) -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp(webhook_url=hook.url, now=lambda: clock.now.timestamp()) as fake:
        yield fake


@pytest.fixture
async def whatsapp_post(
    database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, whatsapp: FakeWhatsApp
) -> AsyncIterator[Post]:
    """Yusuf on WhatsApp."""
    channel = WhatsAppChannel(whatsapp.phone_number_id, whatsapp.token, whatsapp.url)
    yield await Post(database, conversations, outbox, clock, channel).open(YUSUF)
    await channel.aclose()


def texts(fake: FakeTelegram | FakeWhatsApp, who: str = OLENA) -> list[str]:
    return [heard.text for heard in fake.heard(who)]


async def test_a_message_is_sent_once(post: Post, telegram: FakeTelegram) -> None:
    row = await post.add("*Steps*")
    await post.send()
    await post.send(after=3600)

    assert texts(telegram) == ["Steps"]
    assert await post.fate(row) == ("sent", "")


async def test_whatsapp_carries_the_row_with_the_message(whatsapp_post: Post, whatsapp: FakeWhatsApp) -> None:
    row = await whatsapp_post.add("*Steps*")
    await whatsapp_post.send()

    (heard,) = whatsapp.heard(YUSUF)
    assert (heard.text, heard.row) == ("*Steps*", str(row))
    assert await whatsapp_post.fate(row) == ("sent", "")


@pytest.mark.parametrize(("fault", "wait"), [("429", 7), ("429_bare", 1)])
async def test_a_throttled_message_waits_and_arrives_once(
    post: Post, telegram: FakeTelegram, fault: str, wait: int
) -> None:
    telegram.fault(fault, seconds=7)
    row = await post.add("one")
    await post.send()
    assert await post.fate(row) == ("queued", "http_429")

    await post.send(after=wait - 0.1)
    assert texts(telegram) == []
    await post.send(after=0.1)
    assert texts(telegram) == ["one"]
    assert (await post.fate(row))[0] == "sent"


async def test_whatsapp_names_how_long_one_person_must_wait(whatsapp_post: Post, whatsapp: FakeWhatsApp) -> None:
    whatsapp.fault("131056")
    row = await whatsapp_post.add("one")
    await whatsapp_post.send()
    await whatsapp_post.send(after=5.9)
    assert texts(whatsapp, YUSUF) == []

    await whatsapp_post.send(after=0.1)
    assert texts(whatsapp, YUSUF) == ["one"]
    assert (await whatsapp_post.fate(row))[0] == "sent"


async def test_the_order_is_kept_when_the_first_is_throttled(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("429", seconds=5)
    for text in ("first", "second"):
        await post.add(text)
    await post.send()
    assert texts(telegram) == []

    await post.send(after=5)
    assert texts(telegram) == ["first", "second"]


async def test_one_throttled_chat_does_not_hold_up_another(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("429", seconds=5, user=OLENA)
    await post.add("to Olena")
    await post.open("5002")
    await post.add("to Marta")
    await post.send()

    assert texts(telegram, "5002") == ["to Marta"]
    assert texts(telegram) == []


async def test_a_block_is_noted_and_the_message_given_up(post: Post, telegram: FakeTelegram) -> None:
    telegram.blocked.add(OLENA)
    row = await post.add("one")
    await post.send()
    await post.send(after=3600)

    assert await post.fate(row) == ("rejected", "forbidden")
    assert await post.column("blocked_at") is not None
    assert texts(telegram) == []


@pytest.mark.parametrize(("fault", "reason"), [("400_chat", "chat_not_found"), ("400_thread", "thread_not_found")])
async def test_a_refused_message_is_not_tried_again(
    post: Post, telegram: FakeTelegram, fault: str, reason: str
) -> None:
    telegram.fault(fault)
    row, after = await post.add("one"), await post.add("two")
    await post.send()
    await post.send(after=3600)

    assert await post.fate(row) == ("rejected", reason)
    assert await post.column("blocked_at") is None
    assert (await post.fate(after))[0] == "sent"
    assert texts(telegram) == ["two"]


@pytest.mark.parametrize(("fault", "blocked"), [("131047", False), ("131026", True)])
async def test_whatsapp_refusals_are_told_by_their_code(
    whatsapp_post: Post, whatsapp: FakeWhatsApp, fault: str, blocked: bool
) -> None:
    whatsapp.fault(fault)
    row = await whatsapp_post.add("one")
    await whatsapp_post.send()

    assert await whatsapp_post.fate(row) == ("rejected", f"meta_{fault}")
    assert (await whatsapp_post.column("blocked_at") is not None) is blocked


async def test_a_platform_out_of_reach_is_tried_for_an_hour(
    database: Database, conversations: Conversations, outbox: Outbox, clock: Clock
) -> None:
    channel = WhatsAppChannel("1", "token", f"http://127.0.0.1:{free_port()}")
    post = await Post(database, conversations, outbox, clock, channel).open(YUSUF)
    row = await post.add("one")
    for _ in range(5):
        await post.send(after=60)
    assert await post.fate(row) == ("queued", "not_connected")

    await post.send(after=3600)
    assert await post.fate(row) == ("rejected", "not_connected")
    await channel.aclose()


async def test_a_reply_of_yesterday_is_not_sent_today(post: Post, telegram: FakeTelegram) -> None:
    bot, operator = await post.add("bot"), await post.add("operator", Purpose.OPERATOR)
    await post.send(after=25 * 3600)

    assert await post.fate(bot) == ("rejected", "too late")
    assert (await post.fate(operator))[0] == "sent"
    assert texts(telegram) == ["operator"]


@pytest.mark.parametrize("fault", ["lost", "garbage", "500", "dropped"])
async def test_an_answer_that_got_lost_leaves_the_fate_unknown(post: Post, telegram: FakeTelegram, fault: str) -> None:
    telegram.fault(fault)
    row = await post.add("one")
    await post.send()

    assert (await post.fate(row))[0] == "unknown"


async def test_a_bot_text_of_unknown_fate_is_asked_about_and_not_repeated(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost")
    row = await post.add("one")
    await post.send()
    await post.settle(after=59)
    assert texts(telegram) == ["one"]

    await post.settle(after=1)
    await post.settle(after=600)
    assert texts(telegram) == ["one", ASK]
    assert telegram.heard(OLENA)[1].buttons == [("again", "Show again")]
    assert (await post.fate(row))[0] == "unknown"


async def test_a_question_of_unknown_fate_is_not_asked_about_for_ever(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost", times=-1)
    await post.add("one")
    await post.send()
    for _ in range(3):
        await post.settle(after=61)

    assert texts(telegram) == ["one", ASK]


async def test_what_followed_a_text_of_unknown_fate_is_not_held_up(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost")
    await post.add("one")
    await post.add("two")
    await post.send()

    assert texts(telegram) == ["one", "two"]


@pytest.mark.parametrize("purpose", [Purpose.DANGER, Purpose.HANDOFF])
async def test_danger_and_handoff_texts_go_out_again(post: Post, telegram: FakeTelegram, purpose: Purpose) -> None:
    telegram.fault("dropped")
    await post.add("112", purpose)
    await post.send()
    assert texts(telegram) == []

    await post.settle(after=60)
    await post.settle(after=600)
    assert texts(telegram) == ["112"]


async def test_a_danger_text_is_repeated_a_few_times_at_most(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost", times=2)
    await post.add("112", Purpose.DANGER)
    await post.send()
    await post.settle(after=61)
    await post.settle(after=61)

    assert texts(telegram) == ["112"] * 3


async def test_an_operators_reply_of_unknown_fate_is_left_to_the_operator(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("dropped")
    row = await post.add("come at ten", Purpose.OPERATOR)
    await post.send()
    await post.settle(after=600)

    assert texts(telegram) == []
    assert await post.fate(row) == ("unknown", "connection_lost")
    async with post.database.reading() as connection:
        kept = await post.outbox.read(connection, row)
    assert kept is not None
    assert kept.draft is not None


async def test_nobody_is_asked_while_a_person_has_the_conversation(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost")
    await post.add("one")
    await post.send()
    await post.change(state="assigned")
    await post.settle(after=61)

    assert texts(telegram) == ["one"]


async def test_who_said_stop_is_not_asked(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("lost")
    await post.add("one")
    await post.send()
    await post.change(stopped_at=post.clock.now.replace(minute=1))
    await post.settle(after=61)

    assert texts(telegram) == ["one"]


async def test_a_status_of_whatsapp_settles_an_unknown_row(
    whatsapp_post: Post, whatsapp: FakeWhatsApp, hook: Receiver, inbox: Inbox
) -> None:
    whatsapp.fault("lost")
    row = await whatsapp_post.add("112", Purpose.DANGER)
    await whatsapp_post.send()
    assert (await whatsapp_post.fate(row))[0] == "unknown"

    await hook.wait_for(2)
    await _take_statuses(whatsapp_post, hook, inbox)
    assert (await whatsapp_post.fate(row))[0] == "sent"
    await whatsapp_post.settle(after=61)
    assert texts(whatsapp, YUSUF) == ["112"]


async def test_a_status_that_beats_the_answer_does_no_harm(
    whatsapp_post: Post, whatsapp: FakeWhatsApp, hook: Receiver, inbox: Inbox
) -> None:
    whatsapp.statuses = "early"
    row = await whatsapp_post.add("one")
    await whatsapp_post.send()
    await hook.wait_for(2)
    await _take_statuses(whatsapp_post, hook, inbox)

    assert (await whatsapp_post.fate(row))[0] == "sent"


async def test_a_failed_status_rejects_what_was_accepted(
    whatsapp_post: Post, whatsapp: FakeWhatsApp, hook: Receiver, inbox: Inbox
) -> None:
    whatsapp.fault("failed", code=131047)
    row = await whatsapp_post.add("one")
    await whatsapp_post.send()
    await hook.wait_for(1)
    await _take_statuses(whatsapp_post, hook, inbox)

    assert await whatsapp_post.fate(row) == ("rejected", "platform 131047")


async def _take_statuses(post: Post, hook: Receiver, inbox: Inbox) -> None:
    """What the webhook does with what WhatsApp posted."""
    deliveries = [one for body in hook.posts for one in parse_webhook(body, post.clock.now)]
    async with post.database.transaction() as connection:
        for delivery in deliveries:
            assert isinstance(delivery, Delivery)
            await inbox.store_delivery(connection, delivery, post.clock.now)
    assert await Statuses(post.database, inbox, post.outbox, post.bus, post.clock).apply_waiting() == 0


async def test_a_take_cancels_what_the_bot_had_not_sent(post: Post, telegram: FakeTelegram) -> None:
    telegram.fault("429", seconds=5)
    bot, card = await post.add("answer"), await post.add("112", Purpose.DANGER)
    await post.send()
    await post.change(epoch=1)
    await post.send(after=5)

    assert await post.fate(bot) == ("cancelled", "taken over")
    assert (await post.fate(card))[0] == "sent"
    assert texts(telegram) == ["112"]


@pytest.mark.parametrize(("fault", "reason"), [("401", "invalid_token"), ("409", "conflict")])
async def test_a_broken_account_is_noted_and_its_recovery_too(
    post: Post, telegram: FakeTelegram, fault: str, reason: str
) -> None:
    telegram.fault(fault, times=2)
    row = await post.add("one")
    since = post.clock.now
    await post.send()
    await post.send(after=1)

    assert await post.sender.failing_accounts() == [(f"telegram {telegram.token.partition(':')[0]}", reason, since)]
    assert await post.fate(row) == ("queued", reason)
    await post.send(after=2)
    assert await post.sender.failing_accounts() == []
    assert texts(telegram) == ["one"]


@pytest.mark.parametrize("code", ["190", "131042", "368"])
async def test_whatsapp_says_that_the_account_stopped(whatsapp_post: Post, whatsapp: FakeWhatsApp, code: str) -> None:
    whatsapp.fault(code)
    await whatsapp_post.add("one")
    await whatsapp_post.send()

    ((name, reason, _),) = await whatsapp_post.sender.failing_accounts()
    assert (name.split()[0], reason) == ("whatsapp", f"meta_{code}")
    await whatsapp_post.send(after=1)
    assert texts(whatsapp, YUSUF) == ["one"]
    assert await whatsapp_post.sender.failing_accounts() == []


async def test_rows_of_an_account_that_we_do_not_serve_are_left_alone(post: Post, telegram: FakeTelegram) -> None:
    row = await post.add("one")
    post.channels.clear()
    await post.send()

    assert await post.fate(row) == ("queued", "")
    assert texts(telegram) == []


async def test_nothing_is_sent_to_an_erased_address(post: Post, telegram: FakeTelegram) -> None:
    row = await post.add("one")
    await post.change(address=None)
    await post.send()

    assert await post.fate(row) == ("rejected", "too late")
    assert texts(telegram) == []


async def test_what_was_being_sent_at_a_crash_is_unknown_and_then_asked_about(
    post: Post, telegram: FakeTelegram
) -> None:
    row = await post.add("one")
    async with post.database.transaction() as connection:
        await post.outbox.start(connection, row, post.clock.now)
    await post.sender.recover()
    assert await post.fate(row) == ("unknown", "restart")

    await post.settle(after=60)
    assert texts(telegram) == [ASK]
