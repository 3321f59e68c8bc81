"""Beside the chat: a call that is asked for in the dialogue, and WhatsApp's 24 hours, through the whole service."""

import pytest
from sqlalchemy import select

from bot import tables as t
from tests.conversations.scene import HOLIDAY, Person, Stage

NUMBER = "1234 5678 90"  # what the masking of a chat would take for a row of amounts


async def waits(play: Stage) -> Person:
    olena = play.person()
    await olena.taps("person")
    await olena.taps("city:skip")
    await olena.taps("h:accept:demo-office")
    await olena.taps("h:share:yes")
    return olena


async def record(play: Stage) -> str:
    """All that is on the record of the conversation, opened."""
    async with play.service.database.reading() as connection:
        (only,) = (await connection.execute(select(t.conversation.c.id))).scalars()
        return str(await play.service.conversations.messages(connection, only))


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "web"])
@pytest.mark.parametrize("at", [HOLIDAY], ids=["holiday"])
async def test_a_call_is_asked_for_in_the_dialogue(play: Stage) -> None:
    olena = play.person()
    await olena.taps("person")
    await olena.taps("city:skip")
    await olena.taps("h:leave")
    assert "May we write to you here later" in await olena.taps("h:share:yes")
    await olena.taps("h:contact:yes")
    assert list(olena.choices) == ["h:call", "h:address", "h:cancel"]

    assert "country code" in await olena.taps("h:call")
    assert "I found no telephone number" in await olena.says("123")
    assert "It ends in" in await olena.says(NUMBER)
    assert "890" in olena.heard[-1]
    assert list(olena.choices) == ["h:call_safe:yes", "h:call_safe:no", "h:call"]
    await olena.taps("h:call_safe:no")
    noted = await olena.says("2")  # a typed number is a tap: the afternoon

    assert "Nobody calls before" in noted
    assert "Wednesday 9 December, 9:00" in noted
    assert await play.state() == "callback"
    said = await record(play)
    assert "1234" not in said
    assert "[number]" in said
    async with play.service.database.reading() as connection:
        (call,) = (await connection.execute(select(t.callback))).all()
    assert call.wish == "afternoon"
    assert b"1234" not in call.number

    assert "Nobody will call you" in await olena.taps("h:cancel")
    assert await play.state() == "bot"


async def test_who_changes_the_subject_is_answered(play: Stage) -> None:
    olena = await waits(play)
    await olena.taps("h:call")

    assert "Nobody" not in await olena.taps("h:call:no")
    assert await play.state() == "waiting"
    await olena.says(NUMBER)
    async with play.service.database.reading() as connection:
        assert (await connection.execute(select(t.callback))).all() == []


@pytest.mark.parametrize("channel", ["whatsapp"])
async def test_after_24_hours_of_whatsapp_the_answer_waits_for_any_word(play: Stage) -> None:
    olena = await waits(play)
    await play.operator("sign_in")
    await play.operator("take")
    await olena.taps("h:contact:yes")
    play.clock.move(hours=24)
    await play.operator("sign_in")
    before = len(olena.heard)

    await play.operator("reply", "Your contract is valid.")
    await play.operator("reply", "Bring it on Monday.")

    assert len(olena.heard) == before, "WhatsApp lets nobody write now"
    assert await play.state() == "held"
    await olena.says("ok")
    assert olena.heard[before : before + 2] == ["Your contract is valid.", "Bring it on Monday."]
    assert await play.state() == "assigned"
    await olena.says("thank you")
    assert olena.heard.count("Your contract is valid.") == 1


async def test_did_it_help_is_asked_and_answered(play: Stage) -> None:
    olena = await waits(play)
    await play.operator("sign_in")
    await play.operator("take")
    await olena.says("hello")
    await play.operator("give_back")
    assert "Did this help?" in olena.heard[-1]

    assert "Good. Write any time." in await olena.says("1")
    async with play.service.database.reading() as connection:
        kinds = (await connection.execute(select(t.figure.c.kind))).scalars().all()
    assert "rated_good" in kinds
