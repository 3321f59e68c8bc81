"""POST /chat/send: repeats, what is no message, limits, what could not be stored."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiohttp import ClientResponse

from bot import tables as t
from bot.buckets import Rate
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.messages import Delivery, Inbound
from bot.web.limits import Rates
from tests.bot.web.site import SAME, Site, open_site
from tests.conftest import Clock


class Broken:
    """An intake whose disk is full."""

    async def receive(self, items: Sequence[Inbound | Delivery]) -> None:
        raise OSError("no space left")


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


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"page": "short", "number": "1", "text": "x"}, 400),
        ({"page": "p" * 43, "number": "one", "text": "x"}, 400),
        ({"page": "p" * 43, "number": "1234567890", "text": "x"}, 400),
        ({"page": "p" * 43, "text": "x"}, 400),
        ({"page": "p" * 43, "number": "1", "button": "ä" * 40}, 400),
        ({"page": "p" * 43, "number": "1", "text": "x" * 20_001}, 413),
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


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"page=p&number=1&text=caf\xe9", "application/x-www-form-urlencoded"),
        (b"page=p&number=1&text=caf\xe9", "application/x-www-form-urlencoded; charset=klingon"),
        (b'{"page": "p", "number": 1, "text": "caf\xe9"}', "application/json"),
    ],
)
async def test_a_body_that_is_no_utf8_is_refused(site: Site, body: bytes, kind: str) -> None:
    browser = await site.browser()

    answer = await browser.client.post("/chat/send", data=body, headers=SAME | {"Content-Type": kind})

    assert answer.status == 400
    assert await site.rows(t.inbox) == []


async def test_a_long_message_is_taken_whole(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.says("parola " * 1_500 + "fine")

    assert answer.status == 200
    assert "parola fine" in await browser.opens()


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
