"""Token buckets: a burst at once, then the rate, and broadcasts leave room for live replies."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buckets import Bucket, Buckets, Rate
from bot.model.ids import new_id

RATES = st.builds(
    Rate,
    st.floats(0.1, 50, allow_nan=False),
    st.floats(1, 50, allow_nan=False),
)


def test_a_burst_goes_at_once_and_the_next_waits_for_a_token() -> None:
    bucket = Bucket(Rate(per_second=2, burst=3), now=0.0)

    assert [bucket.delay(0.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_tokens_flow_in_up_to_the_burst() -> None:
    bucket = Bucket(Rate(per_second=1, burst=2), now=0.0)
    for _ in range(2):
        bucket.delay(0.0)

    assert [bucket.delay(1000.0) for _ in range(3)] == [0, 0, 1]


def test_a_broadcast_leaves_the_floor_to_live_replies() -> None:
    bucket = Bucket(Rate(per_second=1, burst=4), now=0.0)

    assert [bucket.delay(0.0, floor=2) > 0 for _ in range(3)] == [False, False, True]
    assert [bucket.delay(0.0) for _ in range(2)] == [0, 0]


@given(RATES)
def test_who_waits_as_long_as_told_gets_a_token(rate: Rate) -> None:
    bucket = Bucket(rate, now=0.0)
    now = 0.0
    for _ in range(30):
        delay = bucket.delay(now)
        if delay:
            now += delay * 1.000001
            assert bucket.delay(now) == 0


@given(RATES, st.lists(st.floats(0, 3, allow_nan=False), max_size=60))
def test_never_more_than_the_burst_and_the_rate(rate: Rate, pauses: list[float]) -> None:
    bucket = Bucket(rate, now=0.0)
    now, taken = 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.delay(now) == 0

    assert taken <= rate.burst + now * rate.per_second + 0.001


@pytest.mark.parametrize(("channel", "burst"), [("telegram", 3), ("whatsapp", 8)])
async def test_a_chat_has_its_own_burst(channel: str, burst: int) -> None:
    buckets, chat, other = Buckets(), new_id(), new_id()
    for _ in range(burst):
        await asyncio.wait_for(buckets.wait(channel, "1", chat, 0), 5)

    more = asyncio.create_task(buckets.wait(channel, "1", chat, 0))
    await asyncio.sleep(0)
    await asyncio.wait_for(buckets.wait(channel, "1", other, 0), 5)
    assert not more.done()
    more.cancel()


async def test_the_web_page_has_no_limit_of_a_platform() -> None:
    buckets, chat = Buckets(), new_id()
    for _ in range(200):
        await asyncio.wait_for(buckets.wait("web", "web", chat, 0), 5)


async def test_broadcasts_take_half_of_an_account_at_most() -> None:
    buckets = Buckets()
    sends = [asyncio.create_task(buckets.wait("telegram", "1", new_id(), 1)) for _ in range(25)]
    await asyncio.sleep(0)
    sent = sum(send.done() for send in sends)

    assert 12 <= sent <= 13
    for _ in range(10):
        await asyncio.wait_for(buckets.wait("telegram", "1", new_id(), 0), 5)
    for send in sends:
        send.cancel()
