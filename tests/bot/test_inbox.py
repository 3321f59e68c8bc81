"""The inbox: once per platform message, in order, ready at the right time."""

from datetime import timedelta

from sqlalchemy import select, update

from bot import tables as t
from bot.arrivals import Arrival
from bot.db import Database
from bot.inbox import Inbox
from bot.model.messages import Address, Delivery, DeliveryState, Kind
from tests.conftest import Clock
from tests.support.builders import said


async def test_a_redelivered_message_changes_nothing(database: Database, inbox: Inbox, clock: Clock) -> None:
    message = Arrival(said("hello", at=clock.now))
    async with database.transaction() as connection:
        first = await inbox.store(connection, [message], clock.now)
    async with database.transaction() as connection:
        again = await inbox.store(connection, [message, message], clock.now)

    assert len(first) == 1
    assert again == []


async def test_messages_are_taken_in_the_order_of_the_platform(database: Database, inbox: Inbox, clock: Clock) -> None:
    later, earlier = clock.now, clock.now - timedelta(seconds=5)
    async with database.transaction() as connection:
        await inbox.store(connection, [Arrival(said("third", at=later, key="c", number=9))], clock.now)
        await inbox.store(connection, [Arrival(said("second", at=earlier, key="b", number=8))], clock.now)
        conversation, *_ = await inbox.store(
            connection, [Arrival(said("first", at=earlier, key="a", number=7))], clock.now
        )
        waiting = await inbox.waiting(connection, conversation)

    assert [one.text for one in waiting] == ["first", "second", "third"]


async def test_words_are_not_readable_in_the_database(database: Database, inbox: Inbox, clock: Clock) -> None:
    async with database.transaction() as connection:
        await inbox.store(connection, [Arrival(said("my secret words", at=clock.now, who="555123"))], clock.now)
        rows = (
            await connection.execute(select(t.inbox.c.payload, t.conversation.c.address).join(t.conversation))
        ).all()

    assert rows
    assert b"secret" not in rows[0].payload
    assert b"555123" not in rows[0].address


async def _ready_after(database: Database, inbox: Inbox, clock: Clock, arrivals: list[tuple[float, Arrival]]) -> float:
    start = clock.now
    async with database.transaction() as connection:
        for second, arrival in arrivals:
            clock.now = start + timedelta(seconds=second)
            await inbox.store(connection, [arrival], clock.now)
        ready = (await connection.execute(select(t.conversation.c.ready_at))).scalar_one()
    return float((ready - start).total_seconds())


async def test_a_turn_waits_for_two_seconds_of_quiet(database: Database, inbox: Inbox, clock: Clock) -> None:
    fragments = [(0.0, Arrival(said("a", at=clock.now, key="a"))), (1.5, Arrival(said("b", at=clock.now, key="b")))]

    assert await _ready_after(database, inbox, clock, fragments) == 3.5


async def test_a_turn_waits_for_six_seconds_at_most(database: Database, inbox: Inbox, clock: Clock) -> None:
    fragments = [(i * 1.0, Arrival(said("x", at=clock.now, key=str(i)))) for i in range(7)]

    assert await _ready_after(database, inbox, clock, fragments) == 6.0


async def test_danger_and_taps_do_not_wait(database: Database, inbox: Inbox, clock: Clock) -> None:
    danger = [(0.0, Arrival(said("help", at=clock.now), urgent=True)), (1.0, Arrival(said("x", at=clock.now, key="2")))]
    tap = Arrival(said("", at=clock.now, who="7", kind=Kind.BUTTON, button="menu"))

    assert await _ready_after(database, inbox, clock, danger) == 1.0
    async with database.transaction() as connection:
        conversation, *_ = await inbox.store(connection, [tap], clock.now)
        query = select(t.conversation.c.ready_at).where(t.conversation.c.id == conversation)
        assert (await connection.execute(query)).scalar_one() == clock.now


async def test_where_an_operator_reads_nothing_waits_for_quiet(database: Database, inbox: Inbox, clock: Clock) -> None:
    async with database.transaction() as connection:
        await inbox.store(connection, [Arrival(said("a", at=clock.now, key="a"))], clock.now)
        await connection.execute(update(t.conversation).values(state="assigned", ready_at=None, first_waiting_at=None))

    assert await _ready_after(database, inbox, clock, [(0.0, Arrival(said("b", at=clock.now, key="b")))]) == 0.0


async def test_a_status_makes_no_conversation_ready(database: Database, inbox: Inbox, clock: Clock) -> None:
    status = Delivery("whatsapp", "1", "wamid:sent", None, "wamid", DeliveryState.SENT, clock.now)
    async with database.transaction() as connection:
        assert await inbox.store_delivery(connection, status, clock.now)
        assert not await inbox.store_delivery(connection, status, clock.now)
        assert (await connection.execute(select(t.conversation.c.id))).first() is None
        assert len(await inbox.statuses(connection)) == 1


async def test_parked_questions_come_back_unless_a_person_has_them(
    database: Database, inbox: Inbox, clock: Clock
) -> None:
    async with database.transaction() as connection:
        mine, *_ = await inbox.store(connection, [Arrival(said("q", at=clock.now, who="1"))], clock.now)
        theirs, *_ = await inbox.store(connection, [Arrival(said("q", at=clock.now, who="2"))], clock.now)
        for conversation in (mine, theirs):
            rows = [one.id for one in await inbox.waiting(connection, conversation)]
            await inbox.finish(connection, rows, "parked", clock.now)
        taken = t.conversation.update().where(t.conversation.c.id == theirs).values(state="assigned")
        await connection.execute(taken)
        assert await inbox.unpark(connection, clock.now) == 1
        assert [one.text for one in await inbox.waiting(connection, mine)] == ["q"]
        assert await inbox.waiting(connection, theirs) == []


async def test_a_number_that_now_brings_a_user_id_is_the_same_person(
    database: Database, inbox: Inbox, clock: Clock
) -> None:
    before = said("one", at=clock.now, channel="whatsapp", address=Address("39333", {"to": "+39333"}))
    after = said("two", at=clock.now, key="2", channel="whatsapp", address=Address("IT.9", {"to": "+39333"}))
    hidden = said("three", at=clock.now, key="3", channel="whatsapp", address=Address("IT.9", {"recipient": "IT.9"}))
    async with database.transaction() as connection:
        found = await inbox.store(connection, [Arrival(one) for one in (before, after, hidden)], clock.now)

    assert len(set(found)) == 1
