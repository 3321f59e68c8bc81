"""The weekly mail: what waits for a content manager in the studio, as counts and links, and nothing when nothing waits."""

import asyncio
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from bot import tables as t
from bot.db import Database
from bot.model.errors import GuichetError
from bot.notices.mail import Mailer, Unsure
from bot.staff import Member, Role
from bot.staff.model import member_of
from bot.staff.own import DIGEST_OFF
from bot.todo import Look
from bot.todo.model import LISTS
from bot.todo.tasks import Tasks, tasks_of
from bot.web.desk.texts import DeskTexts

log = logging.getLogger(__name__)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MORNING = time(7)
LATEST = timedelta(days=2)  # a mail that could not go out until then is left out: the next week's says the same
_EVERY = 600.0


class Looker(Protocol):
    """Who reads what there is to do: `bot.todo.Todo`."""

    async def look(self) -> Look:
        """Read all of it."""
        ...


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody whose mail is due since `due`; `before` is when the last one was written."""

    member: Member
    due: datetime
    before: datetime | None


@dataclass(frozen=True)
class Digest:
    """Each mail is noted before it goes out: killed in between it stays unsent, and nobody gets it twice.

    `day` is a weekday in English, empty: no mail. `zone` tells whose morning it is. `url` is that of the installation.
    """

    database: Database
    todo: Looker
    mailer: Mailer
    day: str
    texts: DeskTexts = field(repr=False)
    url: str
    zone: Callable[[Member], str]
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.send_due()
            except (SQLAlchemyError, GuichetError, OSError) as error:  # tried again at the next time
                log.error("digest cannot be written: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def send_due(self) -> int:
        """Send what is due; return how many mails the server took."""
        if not self.day or not self.mailer.is_on:
            return 0
        readers = await self._readers()
        if not readers:
            return 0
        look = await self.todo.look()
        return sum([await self._write(reader, tasks_of(look, reader.member)) for reader in readers])

    async def _readers(self) -> list[_Reader]:
        """The content managers whose login is a mail address, who want the mail and did not get this week's."""
        s, now = t.staff.c, self.clock()
        query = select(t.staff).where(s.role == Role.CONTENT, s.disabled_at.is_(None), s.login.contains("@"))
        async with self.database.reading() as connection:
            rows = (await connection.execute(query.order_by(s.login))).all()
            off = select(t.meta.c.key).where(t.meta.c.key.startswith(DIGEST_OFF))
            unwanted = set((await connection.execute(off)).scalars())
        found = []
        for row in rows:
            due = self._last_morning(member_of(row), now)
            late = now - due > LATEST or (row.digest_at is not None and row.digest_at >= due)
            if not late and f"{DIGEST_OFF}{row.id}" not in unwanted:
                found.append(_Reader(member_of(row), due, row.digest_at))
        return found

    def _last_morning(self, member: Member, now: datetime) -> datetime:
        """Return the last moment on which this member's mail was to be written, in their own time."""
        here = now.astimezone(ZoneInfo(self.zone(member)))
        back = (here.weekday() - WEEKDAYS.index(self.day)) % 7
        moment = datetime.combine(here.date() - timedelta(days=back), MORNING, here.tzinfo)
        if moment > here:
            moment = datetime.combine(moment.date() - timedelta(days=7), MORNING, here.tzinfo)
        return moment.astimezone(now.tzinfo)

    async def _write(self, reader: _Reader, tasks: Tasks) -> bool:
        """Note that it is written, then send it. What the server surely did not take is tried again."""
        if not await self._note(reader) or not tasks:
            return False
        try:
            return await self.mailer.send((reader.member.login,), self._text(reader.member, tasks))
        except Unsure:
            log.warning("digest staff=%s: the server may have it or not; it is not sent again", reader.member.id)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("digest staff=%s failed: %s", reader.member.id, type(error).__name__)
            if not _is_final(error):
                await self._take_back(reader)
        return False

    async def _note(self, reader: _Reader) -> bool:
        """Only one process writes it, and to nobody whose account was closed meanwhile."""
        s = t.staff.c
        works = (s.id == reader.member.id) & s.disabled_at.is_(None)
        mine = works & (s.digest_at.is_(None) | (s.digest_at < reader.due))
        async with self.database.transaction() as connection:
            done = await connection.execute(update(t.staff).where(mine).values(digest_at=self.clock()))
        return done.rowcount == 1

    async def _take_back(self, reader: _Reader) -> None:
        mine = t.staff.c.id == reader.member.id
        async with self.database.transaction() as connection:
            await connection.execute(update(t.staff).where(mine).values(digest_at=reader.before))

    def _text(self, member: Member, tasks: Tasks) -> str:
        """Counts and links; its first line is the subject. No word of anybody."""
        count = sum(len(each) for each in tasks.values())
        lines = [self._words(member, "todo_mail_subject", count=count), "", self._words(member, "todo_mail_lead")]
        for kind, each in tasks.items():
            what = self._words(member, "todo_mail_line", what=self._words(member, f"todo_{kind}"), count=len(each))
            lines += ["", what, f"{self.url}{LISTS[kind]}"]
        end = (("todo_mail_all", "/studio"), ("todo_mail_off", "/desk/account"))
        return "\n".join([*lines, "", *(self._words(member, key, url=f"{self.url}{path}") for key, path in end)])

    def _words(self, member: Member, key: str, **values: object) -> str:
        return self.texts.text(member.locale, key, **values)


def _is_final(error: Exception) -> bool:
    """Tell whether the server will refuse it again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
