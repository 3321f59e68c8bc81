"""The scenes of a handoff at three clocks: what the person reads, and that nothing is promised that nobody is assigned to."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot import tables as t
from bot.model.messages import Kind
from tests.conversations.scene import HOLIDAY, Stage

SATURDAY_NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # Saturday, 3:00 in Rome
LAST_MINUTE = datetime(2026, 11, 18, 16, 59, tzinfo=UTC)  # Wednesday, 17:59 in Rome
CHANNELS = ("telegram", "whatsapp", "web")
CLOSED = {"saturday": (SATURDAY_NIGHT, "Monday 23 November, 9:00"), "holiday": (HOLIDAY, "Wednesday 9 December, 9:00")}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_an_open_office_is_offered_takes_answers_and_closes(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    offer = await olena.taps("city:skip")
    assert "Open until 18:00" in offer
    assert "only a demonstration" in offer

    await olena.taps("h:accept:demo-office")
    assert await olena.taps("h:share:yes") != ""
    await play.operator("sign_in")
    await play.operator("take")
    assert "is here now" in olena.heard[-1]

    assert await olena.says("thank you for coming") == ""  # the bot is silent while a person holds the chat
    await play.operator("reply", "Good morning. Which *month* is it about?")
    assert olena.heard[-1] == "Good morning. Which *month* is it about?"
    await play.operator("close")
    assert "The conversation is closed" in olena.heard[-1]
    assert await play.state() == "bot"


async def test_a_yes_that_comes_after_the_take_is_a_yes(play: Stage) -> None:
    olena = play.person()
    for button in ("person", "city:skip", "h:accept:demo-office"):
        await olena.taps(button)
    await play.operator("sign_in")
    await play.operator("take")

    assert await olena.taps("h:share:yes") == "", "the bot is silent"

    async with play.service.database.reading() as connection:
        (case,) = await connection.execute(select(t.case.c.state, t.case.c.share_from))
    assert case.state == "assigned"
    assert case.share_from is not None


@pytest.mark.parametrize(
    "said", ["I have no papers and want to talk to a person", "I have no papers", "I want to talk to a person"]
)
async def test_who_has_no_papers_is_offered_no_office_that_declared_nothing(play: Stage, said: str) -> None:
    olena = play.person()
    await olena.says(said)
    await olena.taps("person")
    await olena.taps("city:skip")

    assert ("h:accept:demo-office" in olena.choices) is ("papers" not in said)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("at", "opening"), CLOSED.values(), ids=CLOSED.keys())
async def test_a_closed_office_says_when_it_opens_and_starts_no_message(play: Stage, opening: str) -> None:
    olena = play.person()
    await olena.taps("person")
    said = await olena.taps("city:skip")
    assert f"It opens: {opening}" in said
    assert "112" in said

    await olena.taps("h:leave")
    kept = await olena.taps("h:share:yes")
    assert f"They open: {opening}" in kept
    for _ in range(20):
        await play.later(minutes=20)
    assert olena.heard[-1] == kept


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("at", [LAST_MINUTE], ids=["17:59"])
async def test_nobody_answered_by_closing_is_said_once(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    assert "Open until 18:00" in await olena.taps("city:skip")
    await olena.taps("h:accept:demo-office")
    await olena.taps("h:share:no")
    await play.later(minutes=2)
    assert "Nobody at Demo office could answer today" in olena.heard[-1]
    assert "Thursday 19 November, 9:00" in olena.heard[-1]

    count = len(olena.heard)
    for _ in range(12):
        await play.later(hours=1)
    assert len(olena.heard) == count


async def test_an_operator_who_is_silent_is_replaced_and_the_place_is_kept(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    await olena.taps("city:skip")
    await olena.taps("h:accept:demo-office")
    await olena.taps("h:share:yes")
    await play.operator("sign_in")
    await play.operator("take")
    await olena.says("I wait for you")
    await play.later(minutes=16)

    assert "has not answered yet" in olena.heard[-1]
    assert await play.state() == "waiting"


async def test_without_a_staffed_office_no_word_promises_an_adviser(play: Stage) -> None:
    await play.set_staff(terms_at=None)
    olena = play.person()
    await olena.taps("person")
    said = await olena.says("Milano")

    assert "Milano Welcome Center" in said
    assert "I cannot pass on your message" in said
    assert "waiting" not in said.lower()
    assert await play.state() == "bot"


async def _assigned(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    await olena.taps("city:skip")
    await olena.taps("h:accept:demo-office")
    await olena.taps("h:share:yes")
    await play.operator("sign_in")
    await play.operator("take")
    assert await play.state() == "assigned"


async def test_five_things_work_while_a_person_holds_the_chat(play: Stage) -> None:
    await _assigned(play)
    olena = play.person()
    olena.count = 100

    assert "112" in await olena.says("my husband hits me")
    assert "An adviser of Demo office has your question" in await olena.says("/status")
    assert "Which language do you want" in await olena.sends(Kind.COMMAND, button="language")
    assert "Shall I erase" in await olena.says("delete my data")
    assert "I stop." in await olena.says("stop")
    assert await play.state() == "bot"


async def test_danger_is_shown_at_most_once_in_thirty_minutes_to_a_person_with_an_adviser(play: Stage) -> None:
    await _assigned(play)
    olena = play.person()
    olena.count = 100

    assert "112" in await olena.says("my husband hits me")
    assert await olena.says("my husband hits me again") == ""
    await play.later(minutes=31)
    assert "112" in await olena.says("my husband hits me")


async def test_erasing_forgets_everything_but_says_so(play: Stage) -> None:
    await _assigned(play)
    olena = play.person()
    olena.count = 100
    await olena.says("delete my data")
    assert "Erased." in await olena.taps("p:delete:yes")
    await play.later(minutes=11)
    assert await play.service.keeper.erase_due() == 1


async def test_stop_means_that_nobody_writes(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    await olena.taps("city:skip")
    await olena.taps("h:accept:demo-office")
    await olena.taps("h:share:yes")
    said = await olena.says("stop")
    assert "I stop. Nobody will write to you" in said
    for _ in range(30):
        await play.later(hours=8)

    assert olena.heard[-1] == said


async def test_danger_under_a_picture_is_seen(play: Stage) -> None:
    said = await play.person().sends(Kind.PHOTO, text="my husband hits me")

    assert said.startswith("Danger to life")
    assert "I cannot listen to voice or read pictures" not in said
