"""The Telegram channel against the fake Bot API, over HTTP."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel, rows, verify_secret
from bot.channels.telegram_transport import failure_of
from bot.model.errors import Forged, SendError, SendFailure
from bot.model.messages import Address, Button
from tests.bot.channels.builders import to
from tests.fakes.telegram import FakeTelegram

OLENA = "1001"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as made:
        yield made


@pytest.fixture
async def channel(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(fake.token, fake.base_url, fake.base_file_url)
    yield made
    await made.aclose()


async def failure(channel: TelegramChannel, text: str = "hello", *buttons: str) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(to(OLENA, text, *buttons))
    return caught.value


def test_it_keeps_the_contract(channel: TelegramChannel) -> None:
    contract: Channel = channel

    assert (contract.name, contract.account) == ("telegram", "123456789")


async def test_markup_links_and_foreign_signs_arrive(channel: TelegramChannel, fake: FakeTelegram) -> None:
    number = await channel.send(to(OLENA, "*Увага* 5 < 6 & [Джерело](https://example.org/?a=1&b=2)"))

    (heard,) = fake.heard(OLENA)
    assert heard.text == "Увага 5 < 6 & Джерело"
    assert heard.raw == '<b>Увага</b> 5 &lt; 6 &amp; <a href="https://example.org/?a=1&amp;b=2">Джерело</a>'
    assert heard.message_id == number


async def test_buttons_arrive_with_their_ids(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.send(to(OLENA, "Choose:", "c:IT=Italia", "c:BE=Belgique", "x" * 64 + "=Sehr lange Auswahl"))

    (heard,) = fake.heard(OLENA)
    assert heard.buttons == [("c:IT", "Italia"), ("c:BE", "Belgique"), ("x" * 64, "Sehr lange Auswahl")]


def test_two_short_buttons_share_a_row() -> None:
    titles = ["Yes", "No", "Talk to a person", "Steps", "Menu", "Language"]

    laid = rows(tuple(Button(title, title) for title in titles))

    assert [[button.title for button in row] for row in laid] == [
        ["Yes", "No"],
        ["Talk to a person"],
        ["Steps", "Menu"],
        ["Language"],
    ]


@pytest.mark.parametrize(
    ("text", "button", "reason"),
    [
        ("x" * 4097, "ok", "too_long"),
        (" \n", "ok", "empty"),
        ("Choose:", "ї" * 33, "bad_button"),
    ],
)
async def test_what_does_not_fit_is_refused_and_not_cut(
    channel: TelegramChannel, fake: FakeTelegram, text: str, button: str, reason: str
) -> None:
    error = await failure(channel, text, button)

    assert (error.kind, error.reason) == (SendFailure.REJECTED, reason)
    assert not fake.heard(OLENA)


async def test_the_limit_counts_what_is_seen(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.send(to(OLENA, "*" + "&" * 4096 + "*"))

    assert len(fake.heard(OLENA)[0].text) == 4096


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ("429_bare", SendFailure.THROTTLED, "http_429"),
        ("403", SendFailure.BLOCKED, "forbidden"),
        ("400_chat", SendFailure.REJECTED, "chat_not_found"),
        ("400_thread", SendFailure.REJECTED, "thread_not_found"),
        ("401", SendFailure.ACCOUNT, "invalid_token"),
        ("409", SendFailure.ACCOUNT, "conflict"),
        ("migrate", SendFailure.REJECTED, "chat_migrated"),
        ("500", SendFailure.UNKNOWN, "http_500"),
        ("502_html", SendFailure.UNKNOWN, "http_502"),
        ("dropped", SendFailure.UNKNOWN, "connection_lost"),
        ("lost", SendFailure.UNKNOWN, "connection_lost"),
        ("garbage", SendFailure.UNKNOWN, "broken_answer"),
    ],
)
async def test_a_failure_is_named(
    channel: TelegramChannel, fake: FakeTelegram, fault: str, kind: SendFailure, reason: str
) -> None:
    fake.fault(fault)

    error = await failure(channel)

    assert (error.kind, error.reason, error.retry_after) == (kind, reason, None)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["slow", "late"])
async def test_a_slow_answer_leaves_the_fate_unknown(fake: FakeTelegram, fault: str) -> None:
    impatient = TelegramChannel(fake.token, fake.base_url, fake.base_file_url, read_timeout=0.2)
    fake.fault(fault, seconds=0.5)

    error = await failure(impatient)

    await impatient.aclose()
    assert (error.kind, error.reason) == (SendFailure.UNKNOWN, "timed_out")
    await asyncio.sleep(0.4)
    assert [heard.text for heard in fake.heard(OLENA)] == ["hello"]


async def test_throttling_tells_how_long(channel: TelegramChannel, fake: FakeTelegram) -> None:
    fake.fault("429", seconds=7)

    error = await failure(channel)

    assert (error.kind, error.retry_after) == (SendFailure.THROTTLED, timedelta(seconds=7))


async def test_a_refused_connection_is_transient() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        channel = TelegramChannel("1:x", f"http://127.0.0.1:{closed.getsockname()[1]}/bot")

        error = await failure(channel)

    await channel.aclose()
    assert (error.kind, error.reason) == (SendFailure.TRANSIENT, "not_connected")


def test_an_error_that_nobody_foresaw_leaves_the_fate_unknown() -> None:
    with pytest.warns(DeprecationWarning, match="retry_after"):
        error = failure_of(RetryAfter(3))

    assert error.kind is SendFailure.UNKNOWN


async def test_a_person_who_blocked_the_bot_is_gone(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await fake.blocks(OLENA)

    assert (await failure(channel)).kind is SendFailure.BLOCKED


async def test_a_tap_is_answered_and_typing_shown(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.signal(Address(OLENA), "4382")

    kinds = {signal["kind"]: signal for signal in fake.record.signals}
    assert kinds["answered"]["callback"] == "4382"
    assert kinds["typing"]["user"] == OLENA


async def test_a_failed_signal_disturbs_nobody(channel: TelegramChannel, fake: FakeTelegram) -> None:
    fake.fault("500", "sendChatAction")
    fake.fault("403", "answerCallbackQuery")

    await channel.signal(Address(OLENA), "4382")

    assert fake.record.signals == []


async def test_updates_come_raw_and_are_confirmed_by_the_next_offset(
    channel: TelegramChannel, fake: FakeTelegram
) -> None:
    await fake.says(OLENA, "привіт", language="uk")
    await fake.push("from_the_future", {"x": 1})

    first = await channel.poll(0, 0)
    again = await channel.poll(0, 0)
    rest = await channel.poll(first[-1]["update_id"] + 1, 0)

    assert first == again
    assert first[0]["message"]["text"] == "привіт"
    assert rest == []
    assert fake.record.said[0].acknowledged


async def test_a_long_poll_returns_as_soon_as_somebody_writes(channel: TelegramChannel, fake: FakeTelegram) -> None:
    poll = asyncio.create_task(channel.poll(0, 5))
    await asyncio.sleep(0.05)
    await fake.says(OLENA, "hello")

    async with asyncio.timeout(1):
        assert len(await poll) == 1


@pytest.mark.parametrize("fault", ["lost", "500", "garbage", "502_html"])
async def test_a_failed_poll_is_transient_and_loses_nothing(
    channel: TelegramChannel, fake: FakeTelegram, fault: str
) -> None:
    await fake.says(OLENA, "hello")
    fake.fault(fault, "getUpdates")

    with pytest.raises(SendError) as caught:
        await channel.poll(0, 0)

    assert caught.value.kind is SendFailure.TRANSIENT
    assert len(await channel.poll(0, 0)) == 1


async def test_polling_beside_a_webhook_is_the_accounts_fault(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.set_webhook("http://127.0.0.1:9/hook", "secret")
    with pytest.raises(SendError) as caught:
        await channel.poll(0, 0)
    await channel.delete_webhook()

    assert (caught.value.kind, caught.value.reason) == (SendFailure.ACCOUNT, "conflict")
    assert await channel.poll(0, 0) == []


async def test_it_leaves_a_group(channel: TelegramChannel, fake: FakeTelegram) -> None:
    await channel.leave("-100555")

    assert fake.left == ["-100555"]


async def test_neither_token_nor_text_is_logged(
    channel: TelegramChannel, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await channel.send(to(OLENA, "секретне слово"))
        fake.fault("garbage")
        await failure(channel, "секретне слово")
        fake.fault("garbage", "getUpdates")
        with pytest.raises(SendError):
            await channel.poll(0, 0)

    assert fake.token not in caplog.text
    assert "секретне" not in caplog.text


@pytest.mark.parametrize("header", [None, "", "Secret", "secret ", "сікрет"])
def test_a_wrong_webhook_secret_is_forged(header: str | None) -> None:
    with pytest.raises(Forged):
        verify_secret(header, "secret")


def test_a_missing_secret_of_ours_lets_nobody_in() -> None:
    with pytest.raises(Forged):
        verify_secret("", "")


def test_the_right_webhook_secret_passes() -> None:
    verify_secret("secret", "secret")
