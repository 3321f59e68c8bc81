"""The notices of one service with short words for the steps of their tests, and a mail server that keeps what it gets."""

from email import message_from_bytes
from email.message import Message
from itertools import count
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select, update

from bot import tables as t
from bot.bus import Bus
from bot.channels.telegram import TelegramChannel
from bot.conversations import Conversations
from bot.db import Database
from bot.model.ids import new_id
from bot.model.messages import Address
from bot.notices import Notices
from bot.settings import Mail
from bot.web.desk.texts import load_texts
from tests.conftest import Clock
from tests.handoff.conftest import office

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
    """Takes every mail, unless it is told to refuse or to hang up."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.refusal = ""
        self.hangs_up = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_up and server.transport is not None:
            server.transport.close()
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
