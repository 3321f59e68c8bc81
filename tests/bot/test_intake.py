"""The intake: stored before it is acknowledged, many requests in one transaction, one bad request costs no other."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import tables as t
from bot.bus import Bus
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.inbox import Inbox
from bot.intake import Intake
from bot.model.messages import Address, Delivery, DeliveryState, Inbound, Kind
from tests.conftest import Clock
from tests.support.builders import said
from tests.support.ports import free_port

MILAN = (45.4641943, 9.1896346)


class Door:
    """An intake, and what it told the rest of the service."""

    def __init__(self, database: Database, inbox: Inbox, clock: Clock) -> None:
        self.database, self.inbox, self.clock = database, inbox, clock
        self.bus = Bus()
        self.woken = 0
        self.groups: list[str] = []
        self.intake = Intake(
            database, inbox, self.bus, clock, lambda text: "help" in text, self._locate, self._wake,
            lambda inbound: self.groups.append(inbound.address.key),
        )  # fmt: skip

    @staticmethod
    def _locate(latitude: float, longitude: float) -> tuple[str, str] | None:
        return ("Milano", "IT") if (latitude, longitude) == MILAN else None

    def _wake(self) -> None:
        self.woken += 1

    def said(self, text: str, who: int | str = 1, key: str = "1", **more: Any) -> Inbound:
        return said(text, at=self.clock.now, who=str(who), key=key, **more)

    async def count(self) -> int:
        async with self.database.reading() as connection:
            return int((await connection.execute(select(func.count()).select_from(t.inbox))).scalar_one())


@pytest.fixture
def door(database: Database, inbox: Inbox, clock: Clock) -> Door:
    return Door(database, inbox, clock)


@contextmanager
def commits() -> Iterator[list[object]]:
    """Collect the commits of every engine."""
    seen: list[object] = []

    def note(connection: Connection) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


async def test_many_at_once_are_all_stored_and_share_their_commits(door: Door) -> None:
    requests = [[door.said("hi", who)] for who in range(60)]
    requests += [[door.said("hi", who)] for who in range(0, 60, 3)]
    with commits() as seen:
        await asyncio.gather(*(door.intake.receive(request) for request in requests))

    assert await door.count() == 60
    assert len(seen) < 10


async def test_what_is_received_is_stored_when_receive_returns(door: Door) -> None:
    await door.intake.receive([door.said("one", key="1"), door.said("two", key="2")])

    assert await door.count() == 2
    assert door.woken == 1


async def test_a_redelivery_wakes_nobody(door: Door) -> None:
    await door.intake.receive([door.said("one")])
    await door.intake.receive([door.said("one")])

    assert await door.count() == 1
    assert door.woken == 1


async def test_nothing_is_a_valid_request(door: Door) -> None:
    await door.intake.receive([])

    assert door.woken == 0


async def _everything(database: Database, ring: KeyRing) -> str:
    """All that the database holds, with what is sealed opened."""
    found: list[str] = []
    async with database.reading() as connection:
        for table in t.metadata.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                found += [str(value) for value in row.values()]
                sealed = [
                    c.name for c in table.c if isinstance(c.type, LargeBinary) and c.name in ("payload", "address")
                ]
                found += [ring.open(table.name, name, row["id"], row[name]) for name in sealed if row[name]]
    return "\n".join(found)


async def test_coordinates_become_a_city_and_are_stored_nowhere(door: Door, ring: KeyRing) -> None:
    place = door.said("", kind=Kind.LOCATION, coordinates=MILAN)
    await door.intake.receive([place])

    stored = await _everything(door.database, ring)
    assert "Milano" in stored
    for number in ("45.4", "45,4", "9.18", "464194"):
        assert number not in stored


async def test_a_place_that_is_no_city_leaves_nothing(door: Door, ring: KeyRing) -> None:
    await door.intake.receive([door.said("", kind=Kind.LOCATION, coordinates=(12.3456, -45.6789))])

    stored = await _everything(door.database, ring)
    assert "12.34" not in stored
    assert "45.67" not in stored
    assert await door.count() == 1


async def test_a_group_is_not_stored_and_told_of(door: Door) -> None:
    group = door.said("secret", "-1009", kind=Kind.GROUP)
    await door.intake.receive([group, door.said("mine", 7)])
    await door.intake.receive([group])

    assert door.groups == ["-1009", "-1009"]
    assert await door.count() == 1


@pytest.mark.parametrize(
    ("more", "urgent"),
    [
        ({"text": "please help"}, True),
        ({"text": "hello"}, False),
        ({"text": "help", "kind": Kind.EDITED}, True),
        ({"text": "help", "kind": Kind.PHOTO}, True),
        ({"text": "help", "kind": Kind.BUTTON, "button": "menu"}, False),
        ({"kind": Kind.BUTTON, "button": "i:safety/violence"}, True),
    ],
)
async def test_danger_is_seen_at_the_door(door: Door, more: dict[str, Any], urgent: bool) -> None:
    await door.intake.receive([door.said(**{"text": "", **more})])

    async with door.database.reading() as connection:
        assert (await connection.execute(select(t.inbox.c.urgent))).scalar_one() is urgent
        assert (await connection.execute(select(t.conversation.c.urgent))).scalar_one() is urgent


async def test_statuses_go_their_own_road(door: Door) -> None:
    status = Delivery("whatsapp", "1", "wamid:sent", None, "wamid", DeliveryState.SENT, door.clock.now)
    await door.intake.receive([status, status])

    await asyncio.wait_for(door.bus.wait("statuses", 60), 5)
    assert door.woken == 0
    assert await door.count() == 1


async def test_a_request_that_cannot_be_stored_costs_no_other_its_place(door: Door) -> None:
    good = [door.intake.receive([door.said("hi", who)]) for who in range(20)]
    bad = door.intake.receive([door.said("half a \ud83d sign", 99)])
    results = await asyncio.gather(*good[:10], bad, *good[10:], return_exceptions=True)

    assert isinstance(results.pop(10), UnicodeEncodeError)
    assert results == [None] * 20
    assert await door.count() == 20


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_the_database_refuses_costs_no_other_its_place(door: Door) -> None:
    bad = door.intake.receive([door.said("hi", 9, channel="a channel with a very long name")])
    results = await asyncio.gather(
        door.intake.receive([door.said("hi", 1)]), bad, door.intake.receive([door.said("hi", 2)]),
        return_exceptions=True,
    )  # fmt: skip

    assert isinstance(results[1], SQLAlchemyError)
    assert (results[0], results[2]) == (None, None)
    assert await door.count() == 2


async def test_the_next_request_is_stored_after_a_bad_one(door: Door) -> None:
    with pytest.raises(UnicodeEncodeError):
        await door.intake.receive([door.said("\udfff")])
    await door.intake.receive([door.said("whole", key="2")])

    assert await door.count() == 1


async def test_a_caller_that_goes_away_takes_nobody_with_it(door: Door) -> None:
    calls = [asyncio.create_task(door.intake.receive([door.said("hi", who)])) for who in range(5)]
    await asyncio.sleep(0)
    calls[2].cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)

    assert [isinstance(result, asyncio.CancelledError) for result in results] == [False, False, True, False, False]
    await door.intake.receive([door.said("last", 9)])
    assert await door.count() == 6


@pytest.fixture(params=["without tables", "not there"])
async def away(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database that cannot take anything."""
    empty = f"sqlite:///{tmp_path}/empty.db"
    gone = f"postgresql://app@127.0.0.1:{free_port()}/gone"
    made = Database(empty if request.param == "without tables" else gone)
    yield made
    await made.close()


async def test_nothing_is_acknowledged_when_the_database_is_away(
    away: Database, ring: KeyRing, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    door = Door(away, Inbox(ring, Conversations(ring)), clock)
    results = await asyncio.gather(
        *(door.intake.receive([door.said("my secret words", who)]) for who in range(3)), return_exceptions=True
    )

    assert all(isinstance(result, SQLAlchemyError | OSError) for result in results)
    assert door.woken == 0
    assert "secret words" not in caplog.text


async def test_a_moved_address_keeps_its_conversation(door: Door) -> None:
    await door.intake.receive([door.said("hi", "100")])
    moved = door.said("", "100", key="2", kind=Kind.MOVED, new_address=Address("200", {}))
    await door.intake.receive([moved, door.said("again", "200", key="3")])

    async with door.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(t.conversation))).scalar_one() == 1
