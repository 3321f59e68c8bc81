"""A network in full work, written straight into an empty database: offices, operators with open sessions, cases."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations
from bot.crypto import KeyRing, ring_for
from bot.db import Database
from bot.migrate import migrate
from bot.model.ids import new_id
from bot.model.messages import Address
from handoff.offices.contact_point import ContactPoint
from handoff.offices.directory import POINT_SCHEMA
from handoff.offices.exchange import to_json
from handoff.offices.synthetic import make_points
from handoff.request import Card
from handoff.store import seal_card
from tests.fakes.whatsapp_people import PHONE_NUMBER_ID

_WORDS = "They have not paid me for two months and I do not know what to do. "
_LINES = 10  # of the record of each case


@dataclass
class Operator:
    """One operator with the cookie of an open session; `case` is what they hold."""

    id: UUID
    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    points: list[str]
    case: UUID | None = None
    person: str = ""


@dataclass
class Town:
    """`offered` maps the number of somebody who was offered an office to the case and the office."""

    operators: list[Operator] = field(default_factory=list)
    offered: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    common: str = ""
    wanted: UUID | None = None  # the case that everybody takes at once
    next_person: int = 393300000000


def write_offices(data_dir: Path) -> list[ContactPoint]:
    """Give the installation the made-up network, open day and night."""
    points = [replace(point, hours="24/7", closures=(), parent="") for point in make_points(1)]
    folder = data_dir / POINT_SCHEMA.many
    folder.mkdir(parents=True)
    (folder / "imported.json").write_text(to_json(POINT_SCHEMA, points), encoding="utf-8")
    return points


async def build_town(url: str, data_dir: Path, operators: int, offices: int, waiting: int, offered: int) -> Town:
    """Make everything. The first office is common to the first half of the operators, as a national queue is."""
    points = [point.id for point in write_offices(data_dir)[: offices + 1]]
    await asyncio.to_thread(migrate, make_url(url))
    ring, database = ring_for(data_dir / "keys" / "ring.json", []), Database(url)
    town = Town(common=points[0])
    async with database.transaction() as connection:
        await connection.execute(insert(t.meta).values(key=f"key:{ring.current}", value=ring.current))
        maker = _Maker(connection, ring, Conversations(ring), town)
        await maker.open_account()
        for number in range(operators):
            own = points[1 + number % offices]
            await maker.hire([own, town.common] if number < operators // 2 else [own])
        for number in range(waiting):
            await maker.add_case(points[1 + number % offices], "waiting")
        town.wanted = (await maker.add_case(town.common, "waiting"))[0]
        for number in range(offered):
            point = points[1 + number % offices] if number % 10 else town.common
            case, person = await maker.add_case(point, "offered")
            town.offered[person] = (case, point)
    await database.close()
    return town


@dataclass
class _Maker:
    connection: AsyncConnection
    ring: KeyRing
    conversations: Conversations
    town: Town
    account: UUID | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def open_account(self) -> None:
        self.account = await self.conversations.account(self.connection, "whatsapp", PHONE_NUMBER_ID)

    async def hire(self, points: list[str]) -> None:
        one = Operator(new_id(), secrets.token_urlsafe(32), secrets.token_hex(32), points)
        number = len(self.town.operators)
        values: dict[str, Any] = {
            "id": one.id, "login": f"bench{number}", "password": "-", "role": "operator", "contact_points": points,
            "terms_at": self.now, "signed_in_at": self.now, "seen_at": self.now, "created_at": self.now,
        }  # fmt: skip
        await self.connection.execute(insert(t.staff).values(**values))
        session = {
            "id": new_id(), "token_hash": hashlib.sha256(one.cookie.encode()).digest(), "staff_id": one.id,
            "csrf": one.csrf, "second_factor_at": self.now, "created_at": self.now, "seen_at": self.now,
        }  # fmt: skip
        await self.connection.execute(insert(t.staff_session).values(**session))
        one.case, one.person = await self.add_case(points[0], "assigned", one.id)
        self.town.operators.append(one)

    async def add_case(self, point: str, state: str, operator: UUID | None = None) -> tuple[UUID, str]:
        """Write a conversation with its record, and its case; return the case and the person's number."""
        assert self.account is not None
        self.town.next_person += 1
        person, case, since = str(self.town.next_person), new_id(), self.now - timedelta(minutes=30)
        address = Address(f"IT.{person}", {"to": f"+{person}", "recipient": f"IT.{person}"})
        talk = await self.conversations.find_or_make(self.connection, self.account, "whatsapp", address, since)
        for _ in range(_LINES):
            await self.conversations.record(self.connection, talk, "person", _WORDS, since)
        place = {
            "state": state, "contact_point": "" if state == "offered" else point, "operator_id": operator, "version": 1,
            "locale": "en", "last_inbound_at": self.now, "window_until": self.now + timedelta(hours=23),
        }  # fmt: skip
        await self.connection.execute(update(t.conversation).where(t.conversation.c.id == talk).values(**place))
        card = seal_card(self.ring, case, Card(country="IT", city="Milano", offered=(point,), read_after=0))
        values = {
            "id": case, "conversation_id": talk, "contact_point": point, "state": state, "locale": "en",
            "topic": "labour_rights", "card": card, "share_from": since, "opened_at": since, "operator_id": operator,
            "taken_at": self.now if operator else None, "last_word": "operator" if operator else "person",
            "last_word_at": self.now,
        }  # fmt: skip
        await self.connection.execute(insert(t.case).values(**values))
        return case, person
