"""Answers from the desk: sent once, too late, failed and repeated, kept back."""

import asyncio

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import Purpose
from tests.bot.web.site import Browser, Site, taken


async def test_an_answer_reaches_the_chat(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    answer = await marta.answers(case, "Go to *us*: https://example.org/a?b=1. <b>Bring</b> it")
    queued = await marta.opens(f"/desk/c/{case}")
    await site.sender.drain()
    sent = await marta.opens(f"/desk/c/{case}")
    chat = await person.opens()

    assert answer.headers["Location"] == f"/desk/c/{case}#end"
    assert "on its way" in queued
    assert 'fate_sent"><span>sent' in sent
    assert "Go to *us*:" in chat
    assert 'href="https://example.org/a?b=1"' in chat
    assert "&lt;b&gt;Bring&lt;/b&gt;" in chat
    assert "Adviser" in chat
    assert "An adviser of Sportello Milano is here now." in chat


async def test_a_double_click_is_one_answer(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    fields = {"text": "Hello", "form": "one-form"}

    await asyncio.gather(*(marta.acts(f"/desk/c/{case}/reply", **fields) for _ in range(3)))

    rows = [row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]
    assert len(rows) == 1


async def test_an_empty_answer_is_none(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)

    answer = await marta.answers(case, "   ")

    assert answer.status == 303
    assert Purpose.OPERATOR not in [row.purpose for row in await site.rows(t.outbox)]


async def test_an_answer_that_comes_too_late_gives_the_words_back(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    await marta.acts(f"/desk/c/{case}/give-back")

    answer = await marta.acts(f"/desk/c/{case}/reply", text="My long answer", form="f")

    html = await answer.text()
    assert answer.status == 409
    assert "You do not have this conversation any more." in html
    assert "My long answer</textarea>" in html


@pytest.mark.parametrize(("state", "word"), [("rejected", "not delivered"), ("unknown", "not sure that it arrived")])
async def test_an_answer_that_failed_is_sent_again_with_one_click(
    site: Site, person: Browser, marta: Browser, state: str, word: str
) -> None:
    case = await taken(site, marta)
    await marta.answers(case, "Bring *all* papers")
    row_id = next(row.id for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR)
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.outbox).where(t.outbox.c.id == row_id).values(state=state))
    failed = await marta.opens(f"/desk/c/{case}")

    for _ in range(2):
        await marta.acts(f"/desk/c/{case}/again", outbox=str(row_id))
    await site.sender.drain()
    after = await marta.opens(f"/desk/c/{case}")

    rows = [row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]
    assert word in failed
    assert f'value="{row_id}"' in failed
    assert "sent again below" in after
    assert f'value="{row_id}"' not in after
    assert [row.state for row in rows] == [state, "sent"]
    assert "Bring *all* papers" in await person.opens()


@pytest.mark.parametrize("outbox", ["", "x", "01890000-0000-7000-8000-000000000000"])
async def test_nothing_else_is_sent_again(site: Site, marta: Browser, outbox: str) -> None:
    case = await taken(site, marta)
    before = len(await site.rows(t.outbox))

    answer = await marta.acts(f"/desk/c/{case}/again", outbox=outbox)

    assert answer.status in {303, 400}
    assert len(await site.rows(t.outbox)) == before


async def test_words_that_may_not_go_out_now_are_kept_and_said_to_be(
    site: Site, person: Browser, marta: Browser
) -> None:
    case = await taken(site, marta)
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.handoff.desk.contact(connection, conversation, "no")
    site.clock.move(minutes=20)

    answer = await marta.answers(case, "An answer for later")
    html = await marta.opens(f"/desk/c/{case}?said=held")
    await site.sender.drain()

    assert answer.headers["Location"] == f"/desk/c/{case}?said=held#end"
    assert "kept until the person writes again" in html
    assert "They read your answer when they write again." in html
    assert "An answer for later" not in await person.opens()
