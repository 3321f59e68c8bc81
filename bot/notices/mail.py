"""Hands a mail to the server of the settings."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from bot.settings import Mail


class Unsure(OSError):
    """The connection broke while the server took a mail: it may have it or not."""


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends plain texts to staff; without a server it sends nothing."""

    settings: Mail
    clock: Callable[[], datetime]

    @property
    def is_on(self) -> bool:
        """Tell whether there is a server."""
        return bool(self.settings.host)

    async def send(self, to: Sequence[str], text: str) -> bool:
        """Send a text whose first line is the subject; False without a server or anybody to send it to.

        Raises Unsure, or OSError or smtplib.SMTPException where the server surely did not take it.
        """
        if not to or not self.is_on:
            return False
        await asyncio.to_thread(self._smtp, self._message(to, text))
        return True

    def _message(self, to: Sequence[str], text: str) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = f"Guichet: {text.splitlines()[0]}"
        message["From"], message["To"] = self.settings.sender, ", ".join(to)
        message["Date"], message["Auto-Submitted"] = format_datetime(self.clock()), "auto-generated"
        message["Message-ID"] = make_msgid(domain=self.settings.sender.rpartition("@")[2].rstrip(">") or "localhost")
        message.set_content(text)
        return message

    def _smtp(self, message: EmailMessage) -> None:
        """Hand a mail to the server. Where TLS is wanted and refused, or the certificate is nobody's, nothing is said."""
        with smtplib.SMTP(self.settings.host, self.settings.port, timeout=20) as server:
            if self.settings.start_tls:
                server.starttls(context=ssl.create_default_context())
            if self.settings.login:
                server.login(self.settings.login, self.settings.password.reveal())
            try:
                server.send_message(message)
            except smtplib.SMTPServerDisconnected as error:
                raise Unsure from error
            except smtplib.SMTPException:  # these are OSErrors, too, but the server answered
                raise
            except OSError as error:
                raise Unsure from error
