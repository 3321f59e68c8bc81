"""The live bus: a word is not lost before a wait, reaches its topic only, and leaves nothing behind."""

import asyncio

from bot.bus import Bus


async def test_a_wake_before_the_wait_is_not_lost() -> None:
    bus = Bus()
    bus.wake("outbox")

    await asyncio.wait_for(bus.wait("outbox", 60), 5)


async def test_a_wake_ends_a_wait_and_is_used_up() -> None:
    bus = Bus()
    waiting = asyncio.create_task(bus.wait("outbox", 60))
    await asyncio.sleep(0)
    bus.wake("outbox")
    await asyncio.wait_for(waiting, 5)

    again = asyncio.create_task(bus.wait("outbox", 60))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not again.done()
    again.cancel()


async def test_a_wake_of_another_topic_ends_nothing() -> None:
    bus = Bus()
    waiting = asyncio.create_task(bus.wait("outbox", 60))
    bus.wake("statuses")
    for _ in range(3):
        await asyncio.sleep(0)

    assert not waiting.done()
    waiting.cancel()


async def test_a_wait_ends_by_itself() -> None:
    await asyncio.wait_for(Bus().wait("outbox", 0), 5)


async def test_listeners_hear_their_topics_only() -> None:
    bus = Bus()
    async with bus.listen("desk", "conversation:1") as mine, bus.listen("conversation:2") as theirs:
        bus.publish("conversation:1")

        assert mine.is_set()
        assert not theirs.is_set()
        mine.clear()
        bus.publish("desk")
        assert mine.is_set()


async def test_every_listener_of_a_topic_hears() -> None:
    bus = Bus()
    async with bus.listen("desk") as one, bus.listen("desk") as two:
        bus.publish("desk")

        assert one.is_set()
        assert two.is_set()


async def test_who_left_hears_nothing_more() -> None:
    bus = Bus()
    async with bus.listen("desk") as gone:
        pass
    bus.publish("desk")

    assert not gone.is_set()


async def test_publish_to_nobody_is_no_error() -> None:
    Bus().publish("conversation:nobody")
