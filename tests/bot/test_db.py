"""The gate before SQLite's only writer: one at a time, arrivals first."""

import asyncio

from bot.db import Gate


async def test_the_urgent_go_before_those_who_waited_longer() -> None:
    gate, order = Gate(), []

    async def go(name: str, urgent: bool) -> None:
        async with gate.passage(urgent):
            order.append(name)
            await asyncio.sleep(0)

    async with gate.passage(False):
        waiting = [
            asyncio.create_task(go(name, name.startswith("urgent"))) for name in ("a", "urgent b", "c", "urgent d")
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)

    assert order == ["urgent b", "urgent d", "a", "c"]


async def test_who_gives_up_waiting_blocks_nobody() -> None:
    gate, passed = Gate(), []

    async def go(name: str) -> None:
        async with gate.passage(False):
            passed.append(name)

    async with gate.passage(False):
        first, second = asyncio.create_task(go("first")), asyncio.create_task(go("second"))
        await asyncio.sleep(0)
        first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with gate.passage(True):
        passed.append("third")

    assert passed == ["second", "third"]
