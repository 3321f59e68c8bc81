"""The weekly mail to content managers, over a real mail server: in their morning, in their language, once, or not at all."""

import asyncio
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from bot import tables as t
from bot.assemble import build
from bot.db import Database
from bot.exchange.rights import editor_of
from bot.model.ids import new_id
from bot.notices.digest import Digest
from bot.notices.mail import Mailer
from bot.serve import make_digest
from bot.settings import Mail, load_settings
from bot.staff import Member, Role, Staff
from bot.staff.own import OwnAccount
from bot.todo import Look
from bot.web.studio.texts import load_studio_texts
from handoff.offices.contact_point import EVERYWHERE
from knowledge.editing import Comment, Editing, Rules
from knowledge.editing.model import Verdict
from knowledge.editing.overview import Row
from knowledge.store import Revisions
from tests.bot.notices.room import Mailbox, body
from tests.conftest import Clock
from tests.handoff.conftest import office
from tests.support.builders import QUICK
from tests.support.ports import free_port
from tests.support.service import ROOT

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past seven in Rome, half past eight in Athens


WEEK = timedelta(days=7)


COMMENT = "Article 39 says something else."


ROW = Row(
    "arrival/tax/IT.it", "arrival/tax", "arrival", "IT", "it", "Tasse", "served", serving=True, overdue=True,
    status="reviewed", review_by=MONDAY.date() - WEEK,
)  # fmt: skip


@dataclass
class Desk:
    """What is to be done, as the digest finds it."""

    found: Look = field(default_factory=lambda: Look(MONDAY.date(), rows=(ROW,), comments=(_comment(),)))
    looked: int = 0

    async def look(self) -> Look:
        self.looked += 1
        return self.found


def _comment() -> Comment:
    return Comment(new_id(), ROW.key, new_id(), Verdict.COMMENT, COMMENT, MONDAY, None)


@pytest.fixture
def at(clock: Clock) -> Clock:
    clock.now = MONDAY
    return clock


@pytest.fixture
def digest(database: Database, at: Clock, server: Controller) -> Digest:
    settings = Mail("127.0.0.1", server.port, "guichet@example.org")
    return Digest(
        database, Desk(), Mailer(settings, at), "monday", load_studio_texts(), "https://help.example.org",
        lambda member: "Europe/Rome" if "IT" in member.jurisdictions else "Europe/Lisbon", at,
    )  # fmt: skip


async def hire(digest: Digest, login: str, role: Role = Role.CONTENT, *, locale: str = "en") -> Member:
    staff = Staff(digest.database, digest.clock, QUICK)
    await staff.add(login, role, [], locale, ["it"], ["IT"])
    return next(one for one in await staff.everybody() if one.login == login)


async def test_the_mail_has_counts_and_links_and_no_word_of_anybody(digest: Digest, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")

    assert await digest.send_due() == 1

    assert mailbox.recipients == [["anna@example.org"]]
    assert str(make_header(decode_header(mailbox.mails[0]["Subject"]))) == "Guichet: Studio: 2 things to do"
    assert mailbox.mails[0]["Auto-Submitted"] == "auto-generated"
    text = body(mailbox.mails[0])
    assert "Texts to be looked at again: 1" in text
    assert "https://help.example.org/studio/articles?state=overdue&mine=1" in text
    assert "https://help.example.org/desk/account" in text
    assert COMMENT not in text
    assert "Tasse" not in text


async def test_the_mail_is_in_the_readers_language(digest: Digest, mailbox: Mailbox) -> None:
    locales = ("bg", "el", "fr", "it", "nl", "sl")
    for locale in locales:
        await hire(digest, f"{locale}@example.org", locale=locale)

    assert await digest.send_due() == len(locales)

    for number, locale in enumerate(locales):
        assert load_studio_texts().texts[locale]["todo_mail_lead"] in body(mailbox.mails[number])


async def test_it_goes_out_in_the_readers_own_morning_once_a_week(digest: Digest, at: Clock, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")
    sent = []

    for moment in (
        MONDAY - timedelta(hours=1), MONDAY, MONDAY + timedelta(minutes=10), MONDAY + timedelta(days=1),
        MONDAY + WEEK - timedelta(hours=1), MONDAY + WEEK,
    ):  # fmt: skip
        at.now = moment
        sent.append(await replace(digest, todo=Desk()).send_due())  # another process each time

    assert sent == [0, 1, 0, 0, 0, 1]
    assert len(mailbox.mails) == 2


async def test_nothing_to_do_is_no_mail(digest: Digest, mailbox: Mailbox) -> None:
    desk = Desk(Look(MONDAY.date()))
    await hire(digest, "anna@example.org")

    assert [await replace(digest, todo=desk).send_due() for _ in range(2)] == [0, 0]
    assert mailbox.mails == []
    assert desk.looked == 1


async def test_who_left_while_the_tasks_were_found_gets_none(digest: Digest, mailbox: Mailbox) -> None:
    anna = await hire(digest, "anna@example.org")

    class Slow(Desk):
        async def look(self) -> Look:
            async with digest.database.transaction() as connection:
                closed = update(t.staff).where(t.staff.c.id == anna.id).values(disabled_at=MONDAY)
                await connection.execute(closed)
            return await super().look()

    assert await replace(digest, todo=Slow()).send_due() == 0
    assert mailbox.mails == []


async def test_who_gets_none(digest: Digest, mailbox: Mailbox) -> None:
    await hire(digest, "editor")
    await hire(digest, "lead@example.org", Role.LEAD)
    await hire(digest, "gone@example.org")
    unwilling = await hire(digest, "bruno@example.org")
    staff = Staff(digest.database, digest.clock, QUICK)
    await staff.disable("gone@example.org")
    await OwnAccount(digest.database, digest.clock, staff.passwords).set_digest(unwilling, wants=False)

    assert await digest.send_due() == 0
    assert mailbox.mails == []


async def test_the_mail_is_switched_off_and_on_again(digest: Digest) -> None:
    anna, editor = await hire(digest, "anna@example.org"), await hire(digest, "editor")
    own = OwnAccount(digest.database, digest.clock, Staff(digest.database, digest.clock, QUICK).passwords)

    before = await own.wants_digest(anna)
    await own.set_digest(anna, wants=False)
    off = await own.wants_digest(anna)
    await own.set_digest(anna, wants=True)

    assert (before, off, await own.wants_digest(anna), await own.wants_digest(editor)) == (True, False, True, False)
    assert await digest.send_due() == 1


async def test_no_day_or_no_server_is_no_mail(digest: Digest, at: Clock, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")

    assert await replace(digest, day="").send_due() == 0
    assert await replace(digest, mailer=Mailer(Mail(), at)).send_due() == 0
    assert mailbox.mails == []


@pytest.mark.parametrize(("refusal", "again"), [("451 later", 1), ("554 never", 0)])
async def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    digest: Digest, mailbox: Mailbox, refusal: str, again: int
) -> None:
    await hire(digest, "anna@example.org")
    mailbox.refusal = refusal

    first = await digest.send_due()
    mailbox.refusal = ""

    assert (first, await digest.send_due()) == (0, again)
    assert len(mailbox.mails) == again


async def test_a_server_that_is_away_gets_it_when_it_is_back(
    digest: Digest, at: Clock, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    await hire(digest, "anna@example.org")
    away = replace(digest, mailer=Mailer(Mail("127.0.0.1", free_port(), "guichet@example.org"), at))

    assert (await away.send_due(), await digest.send_due()) == (0, 1)
    assert "anna" not in caplog.text


async def test_a_connection_that_breaks_while_it_is_taken_is_not_repeated(digest: Digest, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")
    mailbox.hangs_up = True

    first = await digest.send_due()
    mailbox.hangs_up = False

    assert (first, await digest.send_due()) == (0, 0)
    assert len(mailbox.mails) == 1


async def test_two_processes_send_it_once(digest: Digest, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")

    sent = await asyncio.gather(digest.send_due(), replace(digest, todo=Desk()).send_due())

    assert sorted(sent) == [0, 1]
    assert len(mailbox.mails) == 1


async def test_days_late_it_is_left_out_until_the_next_week(digest: Digest, at: Clock, mailbox: Mailbox) -> None:
    await hire(digest, "anna@example.org")
    at.now = MONDAY + timedelta(days=3)

    late = await digest.send_due()
    at.now = MONDAY + WEEK

    assert (late, await digest.send_due()) == (0, 1)
    async with digest.database.reading() as connection:
        assert (await connection.execute(select(t.staff.c.digest_at))).scalar_one() == at.now


async def test_an_office_of_all_countries_is_everybodys_and_another_countrys_is_not(
    digest: Digest, mailbox: Mailbox
) -> None:
    points = [office("a", country=EVERYWHERE), office("b", country="BE")]
    await hire(digest, "anna@example.org")

    await replace(digest, todo=Desk(Look(MONDAY.date(), points=points))).send_due()

    assert "Contact points nobody checked for a year: 1" in body(mailbox.mails[0])


async def test_the_one_that_the_service_makes_finds_what_stands_in_its_store(
    sqlite_template: Path, tmp_path: Path, clock: Clock, server: Controller, mailbox: Mailbox
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    clock.now = MONDAY - timedelta(hours=1)  # half past seven in Athens only
    settings = replace(
        load_settings(ROOT, {}), data_dir=tmp_path, database=f"sqlite:///{tmp_path}/guichet.db",
        public_url="https://help.example.org/", mail=Mail("127.0.0.1", server.port, "guichet@example.org"),
    )  # fmt: skip
    service = await build(settings, clock)
    try:
        digest = make_digest(service)
        for login in ("eleni@example.org", "nikos"):
            await Staff(service.database, clock, QUICK).add(login, Role.CONTENT, [], "el", ["el"], ["GR"])
        nikos = next(one for one in await service.staff.everybody() if one.login == "nikos")
        async with service.database.transaction() as connection:
            editing = Editing(Revisions(), Rules(), clock)
            await editing.comment(connection, "arrival/tax/GR.el", editor_of(nikos), COMMENT)

        sent = [await digest.send_due(), await digest.send_due()]
    finally:
        await service.close()

    assert (sent, mailbox.recipients) == ([1, 0], [["eleni@example.org"]])
    text = body(mailbox.mails[0])
    assert load_studio_texts().texts["el"]["todo_mail_lead"] in text
    assert "Σχόλια στα κείμενά σας: 1" in text
    assert "https://help.example.org/studio" in text
    assert COMMENT not in text
