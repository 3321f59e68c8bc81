"""The whole road of a file from a phone over the platform to the operator's page, and what may go wrong on it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot import tables as t
from tests.bot.attachments.town import OLENA, Town
from tests.support import files


async def test_a_voice_from_telegram_is_heard_at_the_desk(town: Town) -> None:
    await town.asks_for_a_person()
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG, duration=4, mime_type="audio/ogg")
    await town.home.settled()

    row = await town.the_only()
    html = await town.desk.reads()
    answer = await town.desk.opens(row.id)

    assert f'src="/desk/c/{town.desk.case}/file/{row.id}"' in html
    assert "<audio" in html
    assert "[voice]" not in html
    assert await answer.read() == files.OGG
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (row.seconds, row.reference) == (4, None)
    assert files.OGG not in row.payload


async def test_a_player_may_ask_for_a_part(town: Town) -> None:
    await town.asks_for_a_person()
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()
    row = await town.the_only()

    part = await town.desk.opens(row.id, Range="bytes=10-19")
    rest = await town.desk.opens(row.id, Range="bytes=400-")
    beyond = await town.desk.opens(row.id, Range=f"bytes={len(files.OGG)}-")
    strange = await town.desk.opens(row.id, Range="pages=1-2")

    assert (part.status, await part.read()) == (206, files.OGG[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(files.OGG)}"
    assert (rest.status, await rest.read()) == (206, files.OGG[400:])
    assert beyond.status == 416
    assert (strange.status, await strange.read()) == (200, files.OGG)
    async with town.home.service.database.reading() as connection:
        noted = (await connection.execute(select(t.audit.c.actor).where(t.audit.c.action == "file_opened"))).all()
    assert len(noted) == 1, "reading on is no new opening"


async def test_a_photo_loses_its_place_and_the_number_may_be_covered_is_said_once(town: Town) -> None:
    await town.asks_for_a_person()
    before = len(town.home.telegram.heard(OLENA))
    for _ in range(2):
        await town.home.telegram.sends_file(OLENA, "photo", files.jpeg(6))
        await town.home.settled()

    heard = town.home.telegram.heard(OLENA)[before:]
    answer = await town.desk.opens((await town.attachments())[0].id)
    content = await answer.read()

    assert ["You can cover the number" in one.text for one in heard] == [True]
    assert content.startswith(b"\xff\xd8")
    assert files.PLACE not in content


@pytest.mark.parametrize("fault", ["404", "500", "slow", "dropped"])
async def test_a_platform_that_stumbles_is_asked_again(town: Town, fault: str) -> None:
    await town.asks_for_a_person()
    town.home.telegram.fault(fault, "file", seconds=0.3)
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()

    assert (await town.the_only()).size == len(files.OGG)


async def test_a_file_that_is_gone_is_said(town: Town) -> None:
    await town.asks_for_a_person()
    await town.home.telegram.sends(OLENA, "voice")  # Telegram knows no such file
    await town.home.settled()

    await town.the_only("failed")
    assert town.last().text == "I could not get your file. Please send it again."
    assert "A file could not be fetched." in await town.desk.reads()


@pytest.mark.parametrize(
    ("kind", "content", "claims", "words"),
    [
        ("document", b"MZ\x90\0 a program", {"mime_type": "application/pdf", "file_name": "cv.pdf"}, "cannot pass this on"),
        ("document", b"<html>Gastone</html>", {"mime_type": "image/png"}, "cannot pass this on"),
        ("voice", files.OGG + bytes(2**20), {}, "too big. Up to 1 MB"),
        ("voice", files.OGG + bytes(2**20), {"file_size": 10}, "too big. Up to 1 MB"),
        ("video", files.MP4, {"width": 9, "height": 9, "duration": 9}, "cannot pass this on"),
    ],
)  # fmt: skip
async def test_what_cannot_be_passed_on_is_said_once(
    town: Town, kind: str, content: bytes, claims: dict[str, Any], words: str
) -> None:
    await town.asks_for_a_person()
    await town.home.telegram.sends_file(OLENA, kind, content, **claims)
    await town.home.telegram.sends_file(OLENA, kind, content, **claims)
    await town.home.settled()

    told = [one.text for one in town.home.telegram.heard(OLENA) if words in one.text]
    assert len(told) == 1
    for row in await town.attachments():
        assert (row.state, row.payload, row.reference) == ("refused", None, None)
    assert "A file that cannot be shown" in await town.desk.reads()


async def test_a_server_that_gives_more_than_it_said_is_cut_off(town: Town) -> None:
    await town.asks_for_a_person()
    town.home.telegram.fault("lies", "file")
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG * 60)
    await town.home.settled()

    assert (await town.the_only("refused")).reason == "size"


async def test_while_only_the_bot_holds_it_nothing_is_fetched_until_the_person_says_yes(town: Town) -> None:
    telegram = town.home.telegram
    await telegram.says(OLENA, "/start", "en")
    await town.home.settled()
    await telegram.says(OLENA, "/person")
    await town.home.settled()
    await telegram.taps(OLENA, "city:skip")
    await town.home.settled()
    await telegram.taps(OLENA, "h:no")
    await town.home.settled()

    await telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()
    asked = town.last()
    kept = await town.the_only("kept")

    assert asked.text.startswith("I cannot listen to voice or read pictures. A person can.")
    assert "Demo office" in asked.text
    assert asked.text.endswith("Shall I pass it to this office?")
    assert [title for _, title in asked.buttons] == ["Yes", "I will write"]
    assert kept.erase_at - kept.created_at == timedelta(hours=24)
    assert kept.payload is None

    await telegram.taps(OLENA, asked.buttons[0][0])
    await town.home.settled()
    assert (await town.the_only("kept")).case_id is None, "what may be shown is not answered yet"
    await telegram.taps(OLENA, "h:share:yes")
    await town.home.settled()
    await town.desk.takes()

    answer = await town.desk.opens((await town.the_only()).id)
    assert await answer.read() == files.OGG


async def test_who_starts_fresh_shows_no_earlier_file(town: Town) -> None:
    await town.home.telegram.says(OLENA, "/start", "en")
    await town.home.settled()
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()
    await town.asks_for_a_person(share=False)

    row = await town.the_only("kept")
    assert (await town.desk.opens(row.id)).status == 404
    assert str(row.id) not in await town.desk.reads()


async def test_a_waiting_person_is_told_that_the_file_is_kept(town: Town) -> None:
    await town.asks_for_a_person(taken=False)
    await town.home.telegram.sends_file(OLENA, "document", files.PDF)
    await town.home.settled()

    assert town.last().text.startswith("I keep it for Demo office")
    assert "You can cover the number" in town.last().text
    await town.desk.takes()
    answer = await town.desk.opens((await town.the_only()).id)
    assert await answer.read() == files.PDF
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")


async def test_nobody_else_opens_it(town: Town) -> None:
    await town.asks_for_a_person()
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()
    row = await town.the_only()
    case = town.desk.case

    async with ClientSession(str(town.home.server.make_url("/"))) as stranger:
        away = await stranger.get(f"/desk/c/{case}/file/{row.id}", allow_redirects=False)
        chat = await stranger.get(f"/chat/file/{row.id}")
    assert (away.status, chat.status) == (303, 404)
    assert (await town.desk.opens(UUID(int=1))).status == 404

    await town.desk.marta.act("close")
    assert (await town.desk.opens(row.id)).status == 404, "who gave the case away opens nothing more"


async def test_killed_between_the_fetch_and_the_store_it_is_fetched_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.asks_for_a_person()
    store, real, calls = town.home.service.attachments, town.home.service.attachments.fetched, []

    async def killed_once(*arguments: Any) -> bool:
        calls.append(1)
        done = await real(*arguments)
        if len(calls) == 1:
            raise RuntimeError("killed")  # the transaction goes with it
        return done

    monkeypatch.setattr(store, "fetched", killed_once)
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await town.home.settled()

    assert len(calls) == 2
    assert (await town.the_only()).size == len(files.OGG)


async def test_erasing_while_it_is_fetched_leaves_nothing(town: Town) -> None:
    await town.asks_for_a_person()
    town.home.telegram.fault("slow", "file", seconds=1.0)
    await town.home.telegram.sends_file(OLENA, "voice", files.OGG)
    await asyncio.sleep(0.5)
    await town.home.telegram.says(OLENA, "/delete")
    await asyncio.sleep(0.3)
    await town.home.telegram.taps(OLENA, "p:delete:yes", unseen=True)
    await town.home.settled()
    await asyncio.sleep(0.7)

    assert await town.attachments() == []
