"""Who is told: the office by its own ways, its lead, interpreters, the network, or nobody."""

from datetime import timedelta

import pytest

from bot.conversations import Conversations
from bot.db import Database
from bot.settings import Mail
from tests.bot.notices.room import GROUP, Mailbox, Staffroom, body
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram


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


async def test_interpreters_of_the_language_are_told(room: Staffroom, mailbox: Mailbox) -> None:
    accepted = {"interprets_at": room.clock.now}
    await room.staff("saba@example.org", "interpreter", languages=["ti", "ar"], **accepted)
    await room.staff("yusuf@example.org", "interpreter", languages=["so"], **accepted)
    await room.staff("omar@example.org", "interpreter", languages=["ar"])
    await room.queue("roma", "interpreter")
    await room.send_at_last()

    assert mailbox.recipients == [["saba@example.org"]]
    assert mailbox.mails[0]["Subject"] == "Guichet: An interpreter is needed: Arabic"


async def test_an_office_that_nobody_can_tell_is_noted(room: Staffroom, mailbox: Mailbox) -> None:
    row = await room.queue("palermo")

    assert await room.send_at_last() == 0
    assert await room.state(row) == ("nowhere", 0)
    assert mailbox.mails == []


async def test_without_mail_and_telegram_a_notice_goes_nowhere(
    database: Database, clock: Clock, conversations: Conversations
) -> None:
    room = Staffroom(database, clock, conversations, Mail(), None)
    row = await room.queue("milano")

    assert await room.send_at_last() == 0
    assert await room.state(row) == ("nowhere", 0)


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
