"""The whole road of a file: from a phone over the platform to the operator's page and back, and what may go wrong on it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession, CookieJar, FormData
from aiohttp.test_utils import TestClient
from sqlalchemy import select, update

from bot import tables as t
from bot.demo import DemoOperator
from bot.model.errors import SendError, SendFailure
from tests.fakes.record import Heard
from tests.support import files
from tests.support.house import House, house

OLENA, YUSUF = "4242", "393331234567"
SAME = {"Sec-Fetch-Site": "same-origin"}
_STARTED = datetime.now(UTC)
_CSRF, _FORM = re.compile(r'name="csrf" value="([0-9a-f]+)"'), re.compile(r'name="form" value="([^"]+)"')


def morning() -> datetime:
    """A clock that runs, on a Wednesday at 10 in Rome."""
    return datetime(2026, 11, 18, 9, 0, tzinfo=UTC) + (datetime.now(UTC) - _STARTED)


@dataclass
class Desk:
    """An operator's browser."""

    home: House
    client: TestClient[Any, Any]
    marta: DemoOperator
    case: UUID | None = None

    async def takes(self) -> UUID:
        await self.marta.act("take")
        await self.home.settled()
        self.case = await self.home_case("assigned")
        return self.case

    async def home_case(self, state: str) -> UUID:
        async with self.home.service.database.reading() as connection:
            row: UUID = (await connection.execute(select(t.case.c.id).where(t.case.c.state == state))).scalar_one()
            return row

    async def reads(self) -> str:
        return await (await self.client.get(f"/desk/c/{self.case}")).text()

    async def sends(self, content: bytes) -> str:
        """Send a file from the page of the case; return where the answer leads."""
        html = await self.reads()
        csrf, form = _CSRF.search(html), _FORM.search(html)
        assert csrf
        assert form
        body = FormData({"csrf": csrf[1], "form": form[1]})
        body.add_field("file", BytesIO(content), filename="letter of Gastone.pdf")
        path = f"/desk/c/{self.case}/file"
        answer = await self.client.post(path, data=body, headers=SAME, allow_redirects=False)
        await self.home.settled()
        return answer.headers["Location"].rpartition("/")[2].removeprefix(str(self.case))

    async def opens(self, row: UUID, **headers: str) -> Any:
        return await self.client.get(f"/desk/c/{self.case}/file/{row}", headers=headers)


@dataclass
class Town:
    """The house with one operator at the desk."""

    home: House
    desk: Desk
    shown: dict[str, int] = field(default_factory=dict)

    async def asks_for_a_person(self, *, share: bool = True, taken: bool = True) -> None:
        """Olena asks for a person on Telegram and agrees to what is asked."""
        telegram = self.home.telegram
        await telegram.says(OLENA, "/person", "en")
        await self.home.settled()
        for button in ("city:skip", "h:accept:demo-office", f"h:share:{'yes' if share else 'no'}"):
            await telegram.taps(OLENA, button)
            await self.home.settled()
        if taken:
            await self.desk.takes()

    async def attachments(self) -> list[Any]:
        async with self.home.service.database.reading() as connection:
            return list((await connection.execute(select(t.attachment).order_by(t.attachment.c.created_at))).all())

    async def the_only(self, state: str = "ready") -> Any:
        (row,) = await self.attachments()
        assert row.state == state, row.reason
        return row

    def last(self) -> Heard:
        return self.home.telegram.heard(OLENA)[-1]


@pytest.fixture
async def town(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    address = f"sqlite:///{tmp_path}/guichet.db"
    async with house(tmp_path, address, clock=morning, demo_hours="24/7", file_megabytes=1) as home:
        accounts = await home.service.staff.make_first_accounts("demo-office")
        password = next(one.password for one in accounts if one.login == "operator")
        marta = await DemoOperator.make(home.service)
        client: TestClient[Any, Any] = TestClient(home.server, cookie_jar=CookieJar(unsafe=True))
        async with client:
            form = {"login": "operator", "password": password}
            await client.post("/desk/sign-in", data=form, headers=SAME, allow_redirects=False)
            yield Town(home, Desk(home, client, marta))


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

    csrf, row = _CSRF.search(html), re.search(r'name="outbox" value="([^"]+)"', html)
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
