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


async def test_other_words_from_the_same_page_are_another_answer(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)
    for text in ("Hello", "One more thing", "Hello"):
        await marta.acts(f"/desk/c/{case}/reply", text=text, form="one-form")

    rows = [row for row in await site.rows(t.outbox) if row.purpose == Purpose.OPERATOR]
    assert len(rows) == 2


async def test_an_answer_that_broke_is_sent_when_it_is_sent_again(
    site: Site, marta: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await taken(site, marta)
    with monkeypatch.context() as broken:
        broken.setattr("bot.web.desk.actions.tell", _breaks)
        failed = await marta.acts(f"/desk/c/{case}/reply", text="Hello", form="one-form")

    await marta.acts(f"/desk/c/{case}/reply", text="Hello", form="one-form")

    assert failed.status == 500
    assert [row.purpose for row in await site.rows(t.outbox)].count(Purpose.OPERATOR) == 1


async def _breaks(*_arguments: object) -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("how", ["signed out", "signed in again"])
@pytest.mark.parametrize(("deed", "field"), [("reply", "text"), ("note", "note")])
async def test_words_typed_in_a_session_that_is_gone_are_given_back(
    site: Site, marta: Browser, how: str, deed: str, field: str
) -> None:
    case = await taken(site, marta)
    if how == "signed out":
        marta.client.session.cookie_jar.clear()

    answer = await marta.posts(f"/desk/c/{case}/{deed}", {"csrf": "0" * 64, "form": "f", field: "My <b>long</b> words"})

    assert answer.status == 401
    assert "My &lt;b&gt;long&lt;/b&gt; words</textarea>" in await answer.text()
    assert await site.rows(t.note) == []
    assert Purpose.OPERATOR not in [row.purpose for row in await site.rows(t.outbox)]


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
