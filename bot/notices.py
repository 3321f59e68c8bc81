"""Notices to staff that somebody waits: by e-mail and Telegram group, never with the person's words."""

import asyncio
import logging
import smtplib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot import tables as t
from bot.bus import Bus
from bot.channels.base import Channel
from bot.db import Database
from bot.model.errors import SendError
from bot.model.ids import new_id
from bot.model.messages import Address, Outbound
from bot.settings import Mail

log = logging.getLogger(__name__)

_TRIES = 5
_WORDS = {
    "waiting": "Somebody waits for an adviser.",
    "repeated": "Somebody still waits for an adviser.",
    "lead": "Somebody waits and nobody of the office has taken the case.",
    "danger": "Somebody may be in danger and waits for an adviser.",
}


class Notices:
    """Sends queued notices. `targets` names, per contact point, `mail` addresses and a `telegram` group."""

    def __init__(
        self, database: Database, bus: Bus, mail: Mail, targets: Mapping[str, Mapping[str, Any]],
        group_channel: Channel | None, desk_url: str, clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._bus = bus
        self._mail = mail
        self._targets = targets
        self._group_channel = group_channel
        self._desk_url = desk_url
        self._clock = clock

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            try:
                await self.send_due()
            except SQLAlchemyError as error:
                log.error("notices cannot be sent: %s", type(error).__name__)
            await self._bus.wait("notices", 5.0)

    async def send_due(self) -> int:
        """Send what is queued and due; return how many notices reached somebody."""
        c = t.notice.c
        query = select(t.notice).where(c.state == "queued", c.not_before <= self._clock()).order_by(c.created_at)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(50))).all()
        return sum([await self._send(row) for row in rows])

    async def _send(self, row: Row[Any]) -> bool:
        target = self._targets.get(row.contact_point, {})
        text = f"{_WORDS.get(row.kind, _WORDS['waiting'])}\nOffice: {row.contact_point}\nDesk: {self._desk_url}"
        lead = [self._mail.lead] if row.kind == "lead" and self._mail.lead else []
        to = [*target.get("mail", []), *lead]
        ways = (self._by_mail(to, text), self._by_group(target.get("telegram"), text))
        told = [await self._tried(row.id, way) for way in ways]
        if True not in told and None in told:
            await self._again(row)
            return False
        await self._finish(row.id, "sent" if True in told else "nowhere")
        return True in told

    @staticmethod
    async def _tried(notice_id: UUID, way: Awaitable[bool]) -> bool | None:
        """Go one way; None if it failed. One broken way must neither stop the other nor repeat what it told."""
        try:
            return await way
        except (OSError, smtplib.SMTPException, SendError) as error:
            log.warning("notice=%s failed: %s", notice_id, type(error).__name__)
            return None

    async def tell_lead(self, text: str) -> None:
        """Mail an alarm to the lead; a broken mail server must not stop the alarm's other ways."""
        try:
            await self._by_mail([self._mail.lead] if self._mail.lead else [], text)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("alarm mail failed: %s", type(error).__name__)

    async def _by_mail(self, to: list[str], text: str) -> bool:
        if not to or not self._mail.host:
            return False
        message = EmailMessage()
        message["Subject"] = f"Guichet: {text.splitlines()[0]}"
        message["From"], message["To"] = self._mail.sender, ", ".join(to)
        message.set_content(text)
        await asyncio.to_thread(self._smtp, message)
        return True

    def _smtp(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self._mail.host, self._mail.port, timeout=20) as server:
            if self._mail.start_tls:
                server.starttls()
            if self._mail.login:
                server.login(self._mail.login, self._mail.password.reveal())
            server.send_message(message)

    async def _by_group(self, group: object, text: str) -> bool:
        if not group or self._group_channel is None:
            return False
        await self._group_channel.send(Outbound(new_id(), Address(str(group)), text))
        return True

    async def _again(self, row: Row[Any]) -> None:
        """Try again a few times, each time later."""
        attempts = row.attempts + 1
        state = "queued" if attempts < _TRIES else "failed"
        values = {"attempts": attempts, "state": state, "not_before": self._clock() + timedelta(minutes=attempts)}
        async with self._database.transaction() as connection:
            await connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(**values))

    async def _finish(self, notice_id: UUID, state: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(update(t.notice).where(t.notice.c.id == notice_id).values(state=state))
