"""Texts of which nobody knows whether they arrived: asked about, repeated where it matters, settled by a status."""

import pytest

from bot.channels.whatsapp_payloads import parse_webhook
from bot.inbox import Inbox
from bot.model.conversation import Purpose
from bot.model.messages import Delivery
from bot.statuses import Statuses
from tests.bot.sending.post import ASK, OLENA, YUSUF, Post, texts
from tests.fakes.receiver import Receiver
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp


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
