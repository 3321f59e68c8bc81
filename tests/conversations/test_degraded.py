"""While Rasa is away, and when a turn fails: nothing is lost, nothing is hidden, danger does not wait."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.model.messages import Inbound, Kind
from bot.rasa_process import RasaProcess
from tests.conftest import Clock
from tests.conversations.scene import OPEN, Stage, stage
from tests.support.builders import said

QUESTION = "My boss has not paid me for two months"


@asynccontextmanager
async def _stage(template: Path, folder: Path, rasa: RasaProcess | None = None) -> AsyncIterator[Stage]:
    shutil.copyfile(template, folder / "guichet.db")
    async with stage(
        f"sqlite:///{folder}/guichet.db",
        folder,
        Clock(OPEN),
        rasa=(rasa,) if rasa else (),
        patience=30.0,
        rasa_timeout=20.0,
    ) as made:
        yield made


@pytest.fixture
async def play(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose Rasa never comes."""
    async with _stage(sqlite_template, tmp_path) as made:
        yield made


async def _inbox(play: Stage) -> list[str]:
    async with play.service.database.reading() as connection:
        return list((await connection.execute(select(t.inbox.c.state).order_by(t.inbox.c.id))).scalars().all())


async def _unpark(play: Stage) -> None:
    """What `serve` does when Rasa answers again."""
    async with play.service.database.transaction() as connection:
        await play.service.inbox.unpark(connection, play.clock())
    await play.settle()


async def test_a_question_waits_half_a_minute_for_rasa_then_is_kept(play: Stage) -> None:
    olena = play.person()
    assert await olena.says(QUESTION) == ""
    await play.later(seconds=20)
    assert olena.heard == []

    await play.later(seconds=10)
    (said,) = olena.heard
    assert "I cannot understand every message at the moment" in said
    assert "person" in olena.choices
    assert await _inbox(play) == ["parked"]

    await olena.says("And how do I renew my permit?")
    await play.later(seconds=40)
    assert sum("I cannot understand every message" in said for said in olena.heard) == 1  # said once
    assert await _inbox(play) == ["parked", "parked"]


async def test_danger_and_commands_do_not_wait(play: Stage) -> None:
    assert "112" in await play.person("olena").says("my husband hits me")
    assert "Nobody will write to you" in await play.person("amadou").says("/stop")
    assert "In which city" in await play.person("fatima").says("I want to talk to a person")
    assert "I am a bot for migrants" in await play.person("ivan").sends(Kind.COMMAND, button="start")


async def test_a_command_does_not_wait_behind_a_question(play: Stage) -> None:
    olena = play.person()
    assert await olena.says(QUESTION) == ""

    assert "I stop." in await olena.sends(Kind.COMMAND, button="stop")


async def test_a_command_is_carried_out_once_though_its_question_is_kept(play: Stage) -> None:
    olena = play.person()
    await olena.says(QUESTION)
    await olena.sends(Kind.COMMAND, button="language")
    await play.later(seconds=40)
    count = sum("Which language do you want" in said for said in olena.heard)
    await _unpark(play)
    await play.later(seconds=40)

    assert sum("Which language do you want" in said for said in olena.heard) == count == 1


@pytest.mark.rasa
@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_a_kept_question_is_taken_up_when_rasa_is_back(
    sqlite_template: Path, tmp_path: Path, rasa: RasaProcess
) -> None:
    away = RasaProcess(Path("/nowhere"))  # never started
    async with _stage(sqlite_template, tmp_path, away) as play:
        olena = play.person()
        await olena.says(QUESTION)
        await play.later(seconds=31)
        away.server = rasa.server
        away.ready.set()
        await _unpark(play)

        assert len(olena.heard) == 2
        assert "Source: " in olena.heard[-1]
        assert await _inbox(play) == ["done"]
        await olena.taps("d:show")
        assert "I keep 1 messages" in olena.heard[-1]  # the question is on the record once


async def test_a_kept_question_is_not_taken_up_when_a_person_has_it(play: Stage) -> None:
    olena = play.person()
    await olena.says(QUESTION)
    await play.later(seconds=31)
    for tap in ("person", "city:skip", "h:accept:demo-office", "h:share:yes"):
        await olena.taps(tap)
    await play.operator("sign_in")
    await play.operator("take")
    before = len(olena.heard)
    await _unpark(play)
    await play.later(seconds=40)

    assert len(olena.heard) == before
    assert await play.state() == "assigned"


async def _tamper(play: Stage) -> None:
    """Damage the stored message as a broken disk or a wrong restore would."""
    async with play.service.database.transaction() as connection:
        row = (await connection.execute(select(t.inbox).where(t.inbox.c.state == "waiting"))).first()
        assert row is not None
        broken = row.payload[:-1] + bytes([row.payload[-1] ^ 1])
        await connection.execute(update(t.inbox).where(t.inbox.c.id == row.id).values(payload=broken))


async def test_a_message_that_cannot_be_read_is_buried_honestly_and_the_next_goes_on(
    play: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    olena = play.person()
    await play.service.intake.receive([_text(play, olena.who, "the broken one", 1)])
    await _tamper(play)
    await play.service.intake.receive([_text(play, olena.who, "/privacy", 2)])
    for _ in range(6):
        await play.later(seconds=5)

    assert sorted(await _inbox(play)) == ["dead", "done"]
    assert "I could not handle your message. That is our fault." in olena.heard[0]
    assert "Telegram also sees them" in olena.heard[1]
    assert len(olena.heard) == 2
    assert "broken one" not in caplog.text


def _text(play: Stage, who: str, words: str, number: int) -> Inbound:
    return said(
        words, at=play.clock(), who=who, key=str(number), number=number,
        channel=play.console.name, account=play.console.account,
    )  # fmt: skip
