"""Sends queued notices to staff by e-mail and Telegram group: one for each office, however many people wait there."""

import logging
import smtplib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
from bot.notices.lapses import note_lapses
from bot.notices.mail import Mailer
from bot.notices.recipients import AddressBook, Recipients
from bot.notices.words import Waiting, Words
from bot.settings import Mail
from bot.web.desk.texts import DeskTexts
from handoff.offices.contact_point import ContactPoint

log = logging.getLogger(__name__)

# Who waits a minute may be taken in it, and others may come: then one notice does for all. Danger waits for nothing.
GATHER = timedelta(minutes=1)
_TRIES = 5
_AT_ONCE = 500
_LOOK_EVERY = timedelta(hours=1)  # for offices where nobody signs in any more

# Notices that are told together, and the states in which a case still needs them.
_ALIKE = {"waiting": "waiting", "repeated": "waiting"}
_NEEDED_IN = {
    "waiting": {"waiting"}, "repeated": {"waiting"}, "lead": {"waiting"}, "transfer": {"waiting"},
    "callback": {"callback"}, "interpreter": {"waiting", "callback", "assigned", "held"},
    "danger": {"waiting", "callback", "assigned", "held"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bundle:
    """The notices of one office that are told together."""

    kind: str
    point: str
    rows: tuple[Row[Any], ...] = field(repr=False)

    @property
    def waiting(self) -> list[Waiting]:
        """The people behind it, who waits longest first."""
        cases = {row.case_id: Waiting(row.locale, row.topic, row.opened_at) for row in self.rows if row.opened_at}
        return sorted(cases.values(), key=lambda one: one.since)

    def due(self, now: datetime) -> bool:
        """Tell whether it is time: a minute after the first of them, at once in danger and for another try."""
        first = min(row.not_before for row in self.rows)
        return self.kind in {"danger", "unstaffed"} or first <= now - GATHER or any(row.attempts for row in self.rows)


class Notices:
    """`targets` names, per contact point, `mail` addresses, a `telegram` group and the mail addresses of its `lead`."""

    def __init__(
        self, database: Database, bus: Bus, mail: Mail, targets: Mapping[str, Mapping[str, Any]],
        group_channel: Channel | None, desk_url: str, clock: Callable[[], datetime],
        points: Callable[[], Sequence[ContactPoint]], texts: DeskTexts,
    ) -> None:  # fmt: skip
        self._database = database
        self._bus = bus
        self._mailer, self._lead = Mailer(mail, clock), mail.lead
        self._group_channel = group_channel
        self._desk_url = desk_url
        self._clock = clock
        self._points = points
        self._book = AddressBook(targets, points, mail.lead)
        self._texts = texts
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            try:
                await self.look()
                await self.send_due()
            except SQLAlchemyError as error:
                log.error("notices cannot be sent: %s", type(error).__name__)
            await self._bus.wait("notices", 5.0)

    async def look(self) -> int:
        """Look once an hour for offices that nobody works at any more; return how many were found anew."""
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < _LOOK_EVERY:
            return 0
        async with self._database.transaction() as connection:
            found = await note_lapses(connection, [point.id for point in self._points()], now)
        self._looked_at = now
        return found

    async def send_due(self) -> int:
        """Send what is queued and due; return how many messages reached somebody."""
        now = self._clock()
        bundles = [bundle for bundle in await self._bundles(now) if bundle.due(now)]
        return sum([await self._send(bundle, now) for bundle in bundles])

    async def _bundles(self, now: datetime) -> list[_Bundle]:
        n, c = t.notice.c, t.case.c
        query = (
            select(t.notice, c.state.label("case_state"), c.locale, c.topic, c.opened_at, c.danger_at)
            .join(t.case, c.id == n.case_id, isouter=True)
            .where(n.state == "queued", n.not_before <= now)
            .order_by(n.created_at, n.id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(_AT_ONCE))).all()
        gone = [row.id for row in rows if _needless(row)]
        if gone:
            await self._finish(gone, "cancelled")
        together: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in rows:
            if row.id not in gone:
                together.setdefault((row.contact_point, _ALIKE.get(row.kind, row.kind)), []).append(row)
        return [_Bundle(_kind(rows), point, tuple(rows)) for (point, _), rows in together.items()]

    async def _send(self, bundle: _Bundle, now: datetime) -> bool:
        locales = frozenset(one.locale for one in bundle.waiting)
        async with self._database.reading() as connection:
            who = await self._book.of(connection, bundle.kind, bundle.point, locales)
        text = self._text(bundle, who, now)
        ways = (self._mailer.send(who.mail, text), self._by_group(who.group, text))
        told = [await self._tried(bundle, way) for way in ways]
        if True not in told and None in told:
            await self._again(bundle)
            return False
        await self._finish([row.id for row in bundle.rows], "sent" if True in told else "nowhere")
        return True in told

    def _text(self, bundle: _Bundle, who: Recipients, now: datetime) -> str:
        words, office = Words(self._texts, who.locale), self._book.name(bundle.point)
        if bundle.kind == "unstaffed":
            return words.unstaffed(office, self._desk_url)
        return words.notice(bundle.kind, bundle.waiting, office, self._desk_url, now)

    @staticmethod
    async def _tried(bundle: _Bundle, way: Awaitable[bool]) -> bool | None:
        """Go one way; None if it failed. One broken way must neither stop the other nor repeat what it told."""
        try:
            return await way
        except (OSError, smtplib.SMTPException, SendError) as error:
            log.warning("notice=%s failed: %s", bundle.rows[0].id, type(error).__name__)
            return None

    async def tell_lead(self, text: str) -> None:
        """Mail an alarm to the lead; a broken mail server must not stop the alarm's other ways."""
        try:
            await self._mailer.send([self._lead] if self._lead else [], text)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("alarm mail failed: %s", type(error).__name__)

    async def _by_group(self, group: str, text: str) -> bool:
        if not group or self._group_channel is None:
            return False
        await self._group_channel.send(Outbound(new_id(), Address(group), text))
        return True

    async def _again(self, bundle: _Bundle) -> None:
        """Try again a few times, each time later."""
        for row in bundle.rows:
            attempts = row.attempts + 1
            state = "queued" if attempts < _TRIES else "failed"
            values = {"attempts": attempts, "state": state, "not_before": self._clock() + timedelta(minutes=attempts)}
            await self._write([row.id], **values)

    async def _finish(self, ids: Iterable[UUID], state: str) -> None:
        await self._write(ids, state=state)

    async def _write(self, ids: Iterable[UUID], **values: Any) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(update(t.notice).where(t.notice.c.id.in_(list(ids))).values(**values))


def _needless(row: Row[Any]) -> bool:
    """The case was taken or ended meanwhile, or the alarm of a danger told more since; who waits again is told of anew."""
    if row.kind == "unstaffed":
        return False
    alarmed = row.kind == "waiting" and row.danger_at is not None and row.not_before <= row.danger_at
    return alarmed or row.case_state not in _NEEDED_IN.get(row.kind, ())


def _kind(rows: Sequence[Row[Any]]) -> str:
    """A reminder is one only if nobody new is among them."""
    kinds = {row.kind for row in rows}
    return rows[0].kind if len(kinds) == 1 else "waiting"
