"""The desk: the queue, taking, reading what was shared, answering, giving back, closing, away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot import tables as t
from bot.web import sse
from handoff.request import Urgency
from tests.bot.web.site import Browser, Site, taken
from tests.bot.web.test_chat_events import Events


async def test_a_card_shows_what_is_needed_and_no_word_of_the_person(site: Site, marta: Browser) -> None:
    case = await site.wants_a_person()
    site.clock.move(minutes=12)

    html = await marta.opens("/desk")

    for fact in ("Italian", "Italy", "Milano", "Work and pay", "12 min", f"Person {case.hex[-4:].upper()}"):
        assert fact in html
    assert "my boss" not in html
    assert "answer of the bot" not in html


async def test_danger_is_on_top_with_a_banner(site: Site, marta: Browser) -> None:
    await site.wants_a_person(urgency=Urgency.DANGER)

    html = await marta.opens("/desk")

    assert 'role="alert">Somebody may be in danger.' in html
    assert '<li class="card danger" ' in html


async def test_taking_opens_what_the_person_agreed_to_share(site: Site, marta: Browser) -> None:
    case = await taken(site, marta)

    html = await marta.opens(f"/desk/c/{case}")

    assert "my boss does not pay me" in html
    assert "An answer of the bot" in html
    assert "You see what the person agreed to show you." in html
    audit = [row.action for row in await site.rows(t.audit)]
    assert "handoff.take" in audit


async def test_without_a_yes_only_what_comes_after_the_take_is_read(
    site: Site, person: Browser, marta: Browser
) -> None:
    case = await site.wants_a_person(share=False)
    site.clock.move(minutes=1)
    await marta.acts(f"/desk/c/{case}/take")
    before = await marta.opens(f"/desk/c/{case}")
    site.clock.move(minutes=1)
    await person.says("now I tell you")
    await site.take_turn()

    after = await marta.opens(f"/desk/c/{case}")

    assert "my boss" not in before
    assert "my boss" not in after
    assert "now I tell you" in after


async def test_two_who_take_at_once_are_one_winner_and_one_who_is_told(site: Site, marta: Browser) -> None:
    pavel = await site.browser()
    await pavel.signs_in(await site.hire("pavel"))
    case = await site.wants_a_person()

    answers = await asyncio.gather(marta.acts(f"/desk/c/{case}/take"), pavel.acts(f"/desk/c/{case}/take"))

    led_to = sorted(answer.headers["Location"] for answer in answers)
    assert led_to == [f"/desk/c/{case}", "/desk?said=taken"]
    loser = marta if answers[0].headers["Location"].endswith("taken") else pavel
    assert "Somebody was faster." in await loser.opens("/desk?said=taken")


async def test_taking_twice_leads_to_the_conversation_and_taking_a_closed_case_is_said(
    site: Site, marta: Browser
) -> None:
    case = await taken(site, marta)

    again = await marta.acts(f"/desk/c/{case}/take")
    await marta.acts(f"/desk/c/{case}/close")
    late = await marta.acts(f"/desk/c/{case}/take")

    assert again.headers["Location"] == f"/desk/c/{case}"
    assert late.headers["Location"] == "/desk?said=not_waiting"


async def test_giving_back_and_closing_end_the_case_and_tell_the_person(
    site: Site, person: Browser, marta: Browser
) -> None:
    for deed, said, told in (
        ("give-back", "given_back", "I am the bot again."),
        ("close", "closed", "The conversation is closed."),
    ):
        await person.says("I need a person")
        await site.take_turn()
        case = await taken(site, marta)
        answer = await marta.acts(f"/desk/c/{case}/{deed}")
        await site.sender.drain()

        assert answer.headers["Location"] == f"/desk?said={said}"
        assert told in await person.opens()
        assert (await site.conversation()).state == "bot"


async def test_going_away_gives_all_conversations_back(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    answer = await marta.acts("/desk/away", away="1")
    away = await marta.opens("/desk")
    back = await marta.acts("/desk/away", away="")
    await site.sender.drain()

    assert answer.headers["Location"] == "/desk?said=away"
    assert "You are away." in away
    assert str(case) in away
    assert back.headers["Location"] == "/desk?said=back"
    assert "You are away." not in await marta.opens("/desk")
    assert (await site.rows(t.case))[0].state == "waiting"
    assert "The adviser has left." in await person.opens()


async def test_the_operator_is_told_when_the_person_left_the_chat(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    await person.posts("/chat/leave", {})

    assert "The person has left this chat." in await marta.opens(f"/desk/c/{case}")


async def test_an_operator_never_sees_an_address(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    html = await marta.opens(f"/desk/c/{case}")

    async with site.context.database.reading() as connection:
        conversation = await site.conversation()
        address = await site.context.conversations.address_of(connection, conversation.id)

    assert address is not None
    assert address.key not in html
    assert person.cookie().removeprefix("s.") not in html
    assert str(conversation.id) not in html


async def test_only_known_words_are_said(site: Site, marta: Browser) -> None:
    html = await marta.opens("/desk?said=<script>")

    assert "<script>" not in html


async def test_a_hand_on_the_page_keeps_the_session(site: Site, marta: Browser) -> None:
    for _ in range(3):
        site.clock.move(minutes=20)
        assert (await marta.acts("/desk/here")).status == 204


@asynccontextmanager
async def _listening(browser: Browser, case: str = "") -> AsyncIterator[Events]:
    """Hold the desk open, on a case or none: from its first byte on it hears of whatever comes next."""
    headers = {"Accept": "text/event-stream"}
    async with browser.client.get(f"/desk/events?case={case}", headers=headers) as answer:
        yield Events(answer)


async def test_an_open_page_hears_that_somebody_waits_and_nothing_else(
    site: Site, marta: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "LOOK_AGAIN", 0.2)
    async with _listening(marta) as events:
        await site.wants_a_person()
        assert await events.next() == ("look", {}, "")
        site.clock.move(minutes=40)
        assert await events.next() == ("ended", {}, "")


async def test_an_open_conversation_hears_the_person(
    site: Site, person: Browser, marta: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "LOOK_AGAIN", 0.2)
    case = await taken(site, marta)
    await site.sender.drain()
    async with _listening(marta, str(case)) as events:
        await person.says("are you there?")
        await site.take_turn()
        assert (await events.next())[0] == "look"


async def test_an_open_conversation_asks_for_the_lists_only_where_only_they_changed(
    site: Site, person: Browser, marta: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "LOOK_AGAIN", 0.2)
    case = await taken(site, marta)
    await site.sender.drain()
    async with _listening(marta, str(case)) as events:
        async with site.context.database.transaction() as connection:
            await connection.execute(t.account.update().values(failing_since=site.clock()))
        site.context.bus.publish("desk")
        assert await events.next() == ("look", {"only": "lists"}, "")

    page = await marta.opens(f"/desk/c/{case}?only=lists", **{"X-Live": "1"})
    assert 'id="waiting"' in page
    assert 'id="mine"' in page
    assert 'id="lines"' not in page
    assert 'id="lines"' in await marta.opens(f"/desk/c/{case}?only=lists")
