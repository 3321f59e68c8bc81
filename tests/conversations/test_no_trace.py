"""No word and no address of a person in logs, errors, `repr` or the bytes of the database."""

import logging
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.attachments.store import Wanted
from bot.conversations import Conversations
from bot.demo import DemoOperator
from bot.model.errors import Tampered
from bot.model.ids import new_id
from bot.model.messages import Address, Attached, Inbound, Kind, Media, Outbound
from bot.model.say import Reply, Say, Verbatim
from bot.model.understanding import Entity
from bot.outbox import Draft
from dialogues.decision import Heard
from dialogues.tracker import Tracker
from tests.support import files
from tests.support.house import House, house

OLENA, YUSUF, SAMI = "777000123", "393331234567", "777000456"
WORDS = (  # none of them may stand in an article: these are in the database, too
    "Gastone", "Kovalenko", "sottopagata", "marito mi picchia", "AB1234567", "Catanzaro", "38.9098", "16.5877",
    "mi picchia",
)  # fmt: skip
SECRETS = ("fake-token-of-the-tests", "test_app_secret")


@pytest.fixture
async def home(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    async with house(tmp_path, f"sqlite:///{tmp_path}/guichet.db") as made:
        yield made


async def _talk(home: House) -> None:
    """A conversation with everything that can go wrong on the way."""
    telegram, whatsapp = home.telegram, home.whatsapp
    await telegram.says(OLENA, "Gastone Kovalenko mi tiene il passaporto AB1234567, sono sottopagata", "it")
    await home.settled()
    for fault in ("400_chat", "garbage", "500", "403"):
        telegram.fault(fault, user=OLENA)
        await telegram.taps(OLENA, "menu", unseen=True)
        await home.settled()
    await telegram.sends_location(OLENA, 38.9098, 16.5877)
    await telegram.says(OLENA, "mio marito mi picchia", "it")
    await telegram.edits(OLENA, "mio marito Gastone mi picchia")
    await home.settled()
    for fault in ("131026", "502_html", "dropped"):
        whatsapp.fault(fault, user=YUSUF)
        await whatsapp.says(YUSUF, "Gastone Kovalenko, Catanzaro")
        await home.settled()
    whatsapp.fault("404", "media")
    await whatsapp.sends_file(YUSUF, "document", files.PDF + b"Gastone", filename="Kovalenko.pdf")
    await home.settled()
    await whatsapp.account_error()
    await whatsapp.changes_number(YUSUF, 393339999999)
    await _send_files(home)
    await _fail_a_turn(home)


async def _send_files(home: House) -> None:
    """Somebody whose case an office has sends files; one download fails, one file is refused."""
    telegram = home.telegram
    await DemoOperator.make(home.service)
    for button in ("person", "city:skip", "h:accept:demo-office", "h:leave", "h:share:yes"):
        await telegram.taps(SAMI, button, unseen=True)
        await home.settled()
    telegram.fault("500", "file")
    await telegram.sends_file(SAMI, "document", files.PDF + b"Gastone Kovalenko", file_name="Kovalenko.pdf")
    await telegram.sends_file(SAMI, "photo", files.jpeg(), "Gastone")
    await telegram.sends_file(SAMI, "document", b"<html>Gastone</html>", file_name="Kovalenko.html")
    await home.settled()


async def _fail_a_turn(home: House) -> None:
    """Damage a message in the transaction that stores it, so that no turn finds it whole and three of them fail."""
    store = home.service.inbox.store

    async def damaged(connection: AsyncConnection, *given: Any) -> list[UUID]:
        conversations = await store(connection, *given)
        waiting = t.inbox.c.conversation_id.in_(conversations) & (t.inbox.c.state == "waiting")
        for row in (await connection.execute(select(t.inbox.c.id, t.inbox.c.payload).where(waiting))).all():
            broken = row.payload[:-1] + bytes([row.payload[-1] ^ 1])
            await connection.execute(update(t.inbox).where(t.inbox.c.id == row.id).values(payload=broken))
        return conversations

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home.service.inbox, "store", damaged)
        await home.whatsapp.says(YUSUF, "Kovalenko, sottopagata")
        await home.whatsapp.settle()
    await home.settled()


def _assert_free_of(text: str, where: str, words: Iterable[str] = (*WORDS, OLENA, YUSUF, SAMI, *SECRETS)) -> None:
    timeless = re.sub(r"\d\d:\d\d:\d\d[.,]\d+", "", text.lower())  # a clock may look like a coordinate
    found = [word for word in words if word.lower() in timeless]
    assert not found, f"{where} holds {found}"


async def test_logs_and_files_of_a_whole_conversation_hold_no_word_and_no_address(
    home: House, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await _talk(home)

    own = [record for record in caplog.records if record.name.startswith(("bot", "nlu", "handoff", "knowledge"))]
    assert any(record.exc_info for record in own if record.name == "bot.worker"), "the failing turn was logged"
    assert any(record.name == "bot.sender" for record in own), "the failing sends were logged"
    assert any(record.name == "bot.attachments.fetcher" for record in own), "the failing downloads were logged"
    for record in caplog.records:
        line = logging.Formatter().format(record)
        _assert_free_of(line, f"{record.name} {record.levelname}")
    _look_into_the_files(tmp_path)
    printed = capfd.readouterr()
    _assert_free_of(printed.out + printed.err, "standard output or error")


def _look_into_the_files(folder: Path) -> None:
    files = list(folder.glob("guichet.db*"))
    assert files
    for path in files:
        content = path.read_bytes()
        for word in (*WORDS, OLENA, YUSUF, SAMI, *SECRETS):
            assert word.encode() not in content, f"{path.name} holds {word}"


NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MODELS: list[Any] = [
    Address(OLENA, {"to": YUSUF}),
    Inbound(
        "telegram", "1", Address(OLENA), f"{OLENA}:1", Kind.TEXT, NOW, text="Gastone", button="Kovalenko",
        coordinates=(38.9098, 16.5877), city="Catanzaro", reference=YUSUF,
    ),
    Outbound(new_id(), Address(OLENA), "Gastone"),
    Media("Gastone"),
    Attached(Kind.FILE, "application/pdf", b"Gastone"),
    Wanted(new_id(), new_id(), new_id(), "Gastone"),
    Draft("Gastone"),
    Say("menu", {"city": "Catanzaro"}),
    Verbatim("Gastone"),
    Reply((Verbatim("Gastone"), Say("city", {"city": "Catanzaro"}))),
    Entity("city", "Catanzaro"),
    Tracker(city="Catanzaro", country="IT", pending="Gastone", options=("Kovalenko",), held="sottopagata"),
    Heard(Kind.TEXT, button="Kovalenko", city="Catanzaro"),
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_no_model_shows_a_word_in_its_repr(model: Any) -> None:
    assert is_dataclass(model)
    assert fields(model)

    for shown in (repr(model), str(model), f"{[model]}"):
        _assert_free_of(shown, type(model).__name__)


async def test_what_the_stores_return_shows_no_word(home: House) -> None:
    await home.telegram.says(OLENA, "Gastone Kovalenko, Catanzaro", "it")
    await home.settled()
    service = home.service
    async with service.database.reading() as connection:
        row = (await connection.execute(select(t.conversation.c.id))).scalars().first()
        assert row is not None
        conversations: Conversations = service.conversations
        read = await conversations.read(connection, row)
        address = await conversations.address_of(connection, row)
        out = [await service.outbox.read(connection, one) for one in await _outbox(connection)]
    for value in (read, address, out, service):
        _assert_free_of(repr(value), type(value).__name__)


async def _outbox(connection: Any) -> list[Any]:
    return list((await connection.execute(select(t.outbox.c.id))).scalars().all())


async def test_an_error_of_the_key_ring_names_the_place_and_not_the_content(home: House) -> None:
    ring = home.service.ring
    row, other = new_id(), new_id()
    sealed = ring.seal("message", "payload", row, "Gastone Kovalenko")
    with pytest.raises(Tampered) as caught:
        ring.open("message", "payload", other, sealed)

    _assert_free_of(f"{caught.value!r} {caught.value}", "the error")
