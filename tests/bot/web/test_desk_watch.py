"""Many open desks share one look at the database, and each hears only of what its own page shows."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert, update

from bot import tables as t
from bot.bus import Bus
from bot.db import Database
from bot.model.ids import new_id
from bot.staff import Member, Role
from bot.web.desk.watch import Watch
from tests.conftest import Clock

MARTA = Member(uuid4(), "marta", Role.OPERATOR, ("milano",), "en", None, False)
PAVEL = replace(MARTA, id=uuid4(), contact_points=("torino",))
LENA = replace(MARTA, id=uuid4(), role=Role.INTERPRETER, contact_points=())


class Desk:
    """A watch over three members' desks, and what happens around it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.watch = Watch(database, clock)
        self.account = new_id()

    async def add_account(self) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.account).values(id=self.account, channel="web", external="web"))

    async def add_case(self, point: str, **values: object) -> UUID:
        talk, case, now = new_id(), new_id(), self.clock()
        row = {"state": "waiting", "opened_at": now, "last_word_at": now, "contact_point": point}
        async with self.database.transaction() as connection:
            talks = insert(t.conversation).values(id=talk, account_id=self.account, channel="web", created_at=now)
            await connection.execute(talks)
            await connection.execute(insert(t.case).values(id=case, conversation_id=talk, **row | values))
        return case

    async def change(self, case: UUID, **values: object) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(update(t.case).where(t.case.c.id == case).values(**values))

    async def pulses(self) -> list[object]:
        sight = await self.watch.look()
        return [sight.of(one) for one in (MARTA, PAVEL, LENA)]


@pytest.fixture
async def desk(database: Database, clock: Clock) -> Desk:
    made = Desk(database, clock)
    await made.add_account()
    return made


async def _who_heard(desk: Desk, before: list[object]) -> str:
    after = await desk.pulses()
    return "".join(name for name, one, other in zip("MPL", before, after, strict=True) if one != other)


async def test_a_desk_hears_of_its_own_offices_only(desk: Desk) -> None:
    with desk.watch.over(MARTA), desk.watch.over(PAVEL), desk.watch.over(LENA):
        before = await desk.pulses()
        case = await desk.add_case("milano")
        assert await _who_heard(desk, before) == "M"

        before = await desk.pulses()
        await desk.change(case, state="assigned", operator_id=MARTA.id)
        assert await _who_heard(desk, before) == "M"

        before = await desk.pulses()
        await desk.change(case, danger_at=desk.clock())
        assert await _who_heard(desk, before) == "M"


async def test_a_word_in_a_colleague_s_conversation_changes_no_other_page(desk: Desk) -> None:
    colleague = replace(MARTA, id=uuid4())
    case = await desk.add_case("milano", state="assigned", operator_id=colleague.id)
    with desk.watch.over(MARTA), desk.watch.over(colleague):
        first = await desk.watch.look()
        await desk.change(case, last_word="operator")
        second = await desk.watch.look()

    assert first.of(MARTA) == second.of(MARTA)
    assert first.of(colleague) != second.of(colleague)


async def test_an_interpreter_hears_of_cases_that_need_one_wherever_they_are(desk: Desk) -> None:
    with desk.watch.over(PAVEL), desk.watch.over(LENA):
        before = await desk.pulses()
        await desk.add_case("milano", bridge="interpreter")
        assert await _who_heard(desk, before) == "L"


async def test_a_platform_that_fails_is_news_for_everybody(desk: Desk) -> None:
    before = await desk.pulses()
    async with desk.database.transaction() as connection:
        await connection.execute(update(t.account).values(failing_since=desk.clock()))

    assert await _who_heard(desk, before) == "MPL"


async def test_two_hundred_pages_cost_one_look(desk: Desk) -> None:
    statements: list[str] = []
    reader = desk.database._reader.sync_engine
    event.listen(reader, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with desk.watch.over(MARTA):
        await desk.watch.look()
        one, statements[:] = len(statements), []

        sights = await asyncio.gather(*(desk.watch.look() for _ in range(200)))

    assert len(statements) == one
    assert len({id(sight) for sight in sights}) == 1


async def test_a_look_is_never_older_than_the_question(desk: Desk) -> None:
    with desk.watch.over(MARTA):
        early = asyncio.create_task(desk.watch.look())
        await asyncio.sleep(0)
        await desk.add_case("milano")
        late = await desk.watch.look()
        await early

    assert len(late.waiting["milano"]) == 1


async def test_nobody_looks_at_offices_that_no_open_page_shows(desk: Desk) -> None:
    await desk.add_case("milano")
    with desk.watch.over(PAVEL):
        assert (await desk.watch.look()).waiting == {}
    with desk.watch.over(MARTA):
        assert list((await desk.watch.look()).waiting) == ["milano"]


async def test_a_word_for_one_page_wakes_no_other(clock: Clock) -> None:
    bus = Bus()
    async with bus.listen("desk", "conversation:1") as one, bus.listen("desk", "conversation:2") as two:
        bus.publish("conversation:1")

        assert one.is_set()
        assert not two.is_set()
