"""Notices to staff: who gets what by mail and Telegram, never a person's words, and again when a server is down."""

import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import insert, select, update

from bot import tables as t
from bot.bus import Bus
from bot.channels.telegram import TelegramChannel
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.ids import new_id
from bot.model.messages import Address
from bot.notices import Notices
from bot.settings import Mail, Secret
from bot.web.desk.texts import load_texts
from handoff.request import Card
from handoff.store import seal_card
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.handoff.conftest import office
from tests.support.ports import free_port

GROUP = -100777
TARGETS: dict[str, dict[str, Any]] = {
    "milano": {"mail": ["marta@example.org", "pavel@example.org"], "telegram": GROUP, "lead": ["lea@example.org"]},
    "roma": {"mail": ["roma@example.org"]},
    "torino": {"telegram": GROUP},
}
POINTS = (
    office("milano", name="Sportello Milano"),
    office("roma", name="Sportello Roma", lead="ines@example.org"),
    office("torino"),
    office("palermo"),
)
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


def body(mail: Message) -> str:
    """The text of a mail."""
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


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

    def __init__(
        self, database: Database, clock: Clock, conversations: Conversations, mail: Mail, group: TelegramChannel | None
    ) -> None:
        self.database, self.clock, self.conversations = database, clock, conversations
        self.notices = Notices(database, Bus(), mail, TARGETS, group, DESK, clock, lambda: POINTS, load_texts())
        self._people = count(1)

    async def waits(self, point: str = "milano", **values: Any) -> UUID:
        """Somebody waits there since now, in Arabic, with a question on work."""
        now, case_id = self.clock.now, new_id()
        async with self.database.transaction() as connection:
            account = await self.conversations.account(connection, "telegram", "42")
            person = await self.conversations.find_or_make(
                connection, account, "telegram", Address(f"person {next(self._people)}", {}), now
            )
            row = {
                "id": case_id, "conversation_id": person, "contact_point": point, "state": "waiting", "locale": "ar",
                "topic": "labour_rights", "opened_at": now, "last_word_at": now,
            }  # fmt: skip
            await connection.execute(insert(t.case).values(**{**row, **values}))
        return case_id

    async def queue(
        self, point: str = "milano", kind: str = "waiting", case: UUID | None = None, **values: Any
    ) -> UUID:
        """A notice about somebody; who waits is made if it is nobody in particular."""
        row, now = new_id(), self.clock.now
        case = case or await self.waits(point, **values)
        async with self.database.transaction() as connection:
            columns = {"id": row, "case_id": case, "contact_point": point, "kind": kind, "not_before": now}
            await connection.execute(insert(t.notice).values(**columns, created_at=now))
        return row

    async def staff(self, login: str, role: str, *points: str, **values: Any) -> None:
        """A member of staff who signed in a moment ago."""
        now = self.clock.now
        row = {
            "id": new_id(), "login": login, "password": "-", "role": role, "contact_points": list(points),
            "terms_at": now, "signed_in_at": now, "created_at": now,
        }  # fmt: skip
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.staff).values(**{**row, **values}))

    async def signs_in(self, login: str) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(
                update(t.staff).where(t.staff.c.login == login).values(signed_in_at=self.clock.now)
            )

    async def state(self, row: UUID) -> tuple[str, int]:
        async with self.database.reading() as connection:
            query = select(t.notice.c.state, t.notice.c.attempts).where(t.notice.c.id == row)
            found = (await connection.execute(query)).one()
        return found.state, found.attempts

    async def send(self, **later: float) -> int:
        self.clock.move(**later)
        return await self.notices.send_due()

    async def send_at_last(self) -> int:
        """What is queued now, after the minute in which notices gather."""
        return await self.send(minutes=1)


def mail_to(server: Controller, **more: object) -> Mail:
    return Mail(host="127.0.0.1", port=server.port, sender="desk@example.org", **more)  # type: ignore[arg-type]


@pytest.fixture
def room(
    database: Database, clock: Clock, conversations: Conversations, server: Controller, group: TelegramChannel
) -> Staffroom:
    return Staffroom(database, clock, conversations, mail_to(server, lead="boss@example.org"), group)


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

    assert await room.send_at_last() == 1
    assert mailbox.recipients == recipients
    assert bool(telegram.heard(GROUP)) is in_group
    assert await room.state(row) == ("sent", 0)


async def test_a_notice_is_sent_once(room: Staffroom, mailbox: Mailbox) -> None:
    await room.queue("roma")
    await room.send_at_last()

    assert await room.send(hours=5) == 0
    assert len(mailbox.mails) == 1


async def test_one_person_who_waits_is_told_in_a_line(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    case = await room.waits("milano")
    room.clock.move(minutes=11)
    await room.queue("milano", case=case)
    await room.send_at_last()

    (mail,) = mailbox.mails
    line = "1 person waits: Arabic, Work and pay, since 12 min."
    assert mail["Subject"] == f"Guichet: {line}"
    assert mail["From"] == "desk@example.org"
    assert mail["Auto-Submitted"] == "auto-generated", "no answer of somebody on holiday comes back"
    assert parsedate_to_datetime(str(mail["Date"])) == room.clock.now
    assert str(mail["Message-ID"]).endswith("@example.org>"), "nothing of this machine's name"
    said = [line, "Office: Sportello Milano", f"Open the desk: {DESK}"]
    assert str(mail.get_payload()).splitlines() == said
    assert telegram.heard(GROUP)[0].text == "\n".join(said)


async def test_many_who_wait_within_a_minute_are_one_notice(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    rows = [await room.queue("milano", locale=locale) for locale in ("ar", "ti", "uk")]
    assert await room.send(seconds=59) == 0, "a minute is gathered"
    rows.append(await room.queue("milano", locale="fr"))
    other = await room.queue("roma")

    assert await room.send(seconds=1) == 1
    (mail,) = mailbox.mails
    lines = body(mail).splitlines()
    assert lines[0] == "People waiting: 4"
    assert lines[1:5] == [f"{name}, Work and pay, since {age} min" for name, age in (
        ("Arabic", 1), ("Tigrinya", 1), ("Ukrainian", 1), ("French", 0)
    )]  # fmt: skip
    assert len(telegram.heard(GROUP)) == 1
    assert {await room.state(row) for row in rows} == {("sent", 0)}
    assert await room.state(other) == ("queued", 0), "another office gathers its own"


async def test_who_was_taken_within_the_minute_needs_no_notice(room: Staffroom, mailbox: Mailbox) -> None:
    taken, waiting = await room.queue("roma", state="assigned"), await room.queue("roma")
    await room.send_at_last()

    assert await room.state(taken) == ("cancelled", 0)
    assert await room.state(waiting) == ("sent", 0)
    assert str(mailbox.mails[0]["Subject"]).startswith("Guichet: 1 person waits")


async def test_danger_gathers_nothing_and_is_told_once(room: Staffroom, mailbox: Mailbox) -> None:
    case = await room.waits("roma", danger_at=room.clock.now, topic="safety")
    await room.queue("roma", "danger", case)
    waiting = await room.queue("roma", "waiting", case)

    assert await room.send() == 1
    assert str(mailbox.mails[0]["Subject"]).startswith("Guichet: Somebody may be in danger")
    await room.send_at_last()
    assert len(mailbox.mails) == 1
    assert await room.state(waiting) == ("cancelled", 0)


async def test_who_waits_again_after_a_danger_is_told_of_anew(room: Staffroom, mailbox: Mailbox) -> None:
    case = await room.waits("roma", danger_at=room.clock.now, topic="safety")
    await room.queue("roma", "danger", case)
    await room.send()
    room.clock.move(minutes=20)  # an adviser had it meanwhile, and went away
    again = await room.queue("roma", "waiting", case)
    await room.send_at_last()

    assert await room.state(again) == ("sent", 0)


async def test_a_danger_at_an_office_without_any_way_goes_to_the_networks_lead(
    room: Staffroom, mailbox: Mailbox
) -> None:
    await room.queue("palermo", "danger", danger_at=room.clock.now)

    assert await room.send() == 1
    assert mailbox.recipients == [["boss@example.org"]]


async def test_a_reminder_says_so_and_then_the_lead_is_told(room: Staffroom, mailbox: Mailbox) -> None:
    case = await room.waits("milano")
    for kind in ("waiting", "repeated", "lead"):
        await room.queue("milano", kind, case)
        await room.send(minutes=15)

    office_mail = ["marta@example.org", "pavel@example.org"]
    assert mailbox.recipients == [office_mail, office_mail, ["lea@example.org"]]
    said = [str(mail.get_payload()) for mail in mailbox.mails]
    assert "Nobody has taken this yet." in said[1]
    assert "1 person waits: Arabic, Work and pay, since 45 min." in said[2]
    assert "You are told because you lead the office." in said[2]


@pytest.mark.parametrize(
    ("point", "staff", "told"),
    [
        ("roma", [], "ines@example.org"),
        ("palermo", [("lia@example.org", "lead", "palermo")], "lia@example.org"),
        ("palermo", [("lia@example.org", "lead", "torino")], "boss@example.org"),
    ],
)
async def test_who_leads_an_office(
    room: Staffroom, mailbox: Mailbox, point: str, staff: list[tuple[str, str, str]], told: str
) -> None:
    """The login in the office's file if it is an address, who has the role there, else who leads the network's service."""
    for login, role, where in staff:
        await room.staff(login, role, where)
    await room.queue(point, "lead")
    await room.send_at_last()

    assert mailbox.recipients == [[told]]


async def test_staff_whose_login_is_an_address_are_told_where_nothing_is_set(room: Staffroom, mailbox: Mailbox) -> None:
    await room.staff("pia@example.org", "operator", "palermo")
    await room.staff("ugo", "operator", "palermo")
    await room.staff("gone@example.org", "operator", "palermo", disabled_at=room.clock.now)
    await room.staff("boss2@example.org", "coordinator", "palermo")
    await room.queue("palermo")
    await room.send_at_last()

    assert mailbox.recipients == [["pia@example.org"]]


async def test_the_notice_is_in_the_language_of_the_staff(room: Staffroom, mailbox: Mailbox) -> None:
    await room.staff("ugo", "operator", "roma", locale="fr")
    await room.staff("lia", "lead", "roma", locale="it")
    await room.queue("roma", locale="fr")
    await room.send_at_last()

    assert "francese" in body(mailbox.mails[0]), "the lead's, in Italian"


@pytest.mark.parametrize(
    ("kind", "state", "begins"),
    [
        ("callback", "callback", "People who asked to be called back: 1"),
        ("transfer", "waiting", "Questions that were passed on to your office: 1"),
    ],
)
async def test_other_kinds_say_what_is_the_matter(
    room: Staffroom, mailbox: Mailbox, kind: str, state: str, begins: str
) -> None:
    await room.queue("roma", kind, state=state)
    await room.send_at_last()

    assert mailbox.mails[0]["Subject"] == f"Guichet: {begins}"
    assert "Arabic, Work and pay" in str(mailbox.mails[0].get_payload())


async def test_interpreters_of_the_language_are_told(room: Staffroom, mailbox: Mailbox) -> None:
    accepted = {"interprets_at": room.clock.now}
    await room.staff("saba@example.org", "interpreter", languages=["ti", "ar"], **accepted)
    await room.staff("yusuf@example.org", "interpreter", languages=["so"], **accepted)
    await room.staff("omar@example.org", "interpreter", languages=["ar"])
    await room.queue("roma", "interpreter")
    await room.send_at_last()

    assert mailbox.recipients == [["saba@example.org"]]
    assert mailbox.mails[0]["Subject"] == "Guichet: An interpreter is needed: Arabic"


async def test_no_word_of_the_person_is_in_any_notice(room: Staffroom, mailbox: Mailbox, ring: KeyRing) -> None:
    case = await room.waits("roma")
    async with room.database.transaction() as connection:
        card = Card(country="IT", city="Secretville", intent="labour_rights/unpaid_wages")
        await connection.execute(update(t.case).where(t.case.c.id == case).values(card=seal_card(ring, case, card)))
    for kind in ("waiting", "lead", "danger"):
        await room.queue("roma", kind, case)
    await room.send_at_last()

    assert len(mailbox.mails) == 3
    assert not any(word in mailbox.text for word in ("Secretville", "unpaid", "person 1", str(case)))


async def test_an_office_that_nobody_can_tell_is_noted(room: Staffroom, mailbox: Mailbox) -> None:
    row = await room.queue("palermo")

    assert await room.send_at_last() == 0
    assert await room.state(row) == ("nowhere", 0)
    assert mailbox.mails == []


async def test_a_notice_before_its_time_waits(room: Staffroom, mailbox: Mailbox) -> None:
    await room.queue("roma", "danger")
    room.clock.move(seconds=-1)

    assert await room.send() == 0
    assert await room.send(seconds=1) == 1


async def test_a_refused_mail_is_tried_again_later(room: Staffroom, mailbox: Mailbox) -> None:
    mailbox.refusal = "451 try again"
    row = await room.queue("roma")
    assert await room.send_at_last() == 0
    assert await room.state(row) == ("queued", 1)

    mailbox.refusal = ""
    assert await room.send(seconds=59) == 0
    assert await room.send(seconds=1) == 1
    assert await room.state(row) == ("sent", 1)


async def test_a_server_that_is_down_is_tried_five_times(
    database: Database, clock: Clock, conversations: Conversations, caplog: pytest.LogCaptureFixture
) -> None:
    mail = Mail(host="127.0.0.1", port=free_port(), sender="desk@example.org")
    room = Staffroom(database, clock, conversations, mail, None)
    row = await room.queue("roma")
    for _ in range(4):
        await room.send(minutes=10)
    assert await room.state(row) == ("queued", 4)

    await room.send(minutes=10)
    await room.send(minutes=10)
    assert await room.state(row) == ("failed", 5)
    assert "roma@example.org" not in caplog.text


async def test_a_server_that_comes_back_gets_what_waited_for_it(
    database: Database, clock: Clock, conversations: Conversations, mailbox: Mailbox
) -> None:
    port = free_port()
    room = Staffroom(database, clock, conversations, Mail(host="127.0.0.1", port=port, sender="desk@example.org"), None)
    row = await room.queue("roma")
    assert await room.send_at_last() == 0
    await room.queue("roma", locale="ti")

    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    sent = await room.send_at_last()
    controller.stop()

    assert sent == 1
    assert mailbox.mails[0]["Subject"] == "Guichet: People waiting: 2"
    assert await room.state(row) == ("sent", 1)


async def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(
    database: Database, clock: Clock, conversations: Conversations, mailbox: Mailbox, server: Controller,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    mail = mail_to(server, start_tls=True, login="desk", password=Secret("s3cret"))
    room = Staffroom(database, clock, conversations, mail, None)
    row = await room.queue("roma")

    assert await room.send_at_last() == 0
    assert await room.state(row) == ("queued", 1)
    assert mailbox.mails == []
    assert "SMTPNotSupportedError" in caplog.text
    assert "s3cret" not in caplog.text


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody signed, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = built.add_extension(names, critical=False).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*kinds))
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("trusted", [True, False])
async def test_tls_is_used_and_only_with_a_server_that_is_who_it_says(
    database: Database, clock: Clock, conversations: Conversations, mailbox: Mailbox, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, trusted: bool,
) -> None:  # fmt: skip
    cert, key = certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True)
    controller.start()
    room = Staffroom(database, clock, conversations, mail_to(controller, start_tls=True), None)
    row = await room.queue("roma")
    sent = await room.send_at_last()
    controller.stop()

    assert sent == trusted
    assert len(mailbox.mails) == trusted
    assert await room.state(row) == (("sent", 0) if trusted else ("queued", 1))


async def test_one_broken_way_does_not_stop_the_other_nor_repeat_it(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    telegram.fault("403")
    row = await room.queue("milano")
    assert await room.send_at_last() == 1
    assert await room.state(row) == ("sent", 0)

    mailbox.refusal = "451 try again"
    other = await room.queue("milano", "repeated")
    assert await room.send_at_last() == 1
    assert await room.state(other) == ("sent", 0)
    assert len(mailbox.mails) == len(telegram.heard(GROUP)) == 1


async def test_one_notice_that_fails_does_not_hold_up_the_next(
    room: Staffroom, mailbox: Mailbox, telegram: FakeTelegram
) -> None:
    telegram.fault("403")
    await room.queue("torino")
    await room.queue("roma")

    assert await room.send_at_last() == 1
    assert mailbox.recipients == [["roma@example.org"]]


async def test_without_mail_and_telegram_a_notice_goes_nowhere(
    database: Database, clock: Clock, conversations: Conversations
) -> None:
    room = Staffroom(database, clock, conversations, Mail(), None)
    row = await room.queue("milano")

    assert await room.send_at_last() == 0
    assert await room.state(row) == ("nowhere", 0)


async def test_a_server_that_wants_a_password_gets_it(
    database: Database, clock: Clock, conversations: Conversations, mailbox: Mailbox
) -> None:
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
    room = Staffroom(database, clock, conversations, mail, None)
    await room.queue("roma")
    sent = await room.send_at_last()
    controller.stop()

    assert sent == 1
    assert seen == [(b"desk", b"s3cret")]


async def test_an_office_without_sign_in_for_14_days_is_told_of_once(room: Staffroom, mailbox: Mailbox) -> None:
    """Its lead and the coordinators; again only after somebody came back and left once more."""
    await room.staff("ugo", "operator", "roma", signed_in_at=room.clock.now)
    await room.staff("carla@example.org", "coordinator")
    assert await room.notices.look() == 0

    room.clock.move(days=15)
    assert await room.notices.look() == 1
    assert await room.send() == 1
    assert mailbox.recipients == [["ines@example.org", "carla@example.org"]]
    assert str(mailbox.mails[0]["Subject"]).startswith("Guichet: Nobody of this office has signed in for 14 days.")
    assert "Sportello Roma" in body(mailbox.mails[0])

    room.clock.move(days=1)
    assert await room.notices.look() == 0

    await room.signs_in("ugo")
    room.clock.move(hours=2)
    assert await room.notices.look() == 0
    room.clock.move(days=15)
    assert await room.notices.look() == 1


async def test_it_is_looked_for_once_an_hour(room: Staffroom) -> None:
    await room.notices.look()
    await room.staff("ugo", "operator", "roma", signed_in_at=room.clock.now - timedelta(days=15))

    room.clock.move(minutes=59)
    assert await room.notices.look() == 0
    room.clock.move(minutes=1)
    assert await room.notices.look() == 1


async def test_an_alarm_goes_to_the_lead(room: Staffroom, mailbox: Mailbox) -> None:
    await room.notices.tell_lead("queue=inbox oldest message waits")

    assert mailbox.recipients == [["boss@example.org"]]
    assert mailbox.mails[0]["Subject"] == "Guichet: queue=inbox oldest message waits"


async def test_an_alarm_survives_a_broken_mail_server(
    database: Database, clock: Clock, conversations: Conversations, mailbox: Mailbox, server: Controller
) -> None:
    down = Mail(host="127.0.0.1", port=free_port(), sender="desk@example.org", lead="lead@example.org")
    await Staffroom(database, clock, conversations, down, None).notices.tell_lead("x")
    await Staffroom(database, clock, conversations, mail_to(server), None).notices.tell_lead("x")
    mailbox.refusal = "554 no"
    await Staffroom(database, clock, conversations, mail_to(server, lead="lead@example.org"), None).notices.tell_lead(
        "x"
    )

    assert mailbox.mails == []
