"""Voice, photos and papers on the chat page: only while an office has the case, and to nobody else."""

from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientResponse, FormData

from bot import tables as t
from bot.assemble import ROOT
from bot.attachments.checks import examine
from bot.model.conversation import Author
from bot.recorder import Recorder
from bot.settings import load_settings
from tests.bot.web.site import SAME, Browser, Site, taken
from tests.support import files


async def sends(person: Browser, content: bytes, number: int = 0, site: str = "same-origin") -> ClientResponse:
    """Post a file as the page's script does; the same number is the same message again."""
    person.number += 0 if number else 1
    fields = {"page": person.page, "number": str(number or person.number), "lang": "en", "keep": ""}
    form = FormData(fields)
    form.add_field("file", content, filename="letter of Gastone.pdf", content_type="application/pdf")
    return await person.client.post("/chat/file", data=form, headers={"Sec-Fetch-Site": site}, allow_redirects=False)


async def turn(site: Site) -> None:
    """Do what a turn does with the messages of an office's case: put them on the record with their files."""
    context, conversation = site.context, await site.conversation()
    recorder = Recorder(context.conversations, context.attachments)
    async with context.database.transaction() as connection:
        waiting = await context.inbox.waiting(connection, conversation.id)
        await recorder.record(connection, conversation, waiting, site.clock(), {})
        await context.inbox.finish(connection, [one.id for one in waiting], "done", site.clock())
    await site.sender.drain()


async def only_file(site: Site) -> Any:
    (row,) = await site.rows(t.attachment)
    return row


async def test_without_an_office_the_page_says_so_and_keeps_nothing(site: Site, person: Browser) -> None:
    answer = await sends(person, files.OGG)

    assert answer.status == 409
    said = (await answer.json())["said"]
    assert said == "I cannot listen to voice or read pictures. A person can. First choose: Talk to a person."
    assert await site.rows(t.attachment) == []


@pytest.mark.parametrize(
    ("content", "mark"),
    [(files.OGG, "<audio"), (files.png(), "<img"), (files.PDF, 'class="paper"')],
    ids=["voice", "photo", "PDF"],
)
async def test_a_file_goes_to_the_office_and_stays_on_the_page(
    site: Site, person: Browser, marta: Browser, content: bytes, mark: str
) -> None:
    case = await taken(site, marta)
    answer = await sends(person, content)
    await turn(site)

    row = await only_file(site)
    page, desk = await person.opens(), await marta.opens(f"/desk/c/{case}")
    mine = await person.client.get(f"/chat/file/{row.id}")
    theirs = await marta.client.get(f"/desk/c/{case}/file/{row.id}")

    assert (await answer.json())["stored"] is True
    assert mark in page
    assert mark in desk
    assert (row.author, row.state, row.case_id) == ("person", "ready", case)
    assert await mine.read() == await theirs.read()
    assert files.PLACE not in await theirs.read()
    assert content not in row.payload


async def test_the_same_message_posted_again_is_one(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)
    await sends(person, files.OGG, number=7)
    await sends(person, files.OGG, number=7)
    await turn(site)
    await sends(person, files.OGG, number=7)

    assert len(await site.rows(t.attachment)) == 1
    kinds = [row.kind for row in await site.rows(t.inbox)]
    assert kinds.count("voice") == 1


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"MZ a program", 415, "cannot pass this on"), (b"<html>", 415, "cannot pass this on"), (b"", 415, "cannot pass"),
        (files.MP4, 415, "cannot pass this on"),
    ],
    ids=["program", "page", "nothing", "video"],
)  # fmt: skip
async def test_what_is_no_voice_photo_or_pdf_is_refused(
    site: Site, person: Browser, marta: Browser, content: bytes, status: int, words: str
) -> None:
    await taken(site, marta)

    answer = await sends(person, content)

    assert answer.status == status
    assert words in (await answer.json())["said"]
    assert await site.rows(t.attachment) == []


async def test_a_file_that_is_too_large_is_refused(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)
    site.context.attachments.largest = 1000

    answer = await sends(person, files.OGG + bytes(2000))

    assert answer.status == 413
    assert "too big" in (await answer.json())["said"]


async def test_another_site_cannot_post_a_file(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)

    assert (await sends(person, files.OGG, site="cross-site")).status == 403


async def test_a_form_that_is_none_is_refused(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)
    for data, kind in (
        (b"x", "multipart/form-data"),
        (b"--a\r\n\r\n", "multipart/form-data; boundary=b"),
        (b"{}", "application/json"),
    ):
        answer = await person.client.post("/chat/file", data=data, headers=SAME | {"Content-Type": kind})
        assert answer.status == 400


async def test_forty_files_a_day_are_enough(site: Site, person: Browser, marta: Browser) -> None:
    await taken(site, marta)
    conversation = await site.conversation()
    checked = examine(files.OGG, 10_000)
    async with site.context.database.transaction() as connection:
        for _ in range(40):
            await site.context.attachments.deposit(connection, conversation.id, Author.PERSON, checked, site.clock())

    assert "many files today" in (await (await sends(person, files.OGG)).json())["said"]
    site.clock.move(hours=25)
    assert (await sends(person, files.OGG)).status == 200


async def test_another_browser_sees_nothing(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    await sends(person, files.OGG)
    await turn(site)
    row = await only_file(site)
    stranger, pavel = await site.browser(), await site.browser()
    await pavel.signs_in(await site.hire("pavel"))

    assert (await stranger.client.get(f"/chat/file/{row.id}")).status == 404
    assert (await marta.client.get(f"/chat/file/{row.id}")).status == 404
    assert (await pavel.client.get(f"/desk/c/{case}/file/{row.id}")).status == 404
    assert (await person.client.get(f"/chat/file/{UUID(int=7)}")).status == 404
    assert (await person.client.get("/chat/file/nonsense")).status == 404


async def test_an_operators_file_is_shown_once_it_went_out(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    html = await marta.opens(f"/desk/c/{case}")
    form = FormData({"csrf": _hidden(html, "csrf"), "form": _hidden(html, "form")})
    form.add_field("file", files.webm([b"\x78abc"]), filename="voice")
    await marta.client.post(f"/desk/c/{case}/file", data=form, headers=SAME, allow_redirects=False)
    row = await only_file(site)

    before = (await person.client.get(f"/chat/file/{row.id}")).status
    await site.sender.drain()
    after = await person.client.get(f"/chat/file/{row.id}")

    assert before == 404
    assert await after.read() == files.webm([b"\x78abc"]), "a browser plays what a browser recorded"
    assert f"/chat/file/{row.id}" in await person.opens()
    assert "<audio" in await marta.opens(f"/desk/c/{case}")


async def test_a_double_click_sends_one_file_and_a_forged_form_none(
    site: Site, person: Browser, marta: Browser
) -> None:
    case = await taken(site, marta)
    html = await marta.opens(f"/desk/c/{case}")
    for csrf in (_hidden(html, "csrf"), _hidden(html, "csrf"), "0" * 64):
        form = FormData({"csrf": csrf, "form": _hidden(html, "form")})
        form.add_field("file", files.PDF, filename="a.pdf")
        answer = await marta.client.post(f"/desk/c/{case}/file", data=form, headers=SAME, allow_redirects=False)

    assert answer.status == 403
    assert len(await site.rows(t.attachment)) == 1


def _hidden(html: str, name: str) -> str:
    return html.split(f'name="{name}" value="')[1].split('"')[0]


@pytest.mark.parametrize(("path", "allowed"), [("/", True), ("/leave", False), ("/desk/sign-in", False)])
async def test_only_where_a_voice_is_recorded_the_microphone_may_be_asked_for(
    site: Site, path: str, allowed: bool
) -> None:
    browser = await site.browser()

    answer = await browser.client.get(path)

    policy = answer.headers["Permissions-Policy"]
    assert ("microphone=(self)" in policy) is allowed
    assert "camera=()" in policy


def test_the_limit_is_a_setting_within_what_telegram_gives() -> None:
    assert load_settings(ROOT, {}).file_megabytes == 16
