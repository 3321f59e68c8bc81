"""The desk's tools in Chromium: the shortest way to a first answer, ready words, held answers, "More", keys, notices, idle."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import update

from bot import tables as t
from bot.crypto import make_ring
from bot.db import Database
from bot.replies import Replies
from bot.shelf import make_shelf
from bot.staff import Role
from bot.web.context import Library
from bot.web.desk.texts import LOCALES as STAFF_LOCALES
from bot.wording import Wording
from handoff.offices.contact_point import Scope
from handoff.store import read_card, seal_card, to_case
from knowledge.catalogue import Catalogue
from knowledge.files import read_articles
from tests.bot.web.site import Site, open_site, phrases
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, stored, violations, write
from tests.browser.test_desk_in_a_browser import WIDE, asks_for_a_person, settle, sign_in
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

WAGES = "labour_rights/unpaid_wages"
ARABIC = "صاحب العمل لا يدفع لي راتبي منذ شهرين"


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    """A site whose desk can send articles that ship."""
    path = tmp_path / "guichet.db"
    shutil.copyfile(sqlite_template, path)
    database, said = Database(f"sqlite:///{path}"), phrases()
    catalogue = Catalogue(read_articles(only=(WAGES, "labour_rights/dismissal")), clock=clock)
    replies = Replies(Wording(said.text, said.title), make_shelf(catalogue, {}, clock))
    async with open_site(database, make_ring(), clock, library=Library(catalogue), replies=replies) as made:
        yield made
    await database.close()


async def taken(site: Site, new_page: NewPage, **options: object) -> Page:
    """Return an operator's page with a case about wages that they just took."""
    desk, chat = await new_page(**(options or WIDE)), await new_page(locale="ar", **PHONE)
    await sign_in(site, desk, await site.hire())
    case = await asks_for_a_person(site, chat, ARABIC, locale="ar")
    (row,) = await site.rows(t.case)
    card = read_card(site.context.ring, to_case(row))
    async with site.context.database.transaction() as connection:
        sealed = seal_card(
            site.context.ring, case, type(card)(country="IT", city="Milano", intent=WAGES, shown=(WAGES,))
        )
        await connection.execute(update(t.case).where(t.case.c.id == case).values(card=sealed, locale="ar"))
    await desk.reload()
    await desk.get_by_role("button", name="Take").click()
    await settle(site)
    await expect(desk.get_by_label("Your answer")).to_be_visible()
    return desk


async def test_a_newcomer_needs_few_clicks_from_signing_in_to_the_first_answer(
    site: Site, new_page: NewPage, shots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is counted is what a hand does after the page of the sign-in has come; typing an answer is not."""
    desk, chat = await new_page(**WIDE), await new_page(**PHONE)
    await asks_for_a_person_first(site, chat)
    account = await site.hire()
    await desk.add_init_script(
        "window.name ||= '0,0'; const add = (n) => { const c = window.name.split(',').map(Number); c[n] += 1;"
        "window.name = c.join(',') }; addEventListener('click', (e) => { if (e.isTrusted && e.detail) add(0) }, true);"
    )
    await desk.goto("/desk")
    keys = 0
    await desk.get_by_label("Login").fill(account.login)
    await desk.keyboard.press("Tab")
    await desk.get_by_label("Password").fill(account.password)
    await desk.keyboard.press("Enter")
    keys += 2
    await desk.get_by_role("button", name="Take").click()
    await desk.get_by_label("Your answer").click()
    await desk.keyboard.type("Hello")
    await desk.get_by_role("button", name="Send").click()
    await settle(site)
    await expect(chat.locator(".bubble.operator .words")).to_have_text("Hello")

    clicks = int((await desk.evaluate("window.name")).split(",")[0])
    with capsys.disabled():
        print(f"\nfirst answer: {clicks} clicks and {keys} keys beside login, password and the words")
    assert clicks <= 3
    assert keys <= 2


async def asks_for_a_person_first(site: Site, chat: Page) -> None:
    """Let somebody wait before anybody signs in; an office needs somebody who answers, so one is hired."""
    await site.hire("earlier")
    await asks_for_a_person(site, chat, "my boss does not pay me")


async def test_ready_words_open_with_a_key_and_an_article_goes_out_in_the_persons_language(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    desk = await taken(site, new_page)
    await desk.get_by_label("Your answer").focus()
    await desk.keyboard.press("/")
    await expect(desk.locator("#q")).to_be_focused()
    await expect(desk.locator(".two .words[lang=ar]").first).to_be_visible()
    await desk.screenshot(path=shots / "desk-insert.png", full_page=True)
    assert await violations(desk) == []

    await desk.locator("#q").fill("contract")
    await expect(desk.locator(".sentence", has_text="Do you have a written work contract?")).to_be_visible()
    await desk.screenshot(path=shots / "desk-insert-search.png", full_page=True)
    await desk.keyboard.press("Escape")
    await expect(desk.locator("#inserted")).to_be_hidden()
    await expect(desk.get_by_label("Your answer")).to_be_focused()

    await desk.keyboard.press("/")
    await desk.locator(".part summary", has_text="Steps").click()
    await desk.get_by_role("button", name="Send the steps").click()
    await expect(desk.locator(".line.operator .words")).to_have_count(1)
    await expect(desk.locator("#inserted")).to_be_hidden()
    await settle(site)

    await expect(desk.locator(".line.operator .words")).to_have_attribute("dir", "rtl")
    await expect(desk.locator(".line.operator .fate")).to_have_text("sent")
    await desk.screenshot(path=shots / "desk-arabic.png")
    assert await violations(desk) == []


async def test_the_phrasebook_asks_one_question_after_the_other_and_leaves_a_draft_alone(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    desk = await taken(site, new_page)
    await desk.get_by_label("Your answer").fill("half an answer")
    await desk.locator("#insert").click()
    await desk.locator("details.found summary", has_text="Appointment").click()
    day = desk.locator(".sentence", has_text="Can you come then")
    await day.locator("summary").click()
    await desk.screenshot(path=shots / "desk-phrases.png", full_page=True)
    assert await violations(desk) == []

    first = desk.locator("#found .sentences").first
    for count in (1, 2, 3):
        said = await first.inner_text()
        await first.get_by_role("button").click()
        await expect(desk.locator(".line.operator")).to_have_count(count)
        await expect(first).not_to_have_text(said)  # the next sentence has taken the place of this one
    await settle(site)

    await expect(desk.locator(".line.operator .meaning").first).to_contain_text("I am an adviser of this office.")
    await expect(desk.locator(".line.operator .words").nth(1)).to_have_attribute("lang", "ar")
    await expect(desk.get_by_label("Your answer")).to_have_value("half an answer")
    await expect(desk.locator("#found .sentences").first).to_contain_text("Are you safe now?")
    await desk.screenshot(path=shots / "desk-interview.png", full_page=True)


async def test_the_composer_says_that_an_answer_will_be_kept(site: Site, new_page: NewPage, shots: Path) -> None:
    desk = await taken(site, new_page)
    async with site.context.database.transaction() as connection:
        await site.handoff.desk.contact(connection, await site.conversation(), "sign")
    site.clock.move(minutes=20)
    site.context.bus.publish("desk")
    await desk.reload()

    await expect(desk.get_by_text("The person wants only a short sign")).to_be_visible()
    await desk.get_by_label("Your answer").fill("Come on Monday.")
    await desk.get_by_role("button", name="Keep the answer").click()

    await expect(desk.locator(".line.operator .fate")).to_have_text("kept until the person writes again")
    await expect(desk.get_by_text("Kept for the person: 1")).to_be_visible()
    await desk.screenshot(path=shots / "desk-held.png", full_page=True)
    assert await violations(desk) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_stands_behind_more_is_readable_on_a_laptop_and_on_a_phone(
    site: Site, new_page: NewPage, shots: Path, scheme: str
) -> None:
    desk = await taken(site, new_page, **WIDE, color_scheme=scheme)
    await site.hire("pavel")
    await desk.reload()
    await desk.locator("#more > summary").click()
    await desk.get_by_label("New note").fill("Asked the lawyer, answer on Friday.")
    await desk.get_by_role("button", name="Add the note").click()
    await expect(desk.locator("#notes")).to_contain_text("answer on Friday")
    await desk.screenshot(path=shots / f"desk-more-{scheme}.png", full_page=True)
    assert await violations(desk) == []

    await desk.set_viewport_size({"width": 360, "height": 640})
    await desk.screenshot(path=shots / f"desk-360-more-{scheme}.png", full_page=True)
    assert await desk.evaluate("document.documentElement.scrollWidth") <= 360
    assert await violations(desk) == []


async def test_a_lead_sees_calls_and_who_is_muted(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat = await new_page(**WIDE), await new_page(**PHONE)
    await site.hire("marta")
    case = await asks_for_a_person(site, chat, "please call me")
    async with site.context.database.transaction() as connection:
        seen = await site.conversation()
        await site.handoff.calls.number(connection, seen, "+393331234567")
        await site.handoff.calls.safe(connection, seen, False)
        await site.handoff.calls.when(connection, seen, "morning")
    account = await site.hire("leda", Role.LEAD)
    await desk.goto("/desk")
    await desk.get_by_label("Login").fill(account.login)
    await desk.get_by_label("Password").fill(account.password)
    await desk.get_by_role("button", name="Sign in").click()
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.staff_session).values(second_factor_at=site.clock()))
        await connection.execute(update(t.staff).values(totp_at=site.clock()))
    await desk.goto("/desk")
    await desk.get_by_role("button", name="Take the call").click()
    await expect(desk.get_by_role("link", name="+393331234567")).to_be_visible()
    await desk.screenshot(path=shots / "desk-call.png", full_page=True)
    assert await violations(desk) == []
    await desk.get_by_role("button", name="Not reached").click()
    await desk.locator("#more > summary").click()
    await desk.get_by_role("button", name="Mute for 24 hours").click()
    await expect(desk.get_by_role("button", name="Confirm for 30 days")).to_be_visible()
    await desk.screenshot(path=shots / "desk-muted.png", full_page=True)
    assert await violations(desk) == []
    await desk.set_viewport_size({"width": 360, "height": 640})
    await desk.screenshot(path=shots / "desk-360-muted.png", full_page=True)
    assert await desk.evaluate("document.documentElement.scrollWidth") <= 360
    await desk.goto("/desk/protocol")
    await desk.screenshot(path=shots / "desk-360-protocol.png", full_page=True)
    assert await violations(desk) == []
    assert str(case) not in await desk.content()


async def test_the_whole_desk_by_keys_alone(site: Site, new_page: NewPage) -> None:
    desk, chat = await new_page(**WIDE), await new_page(**PHONE)
    account = await site.hire()
    await asks_for_a_person_first(site, chat)
    await desk.goto("/desk")
    await desk.keyboard.press("Tab")
    await reach(desk, "[name=login]")
    await desk.keyboard.type(account.login)
    await reach(desk, "[name=password]")
    await desk.keyboard.type(account.password)
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("button", name="Take")).to_be_visible()
    await reach(desk, "[id^=take-]")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_label("Your answer")).to_be_visible()
    await settle(site)
    await reach(desk, "#text")
    await desk.keyboard.type("Hello")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator(".line.operator")).to_have_count(1)
    await settle(site)
    await expect(chat.locator(".bubble.operator .words")).to_have_text("Hello")

    await reach(desk, "#text")
    await write(chat, "thank you")
    await stored(site, 2)
    await site.take_turn()
    await expect(desk.locator(".line.person").last).to_contain_text("thank you")
    await expect(desk.locator("#text")).to_be_focused()
    await reach(desk, ".endings form:last-child button")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("The case is closed.")).to_be_visible()


async def reach(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(60):
        if await page.evaluate("(one) => document.activeElement?.matches(one) ?? false", selector):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {selector}")


async def test_a_hidden_page_tells_the_browser_that_somebody_waits_and_no_word(site: Site, new_page: NewPage) -> None:
    desk, chat = await new_page(**WIDE), await new_page(**PHONE)
    await desk.add_init_script(
        "window.told = []; window.Notification = class { constructor(title, more) { told.push([title, more.silent]) }"
        " addEventListener() {} static permission = 'default';"
        " static async requestPermission() { Notification.permission = 'granted'; return 'granted' } }"
    )
    await sign_in(site, desk, await site.hire())
    await desk.locator("#menu summary").click()
    await desk.get_by_role("button", name="Tell me in this browser").click()
    await expect(desk.get_by_role("button", name="Do not tell me in this browser")).to_be_visible()
    await desk.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")

    await asks_for_a_person(site, chat, "my boss does not pay me")
    await expect(desk.get_by_role("button", name="Take")).to_be_visible()

    assert await desk.evaluate("told") == [["1 person waits: Italian, Work and pay", True]]


async def test_the_page_counts_down_before_it_signs_out_and_a_hand_stops_it(site: Site, new_page: NewPage) -> None:
    desk = await new_page(**WIDE)
    await desk.clock.install()
    await sign_in(site, desk, await site.hire())
    await expect(desk.locator("#idle")).to_be_hidden()

    await desk.clock.fast_forward("27:30")
    await expect(desk.locator("#idle")).to_contain_text("You will be signed out in 1:")
    await desk.mouse.move(200, 200)
    await expect(desk.locator("#idle")).to_be_hidden()


async def test_every_language_of_the_staff_fits_a_phone(site: Site, new_page: NewPage, shots: Path) -> None:
    desk = await taken(site, new_page, **PHONE)
    for locale in STAFF_LOCALES:
        async with site.context.database.transaction() as connection:
            await connection.execute(update(t.staff).values(locale=locale))
        await desk.goto(desk.url.partition("?")[0] + "?more=1")
        await desk.screenshot(path=shots / f"desk-360-{locale}.png", full_page=True)
        assert await desk.evaluate("document.documentElement.scrollWidth") <= 360, locale


async def test_words_typed_into_a_case_that_a_colleague_got_are_not_lost(site: Site, new_page: NewPage) -> None:
    desk = await taken(site, new_page)
    await desk.get_by_label("Your answer").fill("my long answer")
    conversation, pavel = await site.conversation(), await site.hire("pavel")
    async with site.context.database.transaction() as connection:
        staff = {row.login: row.id for row in await site.rows(t.staff)}
        scope = Scope(frozenset({conversation.contact_point}), staff["marta"])
        case = (await site.rows(t.case))[0].id
        await site.context.counter.pass_to(connection, scope, case, staff[pavel.login])
    site.context.bus.publish("desk")

    await expect(desk.locator("#status")).to_contain_text("Your words below are not sent.")
    await expect(desk.get_by_label("Your answer")).to_have_value("my long answer")
    await expect(desk.locator("#send")).to_have_count(0)


async def test_without_scripts_the_first_six_things_and_the_ready_words_work(site: Site, new_page: NewPage) -> None:
    desk, chat = await new_page(java_script_enabled=False, **WIDE), await new_page(**PHONE)
    await sign_in(site, desk, await site.hire())
    await asks_for_a_person(site, chat, "my boss does not pay me", locale="it")
    await desk.reload()
    await desk.get_by_role("button", name="Take").click()
    await desk.get_by_label("Your answer").fill("Hello")
    await desk.get_by_role("button", name="Send").first.click()
    await expect(desk.locator(".line.operator .words")).to_have_text("Hello")
    await desk.get_by_role("link", name="Ready words").click()
    await desk.get_by_label("Search articles and sentences").fill("contract")
    await desk.get_by_role("button", name="Search").click()
    await desk.locator(".sentence", has_text="Do you have a written work contract?").get_by_role("button").click()
    await expect(desk.locator(".line.operator")).to_have_count(2)
    await desk.get_by_role("button", name="Give back to the bot").click()
    await expect(desk.get_by_text("The bot answers this person again.")).to_be_visible()
