"""The store of attachments on both databases: what waits, what is fetched, what may be seen, what is gone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from bot import tables as t
from bot.attachments.checks import examine
from bot.attachments.store import Attachments
from bot.conversations import Conversations
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.conversation import Author, Conversation, State
from bot.model.errors import Tampered
from bot.model.ids import new_id
from bot.model.messages import Address, Kind, Media
from handoff.request import Card
from handoff.store import seal_card
from tests.conftest import Clock
from tests.support import files

FILE = examine(files.OGG, 10_000)


class Shelf:
    """One conversation and its files."""

    def __init__(self, database: Database, conversations: Conversations, ring: KeyRing, clock: Clock) -> None:
        self.database, self.conversations, self.ring, self.clock = database, conversations, ring, clock
        self.store = Attachments(ring, days=30, largest=10_000)
        self.account = self.person = self.case = UUID(int=0)

    async def prepare(self, state: State = State.BOT) -> None:
        async with self.database.transaction() as connection:
            self.account = await self.conversations.account(connection, "telegram", "42")
            self.person = await self.conversations.find_or_make(
                connection, self.account, "telegram", Address("7"), self.clock()
            )
        if state is not State.BOT:
            await self.hand_over(state)

    async def hand_over(self, state: State, share_from: Any = None, read_after: int | None = None) -> None:
        """An office gets the case; `share_from` is what the person agreed to show."""
        self.case = new_id()
        now, card = self.clock(), seal_card(self.ring, self.case, Card(read_after=read_after))
        async with self.database.transaction() as connection:
            await connection.execute(
                insert(t.case).values(
                    id=self.case, conversation_id=self.person, contact_point="milano", state=state, opened_at=now,
                    last_word_at=now, share_from=share_from, card=card,
                )
            )  # fmt: skip
            await connection.execute(update(t.conversation).values(state=state, contact_point="milano"))

    async def seen(self) -> Conversation:
        async with self.database.reading() as connection:
            found = await self.conversations.read(connection, self.person)
            assert found is not None
            return found

    async def receives(self, media: Media | None, kind: Kind = Kind.VOICE) -> UUID:
        """A message with a file comes."""
        seen = await self.seen()
        async with self.database.transaction() as connection:
            message = await self.conversations.record(connection, self.person, "person", f"[{kind}]", self.clock())
            await self.store.note(connection, seen, message, kind, media, self.clock())
            return message

    async def due(self, accounts: Sequence[UUID] = ()) -> list[str]:
        async with self.database.reading() as connection:
            found = await self.store.due(connection, self.clock(), accounts or (self.account,), 10)
            return [one.refusal or one.reference for one in found]

    async def release(self) -> int:
        async with self.database.transaction() as connection:
            return await self.store.release(connection, self.person, self.clock())

    async def rows(self) -> list[Any]:
        async with self.database.reading() as connection:
            return list((await connection.execute(select(t.attachment).order_by(t.attachment.c.created_at))).all())


@pytest.fixture
def shelf(database: Database, conversations: Conversations, ring: KeyRing, clock: Clock) -> Shelf:
    return Shelf(database, conversations, ring, clock)


async def test_a_file_for_an_office_is_due_at_once(shelf: Shelf) -> None:
    await shelf.prepare(State.ASSIGNED)
    await shelf.receives(Media("secret-id", "audio/ogg", 100, 4))

    (row,) = await shelf.rows()
    assert await shelf.due() == ["secret-id"]
    assert await shelf.due([new_id()]) == [], "another process serves that account"
    assert (row.state, row.case_id, row.seconds) == ("queued", shelf.case, 4)
    assert b"secret-id" not in row.reference
    assert row.erase_at - row.created_at == timedelta(days=30)


@pytest.mark.parametrize(
    ("media", "reason"), [(None, "kind"), (Media("x", size=10_001), "size"), (Media("x", size=10_000), "")]
)
async def test_what_is_known_to_be_impossible_is_not_fetched(shelf: Shelf, media: Media | None, reason: str) -> None:
    await shelf.prepare(State.WAITING)
    await shelf.receives(media)

    assert await shelf.due() == [reason or "x"]


async def test_a_file_for_nobody_yet_waits_for_what_the_person_agrees_to_show(shelf: Shelf) -> None:
    await shelf.prepare()
    await shelf.receives(Media("early"))
    shelf.clock.move(minutes=5)
    agreed = shelf.clock()
    await shelf.receives(Media("late"))
    assert await shelf.release() == 0, "nobody has the case"
    assert await shelf.due() == []

    await shelf.hand_over(State.WAITING)
    assert await shelf.release() == 0, "not asked yet"
    async with shelf.database.transaction() as connection:
        await connection.execute(update(t.case).values(share_from=agreed))
    assert await shelf.release() == 1
    assert await shelf.due() == ["late"]
    assert [row.state for row in await shelf.rows()] == ["kept", "queued"]
    assert (await shelf.rows())[1].erase_at == shelf.clock() + timedelta(days=30)


async def test_what_came_after_the_take_is_theirs_without_asking(shelf: Shelf) -> None:
    await shelf.prepare()
    await shelf.receives(Media("before"))
    await shelf.receives(Media("after"))
    await shelf.hand_over(State.ASSIGNED, read_after=1)

    assert await shelf.release() == 1
    assert await shelf.due() == ["after"]


async def test_fetched_once_and_for_good(shelf: Shelf) -> None:
    await shelf.prepare(State.ASSIGNED)
    message = await shelf.receives(Media("x"))
    (row,) = await shelf.rows()
    async with shelf.database.transaction() as connection:
        first = await shelf.store.fetched(connection, row.id, FILE)
        second = await shelf.store.fetched(connection, row.id, FILE)
        late = await shelf.store.end(connection, row.id, "failed", "gone")
        listed = (await shelf.store.listed(connection, shelf.person))[message]
        opened = await shelf.store.open(connection, row.id, shelf.person)
        elsewhere = await shelf.store.open(connection, row.id, new_id())

    assert (first, second, late) == (True, False, False)
    assert (listed.state, listed.mime, listed.size) == ("ready", "audio/ogg", len(files.OGG))
    assert opened == FILE
    assert elsewhere is None
    assert await shelf.due() == []


async def test_a_file_moved_to_another_row_does_not_open(shelf: Shelf) -> None:
    await shelf.prepare(State.ASSIGNED)
    async with shelf.database.transaction() as connection:
        one = await shelf.store.deposit(connection, shelf.person, Author.PERSON, FILE, shelf.clock())
        other = await shelf.store.deposit(connection, shelf.person, Author.PERSON, FILE, shelf.clock())
        moved = select(t.attachment.c.payload).where(t.attachment.c.id == one).scalar_subquery()
        await connection.execute(update(t.attachment).where(t.attachment.c.id == other).values(payload=moved))
        with pytest.raises(Tampered):
            await shelf.store.open(connection, other, shelf.person)


async def test_a_reference_that_cannot_be_opened_is_given_up_and_stops_no_other(shelf: Shelf) -> None:
    await shelf.prepare(State.ASSIGNED)
    await shelf.receives(Media("broken"))
    async with shelf.database.transaction() as connection:
        await connection.execute(update(t.attachment).values(reference=b"\x01nonsense"))
    shelf.clock.move(seconds=1)
    await shelf.receives(Media("whole"))

    assert await shelf.due() == ["lost", "whole"]


async def test_a_file_of_the_page_is_bound_to_its_message_only_in_its_own_conversation(shelf: Shelf) -> None:
    await shelf.prepare(State.ASSIGNED)
    async with shelf.database.transaction() as connection:
        mine = await shelf.store.deposit(connection, shelf.person, Author.PERSON, FILE, shelf.clock())
        stranger = await shelf.conversations.find_or_make(
            connection, shelf.account, "telegram", Address("8"), shelf.clock()
        )
        theirs = await shelf.store.deposit(connection, stranger, Author.PERSON, FILE, shelf.clock())
    message = await shelf.receives(Media(f"page:{mine}"))
    await shelf.receives(Media(f"page:{theirs}"))

    async with shelf.database.reading() as connection:
        assert await shelf.store.place_of(connection, mine) == (shelf.person, message)
        assert await shelf.store.place_of(connection, theirs) == (stranger, None)
        assert await shelf.store.is_for_person(connection, mine, shelf.person)
        assert not await shelf.store.is_for_person(connection, theirs, shelf.person)
