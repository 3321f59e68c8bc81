"""POST /chat/send, /chat/keep, /chat/leave: the session, repeats, limits, leaving."""

import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiohttp import ClientResponse

from bot import tables as t
from bot.buckets import Rate
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.errors import GuichetError
from bot.model.messages import Delivery, Inbound
from bot.web.limits import Rates
from tests.bot.web.site import SAME, Site, open_site
from tests.conftest import Clock


class Broken:
    """An intake whose disk is full."""

    async def receive(self, items: Sequence[Inbound | Delivery]) -> None:
        raise OSError("no space left")


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


async def test_a_repeated_message_is_stored_once(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    browser.number -= 1

    again = await browser.says("hello")

    assert again.status == 200
    assert len(await site.rows(t.inbox)) == 1


async def test_a_first_message_whose_answer_was_lost_finds_the_same_chat(site: Site) -> None:
    """The page repeats it without a cookie; nothing may be doubled."""
    browser = await site.browser()
    first = await browser.says("hello")
    browser.client.session.cookie_jar.clear()
    browser.number -= 1

    again = await browser.says("hello")

    assert again.headers["Set-Cookie"] == first.headers["Set-Cookie"]
    assert len(await site.rows(t.inbox)) == 1
    assert len(await site.rows(t.conversation)) == 1


async def test_another_text_under_an_old_number_is_not_lost(site: Site) -> None:
    """A browser without JavaScript that goes back shows an old page, whose number was used."""
    browser = await site.browser()
    await browser.opens()
    for text in ("one", "two"):
        await browser.posts("/chat/send", {"page": browser.page, "number": "1", "text": text})

    assert len(await site.rows(t.inbox)) == 2


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


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"page": "short", "number": "1", "text": "x"}, 400),
        ({"page": "p" * 43, "number": "one", "text": "x"}, 400),
        ({"page": "p" * 43, "number": "1234567890", "text": "x"}, 400),
        ({"page": "p" * 43, "text": "x"}, 400),
        ({"page": "p" * 43, "number": "1", "button": "ä" * 40}, 400),
        ({"page": "p" * 43, "number": "1", "text": "x" * 4001}, 413),
        ({"page": "p" * 43, "number": "1", "text": ["x"]}, 400),
        ({"page": "p" * 43, "number": "1", "text": ""}, 400),
        ([], 400),
    ],
)
async def test_what_is_not_a_message_is_refused(site: Site, fields: object, status: int) -> None:
    browser = await site.browser()

    answer = await browser.client.post("/chat/send", json=fields, headers=SAME)

    assert answer.status == status
    assert await site.rows(t.inbox) == []


async def test_a_body_that_is_no_json_is_refused(site: Site) -> None:
    browser = await site.browser()
    headers = SAME | {"Content-Type": "application/json"}

    answer = await browser.client.post("/chat/send", data=b"{", headers=headers)

    assert answer.status == 400


async def test_a_message_written_without_a_connection_bears_its_own_time(site: Site) -> None:
    browser = await site.browser()

    await browser.says("hello", age=1200)

    (row,) = await site.rows(t.inbox)
    assert row.sent_at == site.clock() - timedelta(minutes=20)


async def test_signs_that_a_database_refuses_are_taken_out(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.says("a\x00b \ud800 c")

    assert answer.status == 200
    assert "ab ? c" in await browser.opens()


async def test_what_was_not_stored_is_not_acknowledged(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, intake=Broken()) as site:
        browser = await site.browser()

        scripted = await browser.says("hello")
        plain = await browser.posts("/chat/send", {"page": browser.page, "number": "1", "text": "my words"})

        assert scripted.status == 503
        assert "Set-Cookie" not in scripted.headers
        assert scripted.headers["Retry-After"] == "5"
        assert plain.status == 503
        assert ">my words</textarea>" in await plain.text()


async def test_who_writes_too_fast_is_told_to_wait_and_keeps_the_words(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    rates = Rates(session=Rate(1 / 60, 2))
    async with open_site(sqlite, ring, clock, rates=rates) as site:
        browser = await site.browser()
        for _ in range(2):
            assert (await browser.says("hello")).status == 200

        scripted = await browser.says("hello")
        plain = await browser.posts("/chat/send", {"page": browser.page, "number": "9", "text": "my words"})
        other = await (await site.browser()).says("hello")

        too_many = site.context.phrases.text("en", "too_many")
        assert (scripted.status, (await scripted.json())["said"]) == (429, too_many)
        assert 0 < int(scripted.headers["Retry-After"]) <= 60
        assert plain.status == 429
        html = await plain.text()
        assert too_many in html
        assert ">my words</textarea>" in html
        assert other.status == 200


async def test_an_address_cannot_open_chats_without_end(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with open_site(sqlite, ring, clock, rates=Rates(address=Rate(1 / 60, 3))) as site:
        answers: list[ClientResponse] = [await (await site.browser()).says("hello") for _ in range(4)]

        assert [answer.status for answer in answers] == [200, 200, 200, 429]


async def test_behind_a_proxy_the_address_is_the_one_the_proxy_wrote(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    async with open_site(sqlite, ring, clock, public_https=True, rates=Rates(address=Rate(1 / 60, 1))) as site:
        statuses = []
        for forwarded in ("1.1.1.1, 9.9.9.1", "2.2.2.2, 9.9.9.1", "1.1.1.1, 9.9.9.2"):
            browser = await site.browser()
            await browser.opens()
            body = {"page": browser.page, "number": 1, "text": "hello"}
            headers = SAME | {"X-Forwarded-For": forwarded}
            statuses.append((await browser.client.post("/chat/send", json=body, headers=headers)).status)

        assert statuses == [200, 429, 200]


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
