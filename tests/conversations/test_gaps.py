"""A question that nobody could answer, from the turn to the studio: with a yes, without, and taken back, with the real Rasa."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.model.messages import Address
from tests.conversations.scene import Person, Stage

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "labour_rights/unpaid_wages"
ASKED = "My boss has not paid me for two months. My name is Ahmed Ali"


@pytest.fixture
def somebody(theatre: Stage, request: pytest.FixtureRequest) -> Person:
    """Somebody new in each scene."""
    return theatre.person(re.sub(r"\W", "-", request.node.name))


async def gaps(person: Person) -> list[Any]:
    """Return what is noted of this person."""
    service, console = person.stage.service, person.stage.console
    async with service.database.reading() as connection:
        account = await service.conversations.account(connection, console.name, console.account)
        found: UUID | None = await service.conversations.find(connection, account, Address(person.who))
        return list((await connection.execute(select(t.gap).where(t.gap.c.conversation_id == found))).all())


async def words(person: Person) -> list[str]:
    """Return the words of this person that a manager may read."""
    service, mine = person.stage.service, {row.id for row in await gaps(person)}
    async with service.database.reading() as connection:
        return [gap.text for gap in await service.gaps.gaps.open(connection) if gap.id in mine]


async def test_a_question_comes_with_a_yes_and_goes_with_a_no(somebody: Person) -> None:
    await somebody.says(ASKED)
    await somebody.taps(f"a:steps:{WAGES}:IT")
    await somebody.taps("p:feedback:no")
    [noted] = await gaps(somebody)
    assert (noted.kind, noted.state, noted.locale, noted.payload) == ("downvoted", "noted", "en", None)

    await somebody.taps("p:learn:yes")
    assert await words(somebody) == ["My boss has not paid me for two months. My name is [name]"]
    assert "Questions kept for this: 1" in await somebody.taps("d:show")

    await somebody.taps("d:revoke")
    assert await words(somebody) == []
    assert [row.payload for row in await gaps(somebody)] == [None]


async def test_whoever_asks_for_a_person_was_not_answered(somebody: Person) -> None:
    await somebody.says(ASKED)
    await somebody.taps("person")
    await somebody.taps("city:skip")

    assert [(row.kind, row.state) for row in await gaps(somebody)] == [("handed_off", "noted")]


async def test_erase_my_data_takes_everything(somebody: Person) -> None:
    await somebody.says(ASKED)
    await somebody.taps(f"a:steps:{WAGES}:IT")
    await somebody.taps("p:feedback:no")
    await somebody.taps("p:learn:yes")
    await somebody.taps("d:erase")
    await somebody.taps("p:delete:yes")

    assert await gaps(somebody) == []


@pytest.mark.parametrize("then", ["I am 16 years old", "My husband beats me, help"])
async def test_from_minors_and_danger_nothing_is_left(somebody: Person, then: str) -> None:
    await somebody.says(ASKED)
    await somebody.taps("person")
    await somebody.taps("city:skip")
    assert len(await gaps(somebody)) == 1

    await somebody.says(then)

    assert await gaps(somebody) == []


async def test_a_return_order_is_never_noted(somebody: Person) -> None:
    await somebody.says("I received a return decision and must leave the country in 7 days")
    await somebody.taps("person")
    await somebody.taps("city:skip")

    assert await gaps(somebody) == []
