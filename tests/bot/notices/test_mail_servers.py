"""Mail servers as they are: down, slow to trust, without TLS, with a password; a notice is tried again and never repeated."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.conversations import Conversations
from bot.db import Database
from bot.settings import Mail, Secret
from tests.bot.notices.room import GROUP, Mailbox, Staffroom, mail_to
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.support.ports import free_port


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
