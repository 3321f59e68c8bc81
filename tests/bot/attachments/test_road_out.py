"""The whole road of a file from the operator's page to a phone, both ways on WhatsApp, and what may go wrong on it."""

import asyncio
import re

import pytest
from sqlalchemy import select, update

from bot import tables as t
from bot.model.errors import SendError, SendFailure
from tests.bot.attachments.town import CSRF, OLENA, SAME, YUSUF, Town
from tests.support import files


@pytest.mark.parametrize(("content", "shape"), [(files.PDF, "document"), (files.OGG, "voice")], ids=["PDF", "voice"])
async def test_an_operator_sends_a_file_on_telegram(town: Town, content: bytes, shape: str) -> None:
    await town.asks_for_a_person()

    assert await town.desk.sends(content) == "#end"

    assert (town.last().shape, town.last().raw) == (shape, content.hex())
    row = await town.the_only()
    assert f"/file/{row.id}" in await town.desk.reads()
    assert await (await town.desk.opens(row.id)).read() == content
    assert row.author == "operator"


async def test_a_recording_of_a_browser_goes_out_as_ogg(town: Town) -> None:
    await town.asks_for_a_person()

    assert await town.desk.sends(files.webm([b"\x78abc"] * 9)) == "#end"

    assert town.last().shape == "voice"
    assert bytes.fromhex(town.last().raw).startswith(b"OggS")


@pytest.mark.parametrize(
    ("content", "said"),
    [(files.jpeg(), "file_kind"), (b"MZ program", "file_kind"), (files.PDF + bytes(6 * 2**20), "file_size")],
    ids=["photo", "program", "too large"],
)
async def test_what_an_operator_cannot_send(town: Town, content: bytes, said: str) -> None:
    await town.asks_for_a_person()
    before = len(town.home.telegram.heard(OLENA))

    try:
        assert await town.desk.sends(content) == f"?said={said}#end"
    except OSError:
        assert len(content) > 5 * 2**20, "the connection may be closed before all of it was sent"

    assert len(town.home.telegram.heard(OLENA)) == before
    assert await town.attachments() == []


async def test_a_file_of_unknown_fate_is_sent_again_by_the_operator(town: Town) -> None:
    await town.asks_for_a_person()
    town.home.telegram.fault("lost", "sendDocument")
    await town.desk.sends(files.PDF)
    html = await town.desk.reads()
    assert "again-" in html

    csrf, row = CSRF.search(html), re.search(r'name="outbox" value="([^"]+)"', html)
    assert csrf
    assert row
    path = f"/desk/c/{town.desk.case}/again"
    fields = {"csrf": csrf[1], "outbox": row[1]}
    answer = await town.desk.client.post(path, data=fields, headers=SAME, allow_redirects=False)
    assert answer.headers["Location"] == f"/desk/c/{town.desk.case}#end"
    await town.home.settled()

    sent = [one for one in town.home.telegram.heard(OLENA) if one.shape == "document"]
    assert [one.raw for one in sent] == [files.PDF.hex()] * 2


async def test_a_file_erased_before_it_went_out_is_not_sent(town: Town) -> None:
    await town.asks_for_a_person()
    town.home.telegram.fault("429", "sendDocument", seconds=1)
    before = len(town.home.telegram.heard(OLENA))
    sending = asyncio.create_task(town.desk.sends(files.PDF))
    await asyncio.sleep(0.5)
    async with town.home.service.database.transaction() as connection:
        await connection.execute(update(t.attachment).values(state="erased", payload=None))
    await sending

    assert len(town.home.telegram.heard(OLENA)) == before
    async with town.home.service.database.reading() as connection:
        reasons = (await connection.execute(select(t.outbox.c.reason).where(t.outbox.c.state == "rejected"))).scalars()
        assert list(reasons) == ["file_erased"]


async def test_both_ways_on_whatsapp(town: Town) -> None:
    whatsapp = town.home.whatsapp
    await whatsapp.says(YUSUF, "I want to talk to a person")
    await town.home.settled()
    for button in ("city:skip", "h:accept:demo-office", "h:share:yes"):
        await whatsapp.taps(YUSUF, button)
        await town.home.settled()
    await town.desk.takes()
    whatsapp.fault("500", "media")
    whatsapp.fault("404", "download")
    await whatsapp.sends_file(YUSUF, "photo", files.jpeg())
    await town.home.settled()

    content = await (await town.desk.opens((await town.the_only()).id)).read()
    assert content.startswith(b"\xff\xd8")
    assert files.PLACE not in content

    whatsapp.fault("500", "upload")
    await town.desk.sends(files.PDF)
    await asyncio.sleep(2.5)
    await town.home.settled()
    await town.desk.sends(files.webm([b"\x78abc"]))
    shapes = [(one.shape, bytes.fromhex(one.raw)[:4]) for one in whatsapp.heard(YUSUF)[-2:]]
    assert shapes == [("document", b"%PDF"), ("audio", b"OggS")]


async def test_a_media_id_that_meta_forgot_is_said(town: Town) -> None:
    channel = next(one for one in town.home.service.channels.values() if one.name == "whatsapp")

    with pytest.raises(SendError) as caught:
        await channel.fetch("../../v26.0/secret", 100)

    assert caught.value.kind is SendFailure.REJECTED
