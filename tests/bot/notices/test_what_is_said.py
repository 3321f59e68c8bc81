"""What a notice says and when: those who wait within a minute are one notice, danger at once, never a person's words."""

from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.crypto import KeyRing
from handoff.request import Card
from handoff.store import seal_card
from tests.bot.notices.room import DESK, GROUP, Mailbox, Staffroom, body
from tests.fakes.telegram import FakeTelegram


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


async def test_a_notice_before_its_time_waits(room: Staffroom, mailbox: Mailbox) -> None:
    await room.queue("roma", "danger")
    room.clock.move(seconds=-1)

    assert await room.send() == 0
    assert await room.send(seconds=1) == 1
