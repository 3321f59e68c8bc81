"""Notices to staff: who gets what by mail and Telegram, never a person's words, and again when a server is down."""

from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import insert, select

from bot import tables as t
from bot.bus import Bus
from bot.channels.telegram import TelegramChannel
from bot.db import Database
from bot.model.ids import new_id
from bot.notices import Notices
from bot.settings import Mail, Secret
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.support.ports import free_port

GROUP = -100777
TARGETS: dict[str, dict[str, Any]] = {
    "milano": {"mail": ["marta@example.org", "pavel@example.org"], "telegram": GROUP},
    "roma": {"mail": ["roma@example.org"]},
    "torino": {"telegram": GROUP},
}
DESK = "https://help.example.org/desk"


class Mailbox:
    """Takes every mail, unless it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.refusal = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"

    @property
    def text(self) -> str:
        return "\n".join(mail.as_string() for mail in self.mails)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def group(telegram: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(telegram.token, telegram.base_url, telegram.base_file_url)
    yield channel
    await channel.aclose()


class Staffroom:
    """The notices of one service; short words for the steps of these tests."""

    def __init__(self, database: Database, clock: Clock, mail: Mail, group: TelegramChannel | None) -> None:
        self.database, self.clock = database, clock
        self.notices = Notices(database, Bus(), mail, TARGETS, group, DESK, clock)

    async def queue(self, point: str = "milano", kind: str = "waiting") -> UUID:
        row = new_id()
        now = self.clock.now
        async with self.database.transaction() as connection:
            values = {"id": row, "contact_point": point, "kind": kind, "not_before": now, "created_at": now}
            await connection.execute(insert(t.notice).values(**values))
        return row

    async def state(self, row: UUID) -> tuple[str, int]:
        async with self.database.reading() as connection:
            query = select(t.notice.c.state, t.notice.c.attempts).where(t.notice.c.id == row)
            found = (await connection.execute(query)).one()
        return found.state, found.attempts

    async def send(self, **later: float) -> int:
        self.clock.move(**later)
        return await self.notices.send_due()


def mail_to(server: Controller, **more: object) -> Mail:
    return Mail(host="127.0.0.1", port=server.port, sender="desk@example.org", **more)  # type: ignore[arg-type]


@pytest.fixture
def room(database: Database, clock: Clock, server: Controller, group: TelegramChannel) -> Staffroom:
    return Staffroom(database, clock, mail_to(server, lead="lead@example.org"), group)


@pytest.mark.parametrize(
    ("point", "recipients", "in_group"),
    [
        ("milano", [["marta@example.org", "pavel@example.org"]], True),
        ("roma", [["roma@example.org"]], False),
        ("torino", [], True),
    ],
)
async def test_the_office_is_told_by_its_own_ways(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram, point: str, recipients: list[list[str]], in_group: bool
) -> None:
    row = await room.queue(point)

    assert await room.send() == 1
    assert mailbox.recipients == recipients
    assert bool(telegram.heard(GROUP)) is in_group
    assert await room.state(row) == ("sent", 0)


async def test_a_notice_is_sent_once(room: Staffroom, mailbox: Mailbox) -> None:
    await room.queue("roma")
    await room.send()

    assert await room.send(hours=5) == 0
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("waiting", "Somebody waits for an adviser."),
        ("repeated", "Somebody still waits for an adviser."),
        ("lead", "Somebody waits and nobody of the office has taken the case."),
        ("danger", "Somebody may be in danger and waits for an adviser."),
    ],
)
async def test_each_kind_says_what_is_the_matter_and_where(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram, kind: str, begins: str
) -> None:
    await room.queue("milano", kind)
    await room.send()

    (mail,) = mailbox.mails
    assert mail["Subject"] == f"Guichet: {begins}"
    assert mail["From"] == "desk@example.org"
    assert str(mail.get_payload()).splitlines()[:3] == [begins, "Office: milano", f"Desk: {DESK}"]
    assert telegram.heard(GROUP)[0].text == f"{begins}\nOffice: milano\nDesk: {DESK}"


async def test_the_lead_is_told_only_what_is_for_the_lead(room: Staffroom, mailbox: Mailbox) -> None:
    for kind in ("waiting", "lead"):
        await room.queue("roma", kind)
        await room.send()

    assert mailbox.recipients == [["roma@example.org"], ["roma@example.org", "lead@example.org"]]


async def test_an_office_that_nobody_can_tell_is_noted(room: Staffroom, mailbox: Mailbox) -> None:
    row = await room.queue("palermo")

    assert await room.send() == 0
    assert await room.state(row) == ("nowhere", 0)
    assert mailbox.mails == []


async def test_a_notice_before_its_time_waits(room: Staffroom, mailbox: Mailbox) -> None:
    await room.queue("roma")
    room.clock.move(seconds=-1)

    assert await room.send() == 0
    assert await room.send(seconds=1) == 1


async def test_a_refused_mail_is_tried_again_later(room: Staffroom, mailbox: Mailbox) -> None:
    mailbox.refusal = "451 try again"
    row = await room.queue("roma")
    assert await room.send() == 0
    assert await room.state(row) == ("queued", 1)

    mailbox.refusal = ""
    assert await room.send(seconds=59) == 0
    assert await room.send(seconds=1) == 1
    assert await room.state(row) == ("sent", 1)


async def test_a_server_that_is_down_is_tried_five_times(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    room = Staffroom(database, clock, Mail(host="127.0.0.1", port=free_port(), sender="desk@example.org"), None)
    row = await room.queue("roma")
    for _ in range(4):
        await room.send(minutes=10)
    assert await room.state(row) == ("queued", 4)

    await room.send(minutes=10)
    await room.send(minutes=10)
    assert await room.state(row) == ("failed", 5)
    assert "roma@example.org" not in caplog.text


async def test_one_broken_way_does_not_stop_the_other_nor_repeat_it(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    telegram.fault("403")
    row = await room.queue("milano")
    assert await room.send() == 1
    assert await room.state(row) == ("sent", 0)

    mailbox.refusal = "451 try again"
    other = await room.queue("milano", "repeated")
    assert await room.send() == 1
    assert await room.state(other) == ("sent", 0)
    assert len(mailbox.mails) == len(telegram.heard(GROUP)) == 1


async def test_one_notice_that_fails_does_not_hold_up_the_next(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    telegram.fault("403")
    await room.queue("torino")
    room.clock.move(seconds=1)
    await room.queue("roma")

    assert await room.send() == 1
    assert mailbox.recipients == [["roma@example.org"]]


async def test_without_mail_and_telegram_a_notice_goes_nowhere(database: Database, clock: Clock) -> None:
    room = Staffroom(database, clock, Mail(), None)
    row = await room.queue("milano")

    assert await room.send() == 0
    assert await room.state(row) == ("nowhere", 0)


async def test_a_server_that_wants_a_password_gets_it(database: Database, clock: Clock, mailbox: Mailbox) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False
    )
    controller.start()
    mail = mail_to(controller, login="desk", password=Secret("s3cret"))
    room = Staffroom(database, clock, mail, None)
    await room.queue("roma")
    sent = await room.send()
    controller.stop()

    assert sent == 1
    assert seen == [(b"desk", b"s3cret")]


async def test_an_alarm_goes_to_the_lead(room: Staffroom, mailbox: Mailbox) -> None:
    await room.notices.tell_lead("queue=inbox oldest message waits")

    assert mailbox.recipients == [["lead@example.org"]]
    assert mailbox.mails[0]["Subject"] == "Guichet: queue=inbox oldest message waits"


async def test_an_alarm_survives_a_broken_mail_server(
    database: Database, clock: Clock, mailbox: Mailbox, server: Controller
) -> None:
    down = Mail(host="127.0.0.1", port=free_port(), sender="desk@example.org", lead="lead@example.org")
    await Staffroom(database, clock, down, None).notices.tell_lead("x")
    await Staffroom(database, clock, mail_to(server), None).notices.tell_lead("x")
    mailbox.refusal = "554 no"
    await Staffroom(database, clock, mail_to(server, lead="lead@example.org"), None).notices.tell_lead("x")

    assert mailbox.mails == []
