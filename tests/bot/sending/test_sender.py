"""The sender against both fake platforms over HTTP: every fate that is known, and the order."""

import pytest

from bot.channels.whatsapp import WhatsAppChannel
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import Purpose
from bot.outbox import Outbox
from tests.bot.sending.post import OLENA, YUSUF, Post, texts
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp
from tests.support.ports import free_port


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
