"""The fake Telegram behaves as its documentation says the real one does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.receiver import Receiver
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import METHODS, ApiError, visible_text

OLENA = 1001
SECRET = "s3cret"  # noqa: S105


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as made:
        made.retry_delay = 0.01
        yield made


async def call(fake: FakeTelegram, method: str, **parameters: Any) -> Any:
    async with aiohttp.ClientSession() as session:
        address = f"{fake.base_url}{fake.token}/{method}"
        async with session.post(address, json=parameters) as answer:
            return await answer.json()


async def poll(fake: FakeTelegram, offset: int = 0, **more: Any) -> list[int]:
    answer = await call(fake, "getUpdates", offset=offset, **more)
    return [update["update_id"] for update in answer["result"]]


async def test_updates_stay_until_a_higher_offset_confirms_them(fake: FakeTelegram) -> None:
    for text in ("one", "two", "three"):
        await fake.says(OLENA, text)

    first = await poll(fake)
    assert await poll(fake) == first
    assert await poll(fake, first[1]) == first[1:]
    assert [said.acknowledged for said in fake.record.said] == [True, False, False]


async def test_a_limit_gives_the_oldest_first(fake: FakeTelegram) -> None:
    for text in ("one", "two", "three"):
        await fake.says(OLENA, text)

    assert len(await poll(fake, limit=2)) == 2


async def test_a_second_poll_ends_the_first_with_a_conflict(fake: FakeTelegram) -> None:
    first = asyncio.create_task(call(fake, "getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    await call(fake, "getUpdates", timeout=0)

    assert (await first)["error_code"] == 409


async def test_after_the_ids_restart_an_old_offset_confirms_nothing(fake: FakeTelegram) -> None:
    await fake.says(OLENA, "before")
    (before,) = await poll(fake)
    await poll(fake, before + 1)
    fake.restart_ids(100)
    await fake.says(OLENA, "after")

    assert await poll(fake, before + 1) == [101]
    assert await poll(fake, 102) == []


async def test_a_kind_that_was_not_asked_for_does_not_come(fake: FakeTelegram) -> None:
    await poll(fake, allowed_updates=["callback_query"])
    await fake.says(OLENA, "hello")

    assert await poll(fake) == []


async def test_an_unknown_parameter_a_missing_one_and_a_wrong_token_are_refused(fake: FakeTelegram) -> None:
    unknown = await call(fake, "sendMessage", chat_id=1, text="x", colour="red")
    missing = await call(fake, "sendMessage", text="x")
    fake.token = "1:other"  # noqa: S105
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{fake.base_url}1:wrong/getMe") as answer,
    ):
        assert answer.status == 401

    assert unknown["description"] == "Bad Request: unknown parameter ['colour']"
    assert missing["description"] == "Bad Request: missing ['chat_id']"


@pytest.mark.parametrize("html", ["<b>x", "x</b>", "<b><i>x</b></i>", "a < b", "<script>x</script>", "a & b", "&nbsp;"])
def test_markup_that_telegram_cannot_parse_is_refused(html: str) -> None:
    with pytest.raises(ApiError, match="parse entities"):
        visible_text(html, "HTML")


def test_markup_that_telegram_can_parse_passes() -> None:
    assert visible_text('<b>a</b> &lt; <a href="https://e.org/?a=1&amp;b=2">c</a>', "HTML") == "a < c"
    assert visible_text("a < b", "") == "a < b"


async def test_a_webhook_gets_the_secret_and_is_asked_again_until_it_accepts(fake: FakeTelegram) -> None:
    async with Receiver(500, 302, 204) as hook:
        await call(fake, "setWebhook", url=hook.url, secret_token=SECRET)
        await fake.says(OLENA, "hello")
        await fake.settle()

    assert len(hook.bodies) == 3
    assert len(set(hook.bodies)) == 1
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers in hook.headers} == {SECRET}
    assert fake.record.said[0].acknowledged


async def test_a_wrong_and_a_missing_secret_can_be_played(fake: FakeTelegram) -> None:
    fake.fault("bad_secret", "webhook")
    fake.fault("no_secret", "webhook")
    async with Receiver(403, 403, 200) as hook:
        await call(fake, "setWebhook", url=hook.url, secret_token=SECRET)
        await fake.says(OLENA, "hello")
        await fake.settle()

    given = [headers.get("X-Telegram-Bot-Api-Secret-Token") for headers in hook.headers]
    assert given == ["wrong", None, SECRET]


async def test_updates_come_twice_and_out_of_order_when_told_so(fake: FakeTelegram) -> None:
    fake.duplicates, fake.shuffle = 1, True
    async with Receiver() as hook:
        await call(fake, "setWebhook", url=hook.url)
        for number in range(10):
            await fake.says(OLENA, str(number))
        await fake.settle()

    came = [post["update_id"] for post in hook.posts]
    assert len(came) == 20
    assert len(set(came)) == 10
    assert came != sorted(came)


async def test_what_waited_is_delivered_once_the_webhook_stands(fake: FakeTelegram) -> None:
    await fake.says(OLENA, "early")
    async with Receiver() as hook:
        await call(fake, "setWebhook", url=hook.url)
        await call(fake, "setWebhook", url=hook.url)
        await fake.settle()

    assert len(hook.posts) == 1


async def test_a_person_taps_only_what_they_see(fake: FakeTelegram) -> None:
    with pytest.raises(AssertionError, match="sees no button"):
        await fake.taps(OLENA, "menu")

    keyboard = {"inline_keyboard": [[{"text": "Menu", "callback_data": "menu"}]]}
    await call(fake, "sendMessage", chat_id=OLENA, text="x", reply_markup=keyboard)
    await fake.taps(OLENA, "menu")

    (update,) = (await call(fake, "getUpdates"))["result"]
    assert update["callback_query"]["data"] == "menu"
    assert update["callback_query"]["message"]["message_id"] == 1


async def test_every_deed_of_a_person_becomes_an_update(fake: FakeTelegram) -> None:
    await fake.sends_location(OLENA, 45.07, 7.69, live=True)
    for kind in ("voice", "photo", "sticker", "document"):
        await fake.sends(OLENA, kind)
    await fake.edits(OLENA, "better")
    await fake.blocks(OLENA)
    await fake.unblocks(OLENA)
    await fake.writes_in_group(-100555, OLENA, "hi all")

    updates = (await call(fake, "getUpdates"))["result"]
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert kinds == [*["message"] * 5, "edited_message", "my_chat_member", "my_chat_member", "message"]
    assert updates[-1]["message"]["chat"]["type"] == "supergroup"


async def test_waiting_in_vain_tells_what_came_instead(fake: FakeTelegram) -> None:
    await call(fake, "sendMessage", chat_id=OLENA, text="only this")

    with pytest.raises(TimeoutError, match=r"got 1 of 2 messages: \['only this'\]"):
        await fake.wait_for(OLENA, 2, timeout=0.05)


def test_every_method_of_the_table_is_answered() -> None:
    assert all(hasattr(FakeTelegram, f"_on_{method}") for method in METHODS)
