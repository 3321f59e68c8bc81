"""Voice, photos and papers in Chromium: recorded and chosen on the chat page, heard and seen at the desk, and back."""

import asyncio
import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import FilePayload, Page, expect

from bot import tables as t
from bot.attachments.ogg import ogg_from_webm
from bot.recorder import Recorder
from tests.bot.web.site import Site
from tests.browser.conftest import NewPage
from tests.browser.hands import PHONE, stored, violations
from tests.browser.test_desk_in_a_browser import WIDE, asks_for_a_person, settle, sign_in
from tests.support import files

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

# A picture that a browser draws, with a place written into it as phones do.
_DRAW = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 40; canvas.height = 20;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "teal"; pen.fillRect(0, 0, 40, 20);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""
_LENGTH = """(sound) => new Promise((done) => {
  const bytes = Uint8Array.from(atob(sound), (one) => one.charCodeAt(0));
  const audio = new Audio(URL.createObjectURL(new Blob([bytes], { type: "audio/ogg" })));
  audio.addEventListener("loadedmetadata", () => done(audio.duration));
  audio.addEventListener("error", () => done(-1));
})"""


async def turn(site: Site) -> None:
    """Put what waits on the record, as a turn does while an office has the case."""
    context, conversation = site.context, await site.conversation()
    async with context.database.transaction() as connection:
        waiting = await context.inbox.waiting(connection, conversation.id)
        await Recorder(context.conversations, context.attachments).record(
            connection, conversation, waiting, site.clock(), {}
        )
        await context.inbox.finish(connection, [one.id for one in waiting], "done", site.clock())
    context.bus.publish(f"conversation:{conversation.id}")
    context.bus.publish("desk")


async def both_sides(site: Site, new_page: NewPage, **more: Any) -> tuple[Page, Page, UUID]:
    """A person on a phone whose case an operator has open."""
    desk, chat = await new_page(**WIDE, **more), await new_page(**PHONE, **more)
    await sign_in(site, desk, await site.hire())
    case = await asks_for_a_person(site, chat, "my boss does not pay me")
    await desk.get_by_role("button", name="Take").first.click()
    await settle(site)
    await expect(desk).to_have_url(str(site.server.make_url(f"/desk/c/{case}")))
    return desk, chat, case


async def test_a_photo_is_chosen_on_the_phone_and_seen_at_the_desk(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat, _case = await both_sides(site, new_page)
    drawn = base64.b64decode(await chat.evaluate(_DRAW))
    told = drawn[:2] + files.segment(0xE1, files.exif(6)) + drawn[2:]
    photo = FilePayload(name="IMG_Gastone.jpg", mimeType="image/jpeg", buffer=told)
    await chat.locator("#file").set_input_files(photo)
    await stored(site, 2)
    await turn(site)

    picture = desk.locator("#lines img.photo")
    await expect(picture).to_be_visible()
    await picture.evaluate("(image) => image.decode()")
    size = await picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert size == [20, 40], "upright, and without the place"
    await expect(chat.locator(".bubble.person img.photo")).to_be_visible()
    assert await violations(desk) == []
    assert await violations(chat) == []
    await chat.screenshot(path=shots / "chat-photo.png")
    await desk.screenshot(path=shots / "desk-photo.png")

    await chat.reload()
    await chat.locator(".bubble.person img.photo").evaluate("(image) => image.decode()")


async def test_a_voice_is_recorded_on_the_phone_and_heard_at_the_desk(
    site: Site, new_page: NewPage, shots: Path
) -> None:
    desk, chat, _case = await both_sides(site, new_page, permissions=["microphone"])
    await chat.get_by_role("button", name="Voice").click()
    await expect(chat.get_by_role("button", name="Send voice")).to_be_visible()
    await asyncio.sleep(1.2)
    await chat.screenshot(path=shots / "chat-recording.png")
    await chat.get_by_role("button", name="Send voice").click()
    await stored(site, 2)
    await turn(site)

    player = desk.locator("#lines audio")
    await expect(player).to_be_visible()
    await player.evaluate("(audio) => audio.play()")
    await desk.wait_for_function("document.querySelector('#lines audio').currentTime > 0")
    await desk.screenshot(path=shots / "desk-voice.png")

    (row,) = await site.rows(t.attachment)
    async with site.context.database.reading() as connection:
        file = await site.context.attachments.open(connection, row.id, row.conversation_id)
    assert file is not None
    assert file.mime == "audio/webm"
    ogg = base64.b64encode(ogg_from_webm(file.content)).decode()
    length = await chat.evaluate(_LENGTH, ogg)
    assert 0.8 < length < 4, "a browser plays what was put into Ogg, as long as it was spoken"


async def test_a_voice_that_is_dropped_goes_nowhere(site: Site, new_page: NewPage) -> None:
    _desk, chat, _case = await both_sides(site, new_page, permissions=["microphone"])
    await chat.get_by_role("button", name="Voice").click()
    await chat.get_by_role("button", name="Delete").click()

    await expect(chat.get_by_role("button", name="Voice")).to_be_visible()
    await expect(chat.get_by_role("button", name="Delete")).to_be_hidden()
    assert len(await site.rows(t.inbox)) == 1


async def test_an_operator_sends_a_paper_and_a_voice(site: Site, new_page: NewPage, shots: Path) -> None:
    desk, chat, case = await both_sides(site, new_page, permissions=["microphone"])
    paper = FilePayload(name="letter.pdf", mimeType="application/pdf", buffer=files.PDF)
    await desk.locator("#file").set_input_files(paper)
    await expect(desk.locator("#lines .paper")).to_be_visible()
    await settle(site)
    await expect(chat.locator(".bubble.operator .paper")).to_be_visible()

    await desk.get_by_role("button", name="Record voice").click()
    await asyncio.sleep(0.8)
    assert await violations(desk) == []
    await desk.get_by_role("button", name="Send voice").click()
    await expect(desk.locator("#lines audio")).to_be_visible()
    await settle(site)
    await expect(chat.locator(".bubble.operator audio")).to_be_visible()
    await expect(desk).to_have_url(str(site.server.make_url(f"/desk/c/{case}#end")))
    await chat.screenshot(path=shots / "chat-from-adviser.png")


async def test_a_voice_that_the_network_swallows_is_kept_and_sent_again(site: Site, new_page: NewPage) -> None:
    desk, _chat, case = await both_sides(site, new_page, permissions=["microphone"])
    await desk.route("**/file", lambda route: route.abort())
    await desk.get_by_role("button", name="Record voice").click()
    await asyncio.sleep(0.8)
    await desk.get_by_role("button", name="Send voice").click()
    await expect(desk.locator("#status")).to_contain_text("No connection.")
    await desk.unroute("**/file")

    await desk.get_by_role("button", name="Send voice").click()

    await expect(desk.locator("#lines audio")).to_be_visible()
    await expect(desk).to_have_url(str(site.server.make_url(f"/desk/c/{case}#end")))
    assert len(await site.rows(t.attachment)) == 1


async def test_a_voice_that_is_refused_is_said_to_be(
    site: Site, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, _chat, _case = await both_sides(site, new_page, permissions=["microphone"])
    monkeypatch.setattr("bot.web.desk.files._SENT", set())
    await desk.get_by_role("button", name="Record voice").click()
    await asyncio.sleep(0.8)
    await desk.get_by_role("button", name="Send voice").click()

    await expect(desk.get_by_text("only a voice message or a PDF can be sent")).to_be_visible()
    assert await site.rows(t.attachment) == []


async def test_without_an_office_a_chosen_file_is_answered_with_the_way_to_one(site: Site, new_page: NewPage) -> None:
    chat = await new_page(**PHONE)
    await chat.goto("/")
    await chat.locator("#file").set_input_files(FilePayload(name="a.pdf", mimeType="application/pdf", buffer=files.PDF))

    await expect(chat.locator("#status")).to_contain_text("First choose: Talk to a person.")
    assert await site.rows(t.attachment) == []
