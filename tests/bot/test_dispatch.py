"""Dispatch, one conformance suite for every implementation: one lease per conversation, danger first, fencing."""

import asyncio
from uuid import UUID

import pytest

from bot.arrivals import Arrival
from bot.db import Database
from bot.dispatch.sql import SqlDispatch
from bot.inbox import Inbox
from tests.conftest import Clock
from tests.support.builders import said


@pytest.fixture
def dispatch(database: Database, clock: Clock) -> SqlDispatch:
    return SqlDispatch(database, clock)


async def _arrive(database: Database, inbox: Inbox, clock: Clock, who: str, urgent: bool = False) -> UUID:
    async with database.transaction() as connection:
        arrival = Arrival(said("hi", at=clock.now, who=who, key=str(clock.now)), urgent)
        return (await inbox.store(connection, [arrival], clock.now))[0]


async def test_nothing_is_leased_before_it_is_ready(
    database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch
) -> None:
    await _arrive(database, inbox, clock, "1")

    assert await dispatch.take("w", 5) == []
    clock.move(seconds=2)
    assert len(await dispatch.take("w", 5)) == 1


async def test_a_conversation_has_one_lease_at_a_time(
    database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch
) -> None:
    for who in "12345":
        await _arrive(database, inbox, clock, who)
    clock.move(seconds=3)

    taken = await asyncio.gather(*(dispatch.take(f"w{n}", 2) for n in range(6)))

    ids = [lease.conversation_id for leases in taken for lease in leases]
    assert len(ids) == len(set(ids)) == 5


async def test_danger_is_taken_first(database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch) -> None:
    for who in "123":
        await _arrive(database, inbox, clock, who)
    clock.move(seconds=3)
    danger = await _arrive(database, inbox, clock, "9", urgent=True)

    assert [lease.conversation_id for lease in await dispatch.take("w", 1)] == [danger]


async def test_a_lease_ends_by_itself_and_the_next_has_a_higher_fence(
    database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch
) -> None:
    await _arrive(database, inbox, clock, "1")
    clock.move(seconds=2)
    (first,) = await dispatch.take("w1", 1)
    assert await dispatch.take("w2", 1) == []
    clock.move(seconds=61)
    (second,) = await dispatch.take("w2", 1)

    assert second.fence == first.fence + 1


async def test_an_old_holder_cannot_give_back_a_newer_lease(
    database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch
) -> None:
    await _arrive(database, inbox, clock, "1")
    clock.move(seconds=2)
    (old,) = await dispatch.take("w1", 1)
    clock.move(seconds=61)
    await dispatch.take("w2", 1)
    await dispatch.give_back(old, None)

    assert await dispatch.take("w3", 1) == []


async def test_leases_of_a_dead_process_end_at_start(
    database: Database, inbox: Inbox, clock: Clock, dispatch: SqlDispatch
) -> None:
    await _arrive(database, inbox, clock, "1")
    clock.move(seconds=2)
    await dispatch.take("node:before", 1)

    assert await dispatch.end_leases("node") == 1
    assert len(await dispatch.take("node:after", 1)) == 1


async def test_wake_ends_a_wait(dispatch: SqlDispatch) -> None:
    waiting = asyncio.create_task(dispatch.wait(60))
    await asyncio.sleep(0)
    dispatch.wake()

    await asyncio.wait_for(waiting, 5)
