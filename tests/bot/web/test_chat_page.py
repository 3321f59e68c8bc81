"""GET / and what a browser without JavaScript does with it."""

import re

import pytest

from bot import tables as t
from bot.outbox import Draft
from tests.bot.web.site import SAME, Site


async def test_a_first_visit_sets_no_cookie_and_shows_the_picture_menu(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.client.get("/")

    html = await answer.text()
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert 'value="m:work"' in html
    assert 'href="tel:112"' in html
    assert await site.rows(t.conversation) == []


@pytest.mark.parametrize(
    ("query", "accepted", "locale"),
    [
        ("", "it-IT,it;q=0.9,en;q=0.8", "it"),
        ("", "xx, fr;q=0.5", "fr"),
        ("", "fr;q=0.1, it;q=0.7", "it"),
        ("", "fr;q=0, xx", "en"),
        ("", "", "en"),
        ("?lang=fr", "it", "fr"),
        ("?lang=xx", "it", "it"),
    ],
)
async def test_the_page_speaks_what_was_chosen_or_what_the_browser_asks(
    site: Site, query: str, accepted: str, locale: str
) -> None:
    browser = await site.browser()

    answer = await browser.client.get(f"/{query}", headers={"Accept-Language": accepted})

    assert f'<html lang="{locale}" dir="ltr">' in await answer.text()
    assert answer.headers["Content-Language"] == locale


async def test_without_javascript_a_message_goes_and_its_answer_is_there_when_the_page_comes_back(site: Site) -> None:
    browser = await site.browser()
    await browser.opens()

    sent = await browser.posts("/chat/send", {"page": browser.page, "number": "1", "text": "il mio capo non mi paga"})
    await site.take_turn("*Chiedi* i soldi. [Fonte](https://example.org/a?b=1&c=2)", buttons=[("person", "Talk")])
    html = await browser.opens(sent.headers["Location"].partition("#")[0])

    assert sent.status == 303
    assert sent.headers["Location"] == "/?wait=1#end"
    assert "il mio capo non mi paga" in html
    assert "<b>Chiedi</b>" in html
    assert 'rel="noopener noreferrer" href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'value="person"' in html


async def test_a_message_that_no_turn_has_taken_is_shown_already(site: Site) -> None:
    browser = await site.browser()
    await browser.says("Hello <b>there</b>")

    html = await browser.opens()

    assert "Hello &lt;b&gt;there&lt;/b&gt;" in html


async def test_the_language_that_was_chosen_stays_after_sending(site: Site) -> None:
    browser = await site.browser()
    await browser.opens("/?lang=it")

    sent = await browser.posts("/chat/send", {"page": browser.page, "number": "1", "text": "ciao", "lang": "it"})

    assert sent.headers["Location"] == "/?lang=it&wait=1#end"


async def test_nothing_typed_is_no_message(site: Site) -> None:
    browser = await site.browser()
    await browser.opens()

    sent = await browser.posts("/chat/send", {"page": browser.page, "number": "1", "text": "  "})

    assert sent.status == 303
    assert await site.rows(t.inbox) == []


async def test_a_tap_carries_the_words_on_the_button(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("Which?", buttons=[("a:one", "First thing")])
    await browser.opens()

    await browser.posts("/chat/send", {"page": browser.page, "number": "1", "button": "a:one"})

    conversation = await site.conversation()
    async with site.context.database.reading() as connection:
        (waiting,) = await site.context.inbox.waiting(connection, conversation.id)
    assert (waiting.kind, waiting.button, waiting.text) == ("button", "a:one", "First thing")


async def test_choices_go_once_something_was_said_after_them(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("Which?", buttons=[("a:one", "One")])
    assert 'value="a:one"' in await browser.opens()

    await browser.says("neither")

    assert 'value="a:one"' not in await browser.opens()


async def test_what_was_cancelled_or_not_sent_is_not_shown(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("This one was sent")
    conversation = await site.conversation()
    async with site.context.database.transaction() as connection:
        await site.context.outbox.add(
            connection, conversation.id, conversation.account_id, 0, Draft("This one was taken back"), site.clock()
        )
        await site.context.outbox.cancel_bot(connection, conversation.id, site.clock())
        await site.context.conversations.record(connection, conversation.id, "operator", "Held back", site.clock())

    html = await browser.opens()

    assert "This one was sent" in html
    assert "taken back" not in html
    assert "Held back" not in html


async def test_a_link_from_elsewhere_loads_once_more_so_that_the_strict_cookie_comes_along(site: Site) -> None:
    browser = await site.browser()

    html = await browser.opens("/?lang=it", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})

    assert 'content="0; url=/?lang=it"' in html
    assert "m:work" not in html


async def test_the_first_view_is_small(site: Site) -> None:
    browser = await site.browser()
    html = await browser.opens()
    paths = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)

    size = len(html.encode())
    for path in paths:
        answer = await browser.client.get(path.replace("&amp;", "&"))
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        size += len(await answer.read())

    assert len(paths) == 4
    assert size < 100_000


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/..%2fapp.py", "/nowhere"])
async def test_what_does_not_exist_is_not_found(site: Site, path: str) -> None:
    browser = await site.browser()

    answer = await browser.client.get(path)

    assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/leave", "/health", "/static/chat.css", "/nowhere", "/desk/sign-in"])
async def test_every_answer_bears_the_strict_headers(site: Site, path: str) -> None:
    browser = await site.browser()

    headers = (await browser.client.get(path)).headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


async def test_a_page_holds_no_inline_code_and_no_foreign_address(site: Site) -> None:
    browser = await site.browser()
    html = await browser.opens()

    assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\sstyle=|\son\w+=", html)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html)


@pytest.mark.parametrize("path", ["/chat/send", "/chat/keep", "/chat/leave", "/desk/sign-in", "/desk/away"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_what_another_site_makes_a_browser_send_is_refused(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    browser = await site.browser()

    answer = await browser.client.post(path, data={"page": "x" * 43, "number": "1", "text": "hello"}, headers=headers)

    assert answer.status == 403
    assert await site.rows(t.inbox) == []


async def test_an_old_browser_proves_its_origin_by_the_header_of_that_name(site: Site) -> None:
    browser = await site.browser()
    own = str(browser.client.make_url("/")).rstrip("/")

    answer = await browser.client.post("/chat/leave", headers={"Origin": own}, allow_redirects=False)

    assert answer.status == 303


async def test_a_form_that_is_far_too_long_is_refused(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.client.post("/chat/send", data={"text": "x" * 70_000}, headers=SAME)

    assert answer.status == 413
