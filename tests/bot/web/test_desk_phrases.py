"""Sentences of the phrasebook from the desk: read in the person's language, answered by a tap, never half filled in."""

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import Purpose
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.phrasebook import load
from tests.bot.web.site import OFFICE, Browser, Site, taken

QUESTION = "Do you have a written work contract?"
CARD = {"phrase": "appointment", "day": "2027-03-12", "hour": "09:30", "place": "Via *Roma* 3", "form": "card"}


async def in_french(site: Site) -> Browser:
    """Somebody of the same office whose desk is in French."""
    browser = await site.browser()
    await browser.signs_in(await site.hire("marie", locale="fr"))
    return browser


async def test_a_question_reaches_the_chat_with_its_answers_and_the_desk_reads_it(
    site: Site, person: Browser, marta: Browser
) -> None:
    case = await taken(site, marta)

    answer = await marta.acts(f"/desk/c/{case}/phrase", phrase="contract", form="1")
    await site.sender.drain()
    chat = await person.opens()

    assert answer.headers["Location"] == f"/desk/c/{case}#end"
    assert QUESTION in chat
    for choice, words in load().answers("en", "contract"):
        assert f'value="f:contract:{choice}"' in chat
        assert words in chat
    assert QUESTION in await marta.opens(f"/desk/c/{case}")


async def test_an_adviser_reads_in_their_language_what_was_said_and_tapped(site: Site, person: Browser) -> None:
    marie = await in_french(site)
    case = await taken(site, marie)
    await marie.acts(f"/desk/c/{case}/phrase", phrase="contract", form="1")
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.context.conversations.record(
            connection, conversation.id, "person", "No", site.clock(), answer="f:contract:no"
        )
        await site.handoff.choose(connection, conversation, "f:contract:no")

    html = await marie.opens(f"/desk/c/{case}")

    assert load().pattern("fr", "contract") in html
    assert load().given("fr", "f:contract:no") in html
    assert QUESTION in html  # what the person read, too


async def test_the_card_of_an_appointment_cannot_be_half_filled_in(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    refused = await marta.acts(f"/desk/c/{case}/phrase", **(CARD | {"place": " "}))
    unknown = await marta.acts(f"/desk/c/{case}/phrase", phrase="gone", form="2")
    before = [row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]
    for _ in range(2):
        await marta.acts(f"/desk/c/{case}/phrase", **CARD)
    await site.sender.drain()
    chat = await person.opens()

    assert (refused.status, unknown.status, before) == (422, 404, [])
    assert len([row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]) == 1
    assert "Day: Friday, 12 March 2027" in chat
    assert "Time: 9:30" in chat
    assert "Address: Via *Roma* 3" in chat


async def test_a_question_that_was_kept_goes_out_with_its_answers(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.handoff.desk.contact(connection, conversation, "no")
    site.clock.move(minutes=20)

    answer = await marta.acts(f"/desk/c/{case}/phrase", phrase="contract", form="1")
    async with site.context.database.reading() as connection:
        held = await site.handoff.aftercare.held_answers(connection, conversation)
        staff = next(row.id for row in await site.rows(t.staff) if row.login == "marta2")
        lines = await queue.transcript(connection, site.context.ring, Scope(frozenset({OFFICE.id}), staff), case)

    assert answer.headers["Location"] == f"/desk/c/{case}?said=held#end"
    assert [one.phrase.id for one in held if one.phrase] == ["contract"]
    assert lines[-1].phrase == held[0].phrase
    async with site.context.database.reading() as connection:
        record = await site.context.conversations.messages(connection, conversation.id)
    assert [choice for choice, _ in record[-1]["buttons"]] == [
        "f:contract:yes",
        "f:contract:no",
        "f:contract:dont_know",
    ]


@pytest.mark.parametrize("state", ["rejected", "unknown"])
async def test_a_question_that_failed_is_sent_again_with_its_answers(
    site: Site, person: Browser, marta: Browser, state: str
) -> None:
    case = await taken(site, marta)
    await marta.acts(f"/desk/c/{case}/phrase", phrase="contract", form="1")
    row_id = next(row.id for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR)
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.outbox).where(t.outbox.c.id == row_id).values(state=state))

    await marta.acts(f"/desk/c/{case}/again", outbox=str(row_id))
    await site.sender.drain()

    assert 'value="f:contract:yes"' in await person.opens()
