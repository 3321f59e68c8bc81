"""A stage for the handoff room: Olena writes, Marta and Pavel work at offices, a real database keeps it all."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
import yaml
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.conversation import Conversation
from bot.model.ids import new_id
from bot.model.messages import Address
from bot.model.say import Language, Reply, Say, ShowOffices
from handoff.offices.contact_point import ContactPoint, Duty, PointKind, Scope
from handoff.outcome import AlreadyTaken, Outcome
from handoff.request import Request
from handoff.room import Handoff
from tests.conftest import Clock

T = TypeVar("T")
Step = Callable[[AsyncConnection, Conversation], Awaitable[T]]

# Scenes whose SQL other tests run on PostgreSQL too.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOURS = "Mo-Fr 09:00-18:00; PH off"
PHRASES = Path(__file__).parents[2] / "dialogues" / "phrases" / "en.yml"


def office(point_id: str, **values: Any) -> ContactPoint:
    """A union's office in Milan, open on working days; a test names what it is about."""
    common = {
        "name": point_id.title(), "organisation": "Union", "kind": PointKind.UNION, "country": "IT", "city": "Milano",
        "zone": "Europe/Rome", "hours": HOURS, "languages": ("en", "it"), "sources": ("https://example.org",),
    }  # fmt: skip
    return ContactPoint(id=point_id, **{**common, **values})


def trusted(point: ContactPoint) -> ContactPoint:
    """The office declared that it reports nobody."""
    return replace(point, duty_to_report=Duty.NONE, declared_on=datetime(2026, 1, 1).date())  # noqa: DTZ001


@cache
def _placeholders() -> dict[str, set[str]]:
    phrases = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))["phrases"]
    return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in phrases.items()}


def _check(say: Say) -> str:
    assert set(say.params) == _placeholders()[say.phrase], say.phrase
    for value in say.params.values():
        if isinstance(value, Say):
            _check(value)
    return say.phrase


def heard(reply: Reply | None) -> list[str]:
    """The phrases of a reply in order (offices as ids); every one exists and has its values."""
    if reply is None:
        return []
    said: list[str] = []
    for part in reply.parts:
        said += [_check(part)] if isinstance(part, Say) else []
        said += list(part.points) if isinstance(part, ShowOffices) else []
    for choice in reply.choices:
        assert len(choice.id.encode()) <= 40
        assert isinstance(choice.label, Say | Language)
        if isinstance(choice.label, Say):
            _check(choice.label)
    return said


def choices(reply: Reply | None) -> list[str]:
    """The ids that can be tapped."""
    return [choice.id for choice in reply.choices] if reply else []


@dataclass
class Stage:
    """Short words for what happens; every step is one transaction."""

    database: Database
    ring: KeyRing
    clock: Clock
    conversations: Conversations
    conversation_id: UUID
    points: dict[str, ContactPoint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = Handoff(self.ring, lambda: tuple(self.points.values()), self.clock)

    def have(self, *points: ContactPoint) -> None:
        """These offices are in the network."""
        self.points.update({point.id: point for point in points})

    async def operator(self, login: str, *points: str, **values: Any) -> Scope:
        """An operator who signed in a moment ago at these offices."""
        staff_id = new_id()
        common = {
            "id": staff_id, "login": login, "password": "-", "role": "operator", "contact_points": list(points),
            "terms_at": self.clock(), "signed_in_at": self.clock(), "seen_at": self.clock(), "created_at": self.clock(),
        }  # fmt: skip
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.staff).values(**{**common, **values}))
        return Scope(frozenset(points), staff_id)

    async def seen(self, scope: Scope) -> None:
        """The operator's page is open at this moment."""
        async with self.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.id == scope.staff_id).values(seen_at=self.clock()))

    async def do(self, step: Step[T]) -> T:
        """Take a step with the conversation as it stands."""
        async with self.database.transaction() as connection:
            seen = await self.conversations.read(connection, self.conversation_id, lock=True)
            assert seen is not None
            return await step(connection, seen)

    async def offer(self, **values: Any) -> Outcome:
        """Olena asks for a person."""
        request = Request(**{"country": "IT", "city": "Milano", "topic": "labour_rights", "locale": "it", **values})
        return await self.do(lambda connection, seen: self.room.desk.offer(connection, seen, request))

    async def tap(self, choice: str) -> Outcome:
        """Olena taps a choice."""
        return await self.do(lambda connection, seen: self.room.choose(connection, seen, choice))

    async def status(self) -> Outcome:
        """Olena asks what is happening."""
        return await self.do(self.room.desk.status)

    async def waits(self, point_id: str, *, share: bool = True, **values: Any) -> None:
        """Olena waits at an office."""
        await self.offer(**values)
        await self.tap(f"h:accept:{point_id}")
        if share:
            await self.tap("h:share:yes")

    async def says(self, text: str, *, at: datetime | None = None) -> None:
        """A message of Olena goes on the record."""
        async with self.database.transaction() as connection:
            written = at or self.clock()
            await self.conversations.record(connection, self.conversation_id, "person", text, written)
            values = {"last_inbound_at": self.clock()}
            await self.conversations.write(connection, self.conversation_id, values)
        await self.do(lambda connection, seen: self.room.aftercare.person_wrote(connection, seen, self.clock()))

    async def case(self) -> Row[Any]:
        """The newest case as it is stored."""
        return (await self.rows(t.case, t.case.c.conversation_id == self.conversation_id))[-1]

    async def rows(self, table: Any, *where: Any) -> list[Row[Any]]:
        """What a table holds, in order of ids (which are times)."""
        async with self.database.reading() as connection:
            return list(await connection.execute(select(table).where(*where).order_by(table.c.id)))

    async def conversation(self) -> Conversation:
        """The conversation as it stands."""
        async with self.database.reading() as connection:
            found = await self.conversations.read(connection, self.conversation_id)
        assert found is not None
        return found

    async def take(self, scope: Scope) -> Outcome:
        """An operator takes the newest case."""
        case = await self.case()
        async with self.database.transaction() as connection:
            outcome = await self.room.counter.take(connection, scope, case.id)
        assert not isinstance(outcome, AlreadyTaken)
        return outcome

    async def reply(self, scope: Scope, text: str = "Buongiorno") -> Outcome:
        """The operator answers the newest case."""
        case = await self.case()
        async with self.database.transaction() as connection:
            return await self.room.counter.reply(connection, scope, case.id, text)

    async def clocks(self) -> list[Outcome | None]:
        """All that is due happens."""
        async with self.database.reading() as connection:
            due = await self.room.clocks.due(connection, self.clock())
        outcomes = []
        for one in due:
            async with self.database.transaction() as connection:
                outcomes.append(await self.room.clocks.run(connection, one))
        return outcomes

    async def spoken(self) -> list[list[str]]:
        """What the clocks said by themselves just now."""
        return [heard(outcome.reply) for outcome in await self.clocks() if outcome is not None and outcome.reply]

    def at(self, local: str) -> None:
        """Set the clock, in Rome's winter time."""
        self.clock.now = datetime.fromisoformat(f"{local}+01:00")

    async def another_person(self, name: str) -> UUID:
        """Somebody else begins to write."""
        async with self.database.transaction() as connection:
            account = await self.conversations.account(connection, "telegram", "42")
            return await self.conversations.find_or_make(
                connection, account, "telegram", Address(name, {}), self.clock()
            )

    async def as_person(self, conversation_id: UUID, step: Callable[[], Awaitable[T]]) -> T:
        """Let somebody else take a step."""
        mine, self.conversation_id = self.conversation_id, conversation_id
        try:
            return await step()
        finally:
            self.conversation_id = mine


@pytest.fixture
async def stage(database: Database, ring: KeyRing, clock: Clock, conversations: Conversations) -> Stage:
    """Olena's conversation, began an hour ago; no office yet."""
    async with database.transaction() as connection:
        account = await conversations.account(connection, "telegram", "42")
        began = clock() - timedelta(hours=1)
        olena = await conversations.find_or_make(connection, account, "telegram", Address("100", {}), began)
    return Stage(database, ring, clock, conversations, olena)


@pytest.fixture
async def milano(stage: Stage) -> Scope:
    """A staffed, trusted office in Milan, and Marta who works there."""
    stage.have(trusted(office("milano")))
    return await stage.operator("marta", "milano")


@pytest.fixture
async def pavel(stage: Stage, milano: Scope) -> Scope:
    """A colleague of Marta."""
    return await stage.operator("pavel", "milano")


@pytest.fixture
async def stranger(stage: Stage) -> Scope:
    """An operator of another office."""
    stage.have(trusted(office("roma", city="Roma")))
    return await stage.operator("ines", "roma")


def names(rows: Iterable[Row[Any]], column: str) -> list[Any]:
    """One column of some rows."""
    return [getattr(row, column) for row in rows]
