"""Many requests for a person from one network: no queue is filled, nobody is left without an address, danger goes through."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.crowd import REQUESTS
from tests.conftest import Clock
from tests.conversations.scene import Person, Stage, stage


@pytest.fixture
async def play(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    async with stage(f"sqlite:///{tmp_path}/guichet.db", tmp_path, clock, "web") as made:
        yield made


async def offered(play: Stage, who: str, network: str) -> Person:
    """Let somebody of a network be offered the office."""
    person = play.person(who)
    await person.taps("person")
    async with play.service.database.reading() as connection:
        newest = select(t.conversation.c.id).order_by(t.conversation.c.id.desc()).limit(1)
        conversation: UUID = (await connection.execute(newest)).scalar_one()
    play.service.crowd.came_from(conversation, network)
    await person.taps("city:skip")
    return person


async def waiting(play: Stage) -> int:
    """Return how many wait."""
    async with play.service.database.reading() as connection:
        return len((await connection.execute(select(t.case.c.id).where(t.case.c.state == "waiting"))).all())


async def fill(play: Stage, network: str) -> None:
    """Let as many people of a network wait as it may have."""
    for number in range(REQUESTS.most):
        person = await offered(play, f"person {number} of {network}", network)
        assert play.text("en", "web_too_many") not in await person.taps("h:accept:demo-office")


async def test_one_more_gets_addresses_and_the_truth_and_waits_nowhere(play: Stage) -> None:
    await fill(play, "192.0.2.7")
    olena, yusuf = await offered(play, "olena", "192.0.2.7"), await offered(play, "yusuf", "192.0.2.8")

    refused = await olena.taps("h:accept:demo-office")
    taken = await yusuf.taps("h:accept:demo-office")

    assert refused.startswith(play.text("en", "web_too_many"))
    assert len(refused) > len(play.text("en", "web_too_many"))
    assert play.text("en", "web_too_many") not in taken
    assert await waiting(play) == REQUESTS.most + 1


async def test_who_already_waits_is_not_refused_their_own_place(play: Stage) -> None:
    await fill(play, "192.0.2.7")
    first = play.person("person 0 of 192.0.2.7")

    assert play.text("en", "web_too_many") not in await first.taps("h:share:yes")
    assert play.text("en", "web_too_many") not in await first.taps("h:accept:demo-office")


async def test_danger_is_never_counted_nor_refused(play: Stage) -> None:
    await fill(play, "192.0.2.7")
    await play.operator("sign_in")
    olena, first = await offered(play, "olena", "192.0.2.7"), play.person("person 0 of 192.0.2.7")
    first.count = 100

    said = [await one.says("my husband hits me") for one in (olena, first)]

    assert all("112" in one for one in said)
    assert play.text("en", "web_too_many") not in "".join(said)
    async with play.service.database.reading() as connection:
        alarms = (await connection.execute(select(t.case.c.id).where(t.case.c.danger_at.is_not(None)))).all()
    assert len(alarms) == 1
