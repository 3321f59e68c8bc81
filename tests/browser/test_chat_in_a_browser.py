"""The chat page in Chromium: with and without JavaScript, offline, erased, left, small, from right to left."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot import tables as t
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, stored, violations, write

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

ANSWER = (
    "*Your boss must pay you.*\nThis is the minimum in EU countries. The law of the country decides.\n\n"
    "Source: [Directive 2019/1152](https://eur-lex.europa.eu/eli/dir/2019/1152/oj). Source checked: 12 November 2026."
)
CHOICES = [("a:steps", "Steps"), ("a:bring", "What to bring"), ("person", "Talk to a person")]


async def test_a_question_is_asked_and_answered_without_reloading(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(viewport={"width": 1100, "height": 800})
    await page.goto("/")
    await page.screenshot(path=shots / "chat-first.png")
    assert await violations(page) == []

    await write(page, "il mio capo non mi paga da due mesi")
    await stored(site, 1)
    await expect(page.locator(".bubble.person .fate")).to_have_text("")
    await site.take_turn(ANSWER, buttons=CHOICES)

    await expect(page.locator(".bubble.bot b")).to_have_text("Your boss must pay you.")
    await expect(page.locator("#live")).to_contain_text("New message. Bot: Your boss must pay you.")
    await page.screenshot(path=shots / "chat-answer.png")
    assert await violations(page) == []

    await page.get_by_role("button", name="Talk to a person").click()
    await stored(site, 2)
    await expect(page.locator(".bubble.person").last).to_contain_text("Talk to a person")
    await expect(page.locator(".choices")).to_have_count(0)


async def test_the_picture_menu_is_the_first_tap(site: Site, new_page: NewPage) -> None:
    page = await new_page(**PHONE)
    await page.goto("/")

    await page.get_by_role("button", name="Work and pay").tap()

    await stored(site, 1)
    (row,) = await site.rows(t.inbox)
    assert row.kind == "button"


async def test_without_javascript_the_same_road_is_open(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(java_script_enabled=False, **PHONE)
    await page.goto("/")
    await page.screenshot(path=shots / "chat-360-nojs-first.png")

    await page.locator("#text").fill("my boss does not pay me")
    turn = asyncio.create_task(_answer_soon(site))
    await page.get_by_role("button", name="Send").click()
    await turn

    await expect(page.locator(".bubble.person .words")).to_have_text("my boss does not pay me")
    await expect(page.locator(".bubble.bot .words")).to_contain_text("Your boss must pay you.")
    await site.take_turn("One thing more")
    await page.get_by_role("link", name="Show new messages").click()
    await expect(page.locator(".bubble.bot").last).to_contain_text("One thing more")
    await page.screenshot(path=shots / "chat-360-nojs.png")
    await page.get_by_role("button", name="Leave quickly").click()
    await expect(page).to_have_url(str(site.server.make_url("/leave")))


async def _answer_soon(site: Site) -> None:
    await stored(site, 1)
    await site.take_turn(ANSWER, buttons=CHOICES)


async def test_a_phone_shows_everything_without_scrolling_sideways(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(**PHONE)
    await page.goto("/")
    await page.screenshot(path=shots / "chat-360-first.png")
    await write(page, "my boss does not pay me, what can I do? I work in a restaurant since March")
    await stored(site, 1)
    await site.take_turn(ANSWER, buttons=CHOICES)
    await expect(page.locator(".bubble.bot b")).to_be_visible()
    await page.wait_for_timeout(400)
    await page.screenshot(path=shots / "chat-360.png")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    small = await page.evaluate(
        """[...document.querySelectorAll("button, summary, textarea, .keep")].filter((one) => one.checkVisibility())
        .map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height]).filter(([, size]) => size < 44)"""
    )
    assert small == []
    await page.locator("summary").tap()
    await page.screenshot(path=shots / "chat-360-languages.png", full_page=True)
    assert await violations(page) == []


async def test_arabic_runs_from_right_to_left(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(locale="ar", **PHONE)
    await page.goto("/")
    await page.screenshot(path=shots / "chat-360-arabic-first.png")
    await write(page, "صاحب العمل لا يدفع لي راتبي منذ شهرين")
    await stored(site, 1)
    await site.take_turn(
        "*يجب على صاحب العمل أن يدفع لك.*\nهذا هو الحد الأدنى في دول الاتحاد الأوروبي.\n\n"
        "المصدر: [Directive 2019/1152](https://eur-lex.europa.eu/eli/dir/2019/1152/oj).",
        buttons=[("a:steps", "الخطوات"), ("person", "تحدث مع شخص")], locale="ar",
    )  # fmt: skip
    await expect(page.locator(".bubble.bot b")).to_be_visible()
    await page.wait_for_timeout(400)
    await page.screenshot(path=shots / "chat-360-arabic.png")

    assert await page.evaluate("document.documentElement.dir") == "rtl"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    mine, his = page.locator(".bubble.person .words"), page.locator(".bubble.bot .words").last
    left, right = await mine.bounding_box(), await his.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    assert await violations(page) == []


async def test_the_dark_scheme_can_be_read(site: Site, new_page: NewPage, shots: Path) -> None:
    page = await new_page(color_scheme="dark", **PHONE)
    await page.goto("/")
    await write(page, "hello")
    await stored(site, 1)
    await site.take_turn(ANSWER, buttons=CHOICES)
    await expect(page.locator(".bubble.bot b")).to_be_visible()
    await page.wait_for_timeout(400)
    await page.screenshot(path=shots / "chat-360-dark.png")

    assert await violations(page) == []


async def test_it_can_be_used_by_keyboard_alone(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    seen = []
    for _ in range(12):
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
    assert seen[0] == "Leave quickly"
    assert "text" in seen

    await page.locator("#text").focus()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    await stored(site, 1)
    await site.take_turn("Which?", buttons=[("a:one", "One thing")])
    await expect(page.get_by_role("button", name="One thing")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await stored(site, 2)


async def test_what_is_written_without_a_connection_is_sent_when_it_is_back(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await page.context.set_offline(True)

    await write(page, "one")
    await write(page, "two")
    await expect(page.locator("#status")).to_contain_text("No connection.")
    await expect(page.locator(".bubble.person")).to_have_count(2)
    assert await site.rows(t.inbox) == []
    await page.context.set_offline(False)
    await stored(site, 2)

    await expect(page.locator("#status")).to_be_hidden()
    conversation = await site.conversation()
    async with site.context.database.reading() as connection:
        waiting = await site.context.inbox.waiting(connection, conversation.id)
    assert [one.text for one in waiting] == ["one", "two"]


async def test_replies_come_again_after_the_line_was_cut(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await write(page, "hello")
    await stored(site, 1)
    await site.take_turn("before the cut")
    await expect(page.locator(".bubble.bot").last).to_contain_text("before the cut")

    await page.context.set_offline(True)
    await site.take_turn("during the cut")
    await page.context.set_offline(False)

    await expect(page.locator(".bubble.bot").last).to_contain_text("during the cut", timeout=15_000)
    await expect(page.get_by_text("before the cut")).to_have_count(1)


async def test_leaving_empties_the_page_the_history_and_the_device(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await page.locator("input[name=keep]").check()
    await write(page, "my secret words")
    await stored(site, 1)

    await page.get_by_role("button", name="Leave quickly").click()
    await page.wait_for_url("**/leave")

    assert await page.title() == "-"
    assert await page.context.cookies() == []
    assert await page.evaluate("[localStorage.length, sessionStorage.length, history.length]") == [0, 0, 2]
    await page.goto("/")
    await expect(page.locator(".bubble.start")).to_be_visible()
    await expect(page.get_by_text("my secret words")).to_have_count(0)


async def test_leaving_hides_the_words_even_without_a_connection(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await write(page, "my secret words")
    await stored(site, 1)
    await page.context.set_offline(True)

    await page.get_by_role("button", name="Leave quickly").click()

    await expect(page.get_by_text("my secret words")).to_have_count(0)
    assert await page.evaluate("document.body.innerText.trim()") == ""
    await page.context.set_offline(False)
    await page.wait_for_url("**/leave")


async def test_nothing_is_kept_on_the_device_unless_the_person_says_so(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    assert await page.context.cookies() == []

    await write(page, "hello")
    await stored(site, 1)
    await expect(page.locator(".bubble.person .fate")).to_have_text("")
    (cookie,) = await page.context.cookies()
    assert (cookie["name"], cookie["expires"], cookie["httpOnly"], cookie["sameSite"]) == (
        "guichet",
        -1,
        True,
        "Strict",
    )

    async with page.expect_response("**/chat/keep"):
        await page.locator("input[name=keep]").check()
    (cookie,) = await page.context.cookies()
    assert cookie["expires"] > 0
    assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


async def test_a_link_from_another_site_finds_the_kept_chat(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await page.locator("input[name=keep]").check()
    await write(page, "my words")
    await stored(site, 1)

    port = site.server.port
    await page.route("http://127.0.0.2:*/**", lambda route: route.fulfill(
        body=f'<a href="http://127.0.0.1:{port}/">chat</a>', content_type="text/html"
    ))  # fmt: skip
    await page.goto(f"http://127.0.0.2:{port}/elsewhere")
    await page.get_by_role("link").click()

    await expect(page.get_by_text("my words")).to_be_visible()


async def test_what_was_erased_goes_from_the_page(site: Site, new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await write(page, "my secret words")
    await stored(site, 1)
    await site.take_turn("an answer")
    await expect(page.locator(".bubble.bot").last).to_contain_text("an answer")

    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.context.conversations.forget(connection, conversation.id, site.clock())
    await site.take_turn("Erased.")

    await expect(page.locator(".bubble")).to_have_count(1)
    await expect(page.locator(".bubble")).to_contain_text("Erased.")
