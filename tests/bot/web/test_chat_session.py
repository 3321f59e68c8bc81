"""The session of the chat page: cookie and token, keeping it on the device, leaving quickly."""

import logging
import re

import pytest

from bot import tables as t
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.errors import GuichetError
from tests.bot.web.site import Site, open_site
from tests.conftest import Clock


async def test_the_cookie_comes_with_the_first_message_and_ends_with_the_browser(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.says("hello")

    (cookie,) = answer.headers.getall("Set-Cookie")
    assert await answer.json() == {"stored": True}
    assert cookie.startswith("guichet=s.")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Max-Age" not in cookie
    assert "Domain" not in cookie


async def test_behind_tls_the_cookie_is_bound_to_the_host(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, public_https=True) as site:
        browser = await site.browser()

        answer = await browser.says("hello")

        (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie.startswith("__Host-guichet=s.")
        assert "Secure" in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_the_chat_is_kept_for_30_days_only_if_the_person_chose_so(site: Site) -> None:
    browser = await site.browser()

    kept = await browser.says("hello", keep=True)
    still = await browser.says("again")
    ended = await browser.posts("/chat/keep", {"keep": ""})

    assert "Max-Age=2592000" in kept.headers["Set-Cookie"]
    assert "guichet=k." in still.headers["Set-Cookie"]
    assert ended.status == 204
    assert "guichet=s." in ended.headers["Set-Cookie"]
    assert "Max-Age" not in ended.headers["Set-Cookie"]


async def test_keeping_is_nothing_without_a_chat(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.posts("/chat/keep", {"keep": "1"})

    assert answer.status == 204
    assert "Set-Cookie" not in answer.headers


async def test_a_form_without_the_box_ticked_ends_the_keeping_and_a_tap_leaves_it(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello", keep=True)

    tapped = await browser.posts("/chat/send", {"page": browser.page, "number": "7", "button": "m:work"})
    unticked = await browser.posts("/chat/send", {"page": browser.page, "number": "8", "text": "more"})

    assert "guichet=k." in tapped.headers["Set-Cookie"]
    assert "guichet=s." in unticked.headers["Set-Cookie"]


async def test_the_token_is_nowhere_in_the_database_and_in_no_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await site.browser()
    await browser.says("my secret words")
    await browser.opens()
    token = browser.cookie().removeprefix("s.")
    rows = [await site.rows(table) for table in (t.conversation, t.inbox, t.message)]
    stored = str(rows)

    assert len(token) == 43
    assert token not in stored
    assert "secret words" not in stored
    assert token not in caplog.text
    assert "secret words" not in caplog.text


async def test_neither_the_token_nor_the_pages_name_stands_in_an_address(site: Site) -> None:
    """Addresses land in the logs of proxies, and the page's name opens the chat like the token."""
    browser = await site.browser()
    await browser.says("hello")

    html = await browser.opens()
    script = await (await browser.client.get("/static/chat.js")).text()

    assert not re.search(rf'(?:href|src|action)="[^"]*{re.escape(browser.page)}', html)
    assert "URLSearchParams({ after: String(last), lang: page.lang })" in script


async def test_two_browsers_have_two_chats(site: Site) -> None:
    for _ in range(2):
        await (await site.browser()).says("hello")

    assert len(await site.rows(t.conversation)) == 2


@pytest.mark.parametrize("value", ["s." + "A" * 43, "s.short", "no token at all", "k." + "../" * 15, "s." + "é" * 43])
async def test_a_token_that_opens_nothing_counts_for_nothing(site: Site, value: str) -> None:
    browser = await site.browser()
    await (await site.browser()).says("somebody else's words")
    browser.client.session.cookie_jar.update_cookies({"guichet": value})

    html = await browser.opens()
    answer = await browser.says("hello")

    assert "somebody else" not in html
    assert value not in answer.headers["Set-Cookie"]


async def test_leaving_ends_the_cookie_and_the_chat_on_this_device(site: Site) -> None:
    browser = await site.browser()
    await browser.says("my words", keep=True)
    stolen = browser.cookie()

    left = await browser.posts("/chat/leave", {})
    browser.client.session.cookie_jar.update_cookies({"guichet": stolen})
    html = await browser.opens()

    (row,) = await site.rows(t.conversation)
    assert left.status == 303
    assert left.headers["Location"] == "/leave"
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    assert "my words" not in html
    assert row.blocked_at == site.clock()


async def test_after_leaving_the_next_message_begins_anew(site: Site) -> None:
    browser = await site.browser()
    await browser.says("my words")
    await browser.posts("/chat/leave", {})

    await browser.says("hello again")

    assert len(await site.rows(t.conversation)) == 2
    assert "my words" not in await browser.opens()


async def test_the_script_leaves_without_a_redirect(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")

    left = await browser.posts("/chat/leave", {}, Accept="application/json")

    assert left.status == 204
    assert browser.cookie() == ""


async def test_leaving_works_without_a_chat_and_ends_at_an_empty_page(site: Site) -> None:
    browser = await site.browser()

    left = await browser.posts("/chat/leave", {})
    page = await browser.client.get("/leave")

    assert left.status == 303
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "<body></body>" in await page.text()


async def test_the_cookie_goes_even_if_the_database_is_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await site.browser()
    await browser.says("hello")

    async def fail(*_arguments: object) -> None:
        raise GuichetError("away")

    monkeypatch.setattr(site.context.conversations, "set_address", fail)
    left = await browser.posts("/chat/leave", {})

    assert left.status == 303
    assert browser.cookie() == ""
