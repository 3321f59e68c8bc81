"""GET /chat/events: live, again from a number, erased, gone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.crypto import KeyRing
from bot.db import Database
from bot.web import sse
from bot.web.limits import Rates
from tests.bot.web.site import Browser, Site, open_site
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "LOOK_AGAIN", 0.2)


class Events:
    """Reads one stream."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def next(self) -> tuple[str, Any, str]:
        """Return name, data and id of the next event; comments are skipped."""
        async with asyncio.timeout(5):
            while True:
                lines: dict[str, str] = {}
                while (line := (await self.answer.content.readline()).decode().rstrip("\n")) != "":
                    name, _, value = line.partition(": ")
                    lines[name] = value
                if self.answer.content.at_eof() and not lines:
                    raise EOFError
                if "event" in lines:
                    return lines["event"], json.loads(lines["data"]), lines.get("id", "")

    async def named(self, name: str) -> tuple[Any, str]:
        """Return data and id of the next event of this name."""
        while True:
            event, data, number = await self.next()
            if event == name:
                return data, number


@asynccontextmanager
async def stream(browser: Browser, after: int = 0, last: str = "") -> AsyncIterator[Events]:
    path = f"/chat/events?after={after}"
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
    async with browser.client.get(path, headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield Events(answer)


async def test_without_a_chat_the_browser_is_told_to_stop_asking(site: Site) -> None:
    browser = await site.browser()

    answer = await browser.client.get("/chat/events")

    assert answer.status == 204


async def test_a_reply_comes_when_it_was_handed_over(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")

    async with stream(browser) as events:
        await site.take_turn("An *answer*", buttons=[("person", "Talk to a person")])
        data, number = await events.named("message")

    assert "An <b>answer</b>" in data["html"]
    assert 'value="person"' in data["html"]
    assert int(number) > 0


async def test_what_was_missed_comes_again_from_the_last_number(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("first", "second", "third")
    async with stream(browser) as events:
        numbers = [(await events.named("message"))[1] for _ in range(3)]

    async with stream(browser, after=int(numbers[0])) as events:
        by_query, _ = await events.named("message")
    async with stream(browser, last=numbers[1]) as events:
        by_header, _ = await events.named("message")

    assert "second" in by_query["html"]
    assert "third" in by_header["html"]


async def test_a_number_that_is_none_starts_at_the_beginning(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("first")

    async with stream(browser, last="-5 or so") as events:
        data, _ = await events.named("message")

    assert "first" in data["html"]


async def test_the_page_is_told_that_an_office_has_the_question(site: Site) -> None:
    await site.hire()
    browser = await site.browser()
    await browser.says("hello")

    async with stream(browser) as events:
        assert (await events.named("office"))[0] == {"has_question": False}
        await site.wants_a_person()
        assert (await events.named("office"))[0] == {"has_question": True}


async def test_what_the_person_had_erased_goes_from_the_page_too(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    await site.take_turn("an answer")
    conversation = await site.conversation()

    async with stream(browser) as events:
        await events.named("message")
        async with site.context.database.transaction() as connection:
            await site.context.conversations.forget(connection, conversation.id, site.clock())
        await site.take_turn("Erased.")
        _, number = await events.named("erased")
        data, _ = await events.named("message")

    assert number == "0"
    assert "Erased." in data["html"]


async def test_leaving_ends_the_streams_of_all_tabs(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")

    async with stream(browser) as events:
        await browser.posts("/chat/leave", {})
        assert (await events.named("gone"))[0] == {}
        with pytest.raises(EOFError):
            await events.next()


async def test_nobody_reads_the_stream_of_somebody_else(site: Site) -> None:
    browser, other = await site.browser(), await site.browser()
    await browser.says("hello")
    await site.take_turn("for one person only")
    other.client.session.cookie_jar.update_cookies({"guichet": "s." + "B" * 43})

    answer = await other.client.get("/chat/events")

    assert answer.status == 204


async def test_the_line_is_kept_alive(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.1)
    browser = await site.browser()
    await browser.says("hello")

    async with stream(browser) as events:
        await events.named("office")
        async with asyncio.timeout(3):
            assert (await events.answer.content.readline()) == b": \n"


async def test_a_fifth_tab_ends_the_first(site: Site) -> None:
    browser = await site.browser()
    await browser.says("hello")
    open_streams = [stream(browser) for _ in range(5)]
    events = [await one.__aenter__() for one in open_streams]

    with pytest.raises(EOFError):
        await events[0].named("the end")
    assert (await events[4].named("office"))[0] == {"has_question": False}
    for one in open_streams:
        await one.__aexit__(None, None, None)


async def test_when_all_places_are_taken_the_page_works_without_news(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    async with open_site(sqlite, ring, clock, rates=Rates(streams=0)) as site:
        browser = await site.browser()
        await browser.says("hello")

        answer = await browser.client.get("/chat/events")

        assert answer.status == 503
        assert answer.headers["Retry-After"] == "30"


async def test_one_network_does_not_take_all_places_and_the_chat_none_of_the_desk(
    sqlite: Database, ring: KeyRing, clock: Clock
) -> None:
    async with open_site(sqlite, ring, clock, rates=Rates(streams=1, streams_network=1)) as site:
        first, second, desk = [await site.browser() for _ in range(3)]
        await first.says("hello")
        await second.says("hello")
        await desk.signs_in(await site.hire())
        async with stream(first) as events:
            await events.named("office")

            refused = await second.client.get("/chat/events")
            opened = await desk.client.get("/desk/events")

        assert (refused.status, opened.status) == (503, 200)
        opened.close()


async def test_stopping_the_server_does_not_wait_for_open_pages(sqlite: Database, ring: KeyRing, clock: Clock) -> None:
    async with asyncio.timeout(5):
        async with open_site(sqlite, ring, clock) as site:
            browser = await site.browser()
            await browser.says("hello")
            opened = stream(browser)
            events = await opened.__aenter__()
            await events.named("office")
            await site.server.close()
            await opened.__aexit__(None, None, None)
