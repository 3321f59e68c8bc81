"""The phrasebook between a desk in French and a phone in Arabic: a question, a tap, the card of an appointment."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from bot import tables as t
from handoff.phrasebook import load
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, stored, violations
from tests.browser.test_desk_in_a_browser import WIDE, asks_for_a_person, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

CARD = {"day": "2027-03-12", "hour": "09:30", "place": "Via Roma 3, Milano", "who": "l'accueil"}


async def says(desk: Page, case: UUID, sentence: str, fields: dict[str, str]) -> None:
    """Look for the sentence beside the composer, fill it in and send it."""
    await desk.goto(f"/desk/c/{case}/insert?q={load().pattern('fr', sentence).split()[1]}")
    form = desk.locator(f"form:has(input[name=phrase][value={sentence}])")
    if fields:
        await form.locator("summary").click()
        await form.locator("input[type=checkbox][value=contract]").check()
    for name, value in fields.items():
        await form.locator(f"input[name={name}]").fill(value)
    await form.locator("button").click()


async def heard(site: Site, case: UUID, choice: str) -> None:
    """Do what the turn does with a tap: on the record, on the card, and the bot is silent."""
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        waiting = await site.context.inbox.waiting(connection, conversation.id)
        assert [one.button for one in waiting] == [choice]
        await site.context.conversations.record(
            connection, conversation.id, "person", waiting[0].text, site.clock(), answer=choice
        )
        await site.handoff.choose(connection, conversation, choice)
        await site.context.inbox.finish(connection, [waiting[0].id], "done", site.clock())
    site.context.bus.publish("desk")
    site.context.bus.publish(f"conversation:{conversation.id}")


async def test_a_question_is_tapped_and_an_appointment_is_given(site: Site, new_page: NewPage, shots: Path) -> None:
    book, desk, chat = load(), await new_page(**WIDE), await new_page(**PHONE | {"locale": "ar"})
    account = await site.hire(locale="fr")
    await desk.goto("/desk")
    await desk.locator("input[name=login]").fill(account.login)
    await desk.locator("input[name=password]").fill(account.password)
    await desk.locator("form button").last.click()
    case = await asks_for_a_person(site, chat, "مديري لا يدفع لي", locale="ar")
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.case).values(locale="ar"))
    await desk.goto("/desk")
    await desk.locator("#waiting button").first.click()
    await settle(site)

    await says(desk, case, "how_paid", {})
    await settle(site)
    await expect(chat.locator(".bubble.operator .words").last).to_have_text(book.text("ar", "how_paid"))
    await chat.screenshot(path=shots / "phrasebook-question-ar.png")
    assert await violations(chat) == []
    await chat.get_by_role("button", name=book.answer("ar", "how_paid", "in_cash")).click()
    await stored(site, 2)
    await heard(site, case, "f:how_paid:in_cash")
    await expect(desk.locator(".line.person .meaning")).to_have_text(book.given("fr", "f:how_paid:in_cash"))

    await says(desk, case, "appointment", CARD)
    await settle(site)
    await expect(chat.locator(".bubble.operator .words").last).to_contain_text("Via Roma 3, Milano")
    await expect(desk.locator(".line.operator .meaning").last).to_contain_text("vendredi 12 mars 2027")
    await chat.wait_for_timeout(400)
    await chat.screenshot(path=shots / "phrasebook-card-ar.png")
    await desk.screenshot(path=shots / "phrasebook-desk-fr.png", full_page=True)
    assert await violations(desk) == []
