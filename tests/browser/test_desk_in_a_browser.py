"""The desk in Chromium: from the question in the chat to the adviser's answer, live on both sides."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from bot import tables as t
from bot.staff import NewAccount
from handoff.request import Urgency
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, stored, violations, write

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WIDE = {"viewport": {"width": 1200, "height": 850}}


async def sign_in(site: Site, page: Page, account: NewAccount) -> None:
    await page.goto("/desk")
    await page.get_by_label("Login").fill(account.login)
    await page.get_by_label("Password").fill(account.password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(str(site.server.make_url("/desk")))


async def asks_for_a_person(
    site: Site, page: Page, words: str, urgency: Urgency = Urgency.NORMAL, locale: str = "en"
) -> UUID:
    """Write on the chat page, hear the bot, and wait at the office."""
    await page.goto("/")
    await write(page, words)
    await stored(site, 1)
    await site.take_turn("An answer of the bot", locale=locale)
    await expect(page.locator(".bubble.bot")).to_have_count(1)
    return await site.wants_a_person(urgency=urgency)


async def settle(site: Site) -> None:
    """Let the sender send what the desk queued."""
    await asyncio.sleep(0.05)
    await site.sender.drain()


async def test_a_person_waits_is_taken_and_answered_live(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat = await new_page(**WIDE), await new_page(**PHONE)
    account = await site.hire()
    await sign_in(site, desk, account)
    await expect(desk.get_by_text("Nobody waits now.")).to_be_visible()
    assert await violations(desk) == []

    await asks_for_a_person(site, chat, "my boss does not pay me")
    await expect(desk.get_by_role("button", name="Take")).to_be_visible()
    assert (await desk.title()).startswith("(1) ")
    await expect(desk.locator("#live")).to_have_text("Somebody new waits")
    await expect(chat.locator("#office")).to_be_visible()
    await expect(desk.get_by_text("my boss does not pay me")).to_have_count(0)
    await desk.screenshot(path=shots / "desk-queue.png")
    assert await violations(desk) == []

    await desk.get_by_role("button", name="Take").click()
    await settle(site)
    await expect(desk.get_by_text("my boss does not pay me")).to_be_visible()
    await expect(chat.locator(".bubble.bot").last).to_contain_text("An adviser of Sportello Milano is here now.")

    await desk.get_by_label("Your answer").fill("Write down your hours. Come on Monday with your contract.")
    await desk.get_by_role("button", name="Send").click()
    await settle(site)
    await expect(chat.locator(".bubble.operator .words")).to_contain_text("Come on Monday")
    await expect(desk.locator(".line.operator .fate")).to_have_text("sent")

    await desk.get_by_label("Your answer").fill("half an answer")
    await write(chat, "thank you, at what time?")
    await stored(site, 2)
    await site.take_turn()
    await expect(desk.locator(".line.person").last).to_contain_text("at what time?")
    await expect(desk.locator("#live")).to_have_text("New message: thank you, at what time?")
    await expect(desk.get_by_label("Your answer")).to_have_value("half an answer")
    await desk.screenshot(path=shots / "desk-conversation.png")
    await chat.wait_for_timeout(400)
    await chat.screenshot(path=shots / "chat-360-adviser.png")
    assert await violations(desk) == []

    await desk.get_by_label("Your answer").fill("")
    await desk.get_by_role("button", name="Close the case").click()
    await settle(site)
    await expect(desk.get_by_text("The case is closed.")).to_be_visible()
    await expect(chat.locator(".bubble.bot").last).to_contain_text("The conversation is closed.")
    await expect(chat.locator("#office")).to_be_hidden()


async def test_danger_stands_on_top_and_says_the_truth(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat = await new_page(**WIDE), await new_page()
    await sign_in(site, desk, await site.hire())
    case = await asks_for_a_person(site, chat, "he beats me", Urgency.DANGER)
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.case).where(t.case.c.id == case).values(danger_at=site.clock()))

    await expect(desk.locator("#alarm")).to_contain_text("Somebody may be in danger.")
    await desk.screenshot(path=shots / "desk-danger.png")
    assert await violations(desk) == []
    await desk.get_by_role("button", name="Take").click()

    await expect(desk.locator("#case-alarm")).to_contain_text("It called nobody and sends no help.")
    await desk.screenshot(path=shots / "desk-danger-taken.png")
    assert await violations(desk) == []


async def test_the_one_who_comes_second_is_told(site: Site, new_page: NewPage) -> None:
    marta, pavel, chat = await new_page(**WIDE), await new_page(**WIDE), await new_page()
    await sign_in(site, marta, await site.hire())
    await sign_in(site, pavel, await site.hire("pavel"))
    await asks_for_a_person(site, chat, "hello")
    await expect(pavel.get_by_role("button", name="Take")).to_be_visible()
    await pavel.route("**/desk/events*", lambda route: route.abort())
    await expect(marta.get_by_role("button", name="Take")).to_be_visible()

    await marta.evaluate("fetch('/desk')")
    take = pavel.get_by_role("button", name="Take")
    form = await take.evaluate("one => [one.form.action, one.form.elements.csrf.value]")
    await marta.get_by_role("button", name="Take").click()
    await expect(marta.get_by_label("Your answer")).to_be_visible()
    await expect(take).to_have_count(0)
    answer = await pavel.evaluate(
        "([url, csrf]) => fetch(url, {method: 'POST', body: new URLSearchParams({csrf})}).then((one) => one.url)", form
    )

    assert answer.endswith("/desk?said=taken")
    await pavel.goto(answer)
    await expect(pavel.get_by_text("Somebody was faster.")).to_be_visible()


async def test_the_desk_works_on_a_phone_and_with_words_from_right_to_left(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    desk, chat = await new_page(**PHONE), await new_page(locale="ar", **PHONE)
    await sign_in(site, desk, await site.hire())
    await asks_for_a_person(site, chat, "صاحب العمل لا يدفع لي راتبي منذ شهرين", locale="ar")
    await expect(desk.get_by_role("button", name="Take")).to_be_visible()
    await desk.screenshot(path=shots / "desk-360-queue.png", full_page=True)
    assert await _sideways(desk) <= 360

    await desk.get_by_role("button", name="Take").tap()
    await desk.get_by_label("Your answer").fill("أحضر العقد. Please bring 2 payslips.")
    await desk.get_by_role("button", name="Send").tap()
    await settle(site)
    await expect(desk.locator(".line.operator .fate")).to_have_text("sent")
    await desk.wait_for_timeout(200)
    await desk.screenshot(path=shots / "desk-360-conversation.png", full_page=True)

    assert await _sideways(desk) <= 360
    words = desk.locator(".line.person .words").first
    assert await words.evaluate("one => getComputedStyle(one).unicodeBidi") == "plaintext"
    assert await violations(desk) == []


async def _sideways(page: Page) -> int:
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    return width


async def test_an_answer_that_failed_is_sent_again_from_the_page(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat = await new_page(**WIDE), await new_page()
    await sign_in(site, desk, await site.hire())
    await asks_for_a_person(site, chat, "hello")
    await desk.get_by_role("button", name="Take").click()
    await settle(site)
    await desk.get_by_label("Your answer").fill("Did you get this?")
    await desk.get_by_role("button", name="Send").click()
    await expect(desk.locator(".fate")).to_have_text("on its way")
    async with site.context.database.transaction() as connection:
        mine: Any = (t.outbox.c.purpose == "operator") & (t.outbox.c.state == "queued")
        await connection.execute(update(t.outbox).where(mine).values(state="unknown"))
    site.context.bus.publish(f"conversation:{(await site.conversation()).id}")

    await expect(desk.locator(".fate_unknown")).to_be_visible()
    await desk.screenshot(path=shots / "desk-unknown.png")
    await desk.get_by_role("button", name="Send again").click()
    await expect(desk.locator(".line.operator")).to_have_count(2)
    await settle(site)

    await expect(desk.locator(".line.operator .fate").last).to_have_text("sent")
    await expect(chat.locator(".bubble.operator .words")).to_have_text("Did you get this?")


async def test_going_away_and_signing_out(site: Site, new_page: NewPage, shots: Path) -> None:
    desk = await new_page(**WIDE)
    await desk.goto("/desk")
    await desk.screenshot(path=shots / "desk-sign-in.png")
    assert await violations(desk) == []
    await sign_in(site, desk, await site.hire())

    await desk.locator("#menu summary").click()
    await desk.screenshot(path=shots / "desk-menu.png")
    assert await violations(desk) == []
    await desk.get_by_role("button", name="I am away").click()
    await expect(desk.get_by_text("Nobody is told that you read.")).to_be_visible()
    await desk.screenshot(path=shots / "desk-away.png")
    assert await violations(desk) == []
    await desk.get_by_role("button", name="Sign out").click()

    await expect(desk.get_by_role("button", name="Sign in")).to_be_visible()


async def test_the_terms_come_before_the_first_desk(site: Site, new_page: NewPage, shots: Path) -> None:
    desk = await new_page(**PHONE)
    account = await site.hire(terms=False)
    await desk.goto("/desk")
    await desk.get_by_label("Login").fill(account.login)
    await desk.get_by_label("Password").fill(account.password)
    await desk.get_by_role("button", name="Sign in").tap()

    await expect(desk.get_by_role("heading", name="Before you start")).to_be_visible()
    await desk.screenshot(path=shots / "desk-360-terms.png", full_page=True)
    assert await violations(desk) == []
    await desk.get_by_role("button", name="I agree").tap()
    await expect(desk.get_by_text("Nobody waits now.")).to_be_visible()


async def test_a_session_that_ended_leads_to_signing_in(site: Site, new_page: NewPage) -> None:
    desk = await new_page(**WIDE)
    await sign_in(site, desk, await site.hire())

    site.clock.move(minutes=31)
    site.context.bus.publish("desk")

    await expect(desk.get_by_text("You were signed out.")).to_be_visible()
