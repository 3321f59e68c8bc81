"""Who got a text that turned out to be wrong is counted without words, and told once, neutrally, by day."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from bot import tables as t
from bot.bus import Bus
from bot.conversations import Conversations
from bot.corrections import Corrections
from bot.crypto import KeyRing
from bot.db import Database
from bot.model.ids import new_id
from bot.model.messages import Address
from bot.model.shown import ShownArticle
from bot.outbox import Outbox
from bot.replies import Replies, Shelf
from bot.served import Served
from bot.wording import Wording
from dialogues.phrases import load_phrases
from dialogues.tracker import Tracker
from tests.conftest import Clock

KEY = "labour_rights/unpaid_wages/IT.it"
STAFF = UUID(int=7)


def shown(version: int = 1, intent: str = "labour_rights/unpaid_wages") -> ShownArticle:
    return ShownArticle(
        intent=intent, part="summary", jurisdiction="IT", locale="it", text="…", sources=(), checked_on=None,
        status="reviewed", reviewer="", machine_translated=False, needs_eu_opening=False, version=version,
    )  # fmt: skip


class Network:
    """A store with people who got texts, and what tells them."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.conversations = Conversations(ring)
        self.served = Served(ring)
        phrases = load_phrases(locales=("en", "it"))
        nothing = Shelf(*(lambda *_: None for _ in range(7)))  # type: ignore[arg-type]
        replies = Replies(Wording(phrases.text, phrases.title), nothing)
        outbox = Outbox(ring, self.conversations)
        self.corrections = Corrections(database, self.served, self.conversations, outbox, replies, Bus(), clock)
        self.people = 0

    async def person(self, version: int = 1, channel: str = "telegram", **values: Any) -> UUID:
        """Somebody who got the text."""
        self.people += 1
        async with self.database.transaction() as connection:
            account = await self.conversations.account(connection, channel, "bot")
            found = await self.conversations.find_or_make(
                connection, account, channel, Address(f"p{self.people}"), self.clock()
            )
            await self.conversations.write(connection, found, {"locale": "it", **values})
            await self.served.note(connection, found, shown(version), self.clock())
        return found

    async def consent(self, conversation_id: UUID, answer: str) -> None:
        values = {
            "id": new_id(), "conversation_id": conversation_id, "kind": "contact", "answer": answer,
            "wording": "contact_later", "at": self.clock(),
        }  # fmt: skip
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.consent).values(**values))

    async def danger(self, conversation_id: UUID) -> None:
        values = {
            "id": new_id(), "conversation_id": conversation_id, "contact_point": "x", "state": "closed",
            "opened_at": self.clock(), "last_word_at": self.clock(), "danger_at": self.clock(), "closed_at": self.clock(),
        }  # fmt: skip
        async with self.database.transaction() as connection:
            await connection.execute(insert(t.case).values(**values))

    async def count(self, version: int = 1) -> tuple[int, int]:
        async with self.database.reading() as connection:
            got = await self.served.count(connection, KEY, version)
            return got, await self.served.reachable(connection, KEY, version, self.clock())

    async def order(self, version: int = 1) -> int:
        async with self.database.transaction() as connection:
            return await self.served.tell(connection, KEY, version, STAFF, self.clock())

    async def open_orders(self) -> int:
        async with self.database.reading() as connection:
            return len(await self.served.orders(connection))

    async def sent(self) -> list[Any]:
        async with self.database.reading() as connection:
            return list(await connection.execute(select(t.outbox).order_by(t.outbox.c.created_at)))


@pytest.fixture
def network(database: Database, ring: KeyRing, clock: Clock) -> Network:
    return Network(database, ring, clock)


async def test_each_version_is_counted_once_for_each_conversation(network: Network) -> None:
    person = await network.person()
    async with network.database.transaction() as connection:
        await network.served.note(connection, person, shown(), network.clock())
        await network.served.note(connection, person, shown(2), network.clock())
        await network.served.note(connection, person, shown(intent="safety/violence"), network.clock())
    await network.person()
    assert (await network.count())[0] == 2
    assert (await network.count(2))[0] == 1
    async with network.database.reading() as connection:
        rows = (await connection.execute(select(t.served))).all()
    assert len(rows) == 3
    assert not any(b"wages" in bytes(row.text_hash) for row in rows)


async def test_those_still_reachable_are_told_once_and_neutrally(network: Network) -> None:
    person = await network.person()
    assert await network.order() == 1
    assert await network.corrections.tell_due() == 1
    (row,) = await network.sent()
    assert (row.conversation_id, row.lane, row.purpose) == (person, 1, "bot")
    async with network.database.reading() as connection:
        (said,) = await network.conversations.messages(connection, person)
    assert said["text"] == load_phrases(locales=("en", "it")).text("it", "article_corrected")

    assert await network.order() == 0
    network.clock.move(days=2)
    assert await network.corrections.tell_due() == 0
    assert await network.open_orders() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hour", [21, 23, 3, 7])
async def test_nobody_is_told_at_night_but_in_the_morning(network: Network, hour: int) -> None:
    network.clock.now = datetime(2026, 11, 18, hour, 30, tzinfo=UTC) - timedelta(hours=1)  # in Rome
    await network.person()
    await network.order()
    assert await network.corrections.tell_due() == 0
    assert await network.sent() == []
    network.clock.now = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert await network.corrections.tell_due() == 1


AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "values", "reached"),
    [
        ("telegram", {}, 1),
        ("telegram", {"stopped_at": AT}, 0),
        ("telegram", {"blocked_at": AT}, 0),
        ("telegram", {"erase_at": AT}, 0),
        ("telegram", {"address": None}, 0),
        ("telegram", {"limited_until": AT + timedelta(days=1)}, 0),
        ("telegram", {"limited_until": AT - timedelta(days=1)}, 1),
        ("whatsapp", {"window_until": AT + timedelta(hours=1)}, 1),
        ("whatsapp", {"window_until": AT - timedelta(hours=1)}, 0),
        ("whatsapp", {}, 0),
    ],
)
async def test_whom_nobody_may_write_to_is_not_told(
    network: Network, channel: str, values: dict[str, Any], reached: int
) -> None:
    await network.person(channel=channel, **values)
    assert await network.order() == reached
    assert await network.corrections.tell_due() == reached


@pytest.mark.parametrize(
    ("answer", "danger", "reached"),
    [("yes", True, 1), ("", True, 0), ("sign", False, 0), ("no", False, 0), ("yes", False, 1)],
)
async def test_safe_contact_is_kept(network: Network, answer: str, danger: bool, reached: int) -> None:
    person = await network.person()
    if answer:
        await network.consent(person, answer)
    if danger:
        await network.danger(person)
    assert await network.order() == reached
    assert await network.corrections.tell_due() == reached


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("answer", "reached"), [("", 0), ("yes", 1)])
async def test_a_danger_that_became_no_case_counts_as_one(network: Network, answer: str, reached: int) -> None:
    person = await network.person()
    tracker = Tracker(danger="violence", danger_at=AT.isoformat()).dump()
    async with network.database.transaction() as connection:
        await network.conversations.save_tracker(connection, person, tracker, "it")
    if answer:
        await network.consent(person, answer)
    await network.order()
    assert await network.corrections.tell_due() == reached
    assert len(await network.sent()) == reached
    assert await network.open_orders() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_asked_again_it_reaches_who_could_not_be_reached(network: Network) -> None:
    first, late = await network.person(), await network.person(stopped_at=AT)
    await network.order()
    assert await network.corrections.tell_due() == 1
    async with network.database.transaction() as connection:
        await network.conversations.write(connection, late, {"stopped_at": None})
    assert await network.order() == 1
    assert await network.corrections.tell_due() == 1
    assert [row.conversation_id for row in await network.sent()] == [first, late]


async def test_nothing_is_said_over_an_advisers_words(network: Network) -> None:
    person = await network.person(state="assigned")
    await network.order()
    assert await network.corrections.tell_due() == 0
    async with network.database.transaction() as connection:
        await network.conversations.write(connection, person, {"state": "bot"})
    assert await network.corrections.tell_due() == 1


async def test_two_wrong_texts_of_a_day_are_one_message(network: Network) -> None:
    person = await network.person()
    async with network.database.transaction() as connection:
        await network.served.note(connection, person, shown(2), network.clock())
    await network.order()
    await network.order(2)
    assert await network.corrections.tell_due() == 1
    assert len(await network.sent()) == 1
    assert await network.open_orders() == 0


async def test_killed_in_the_middle_it_goes_on_where_it_was(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        await network.person()
    await network.order()
    words, said = Corrections._words, []

    def dies_at_the_third(self: Corrections, stands: Any) -> Any:
        said.append(stands.id)
        if len(said) == 3:
            raise KeyboardInterrupt
        return words(self, stands)

    monkeypatch.setattr(Corrections, "_words", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        await network.corrections.tell_due()
    assert len(await network.sent()) == 2
    assert await network.corrections.tell_due() == 2
    assert len({row.conversation_id for row in await network.sent()}) == 4


async def test_an_order_that_cannot_be_fulfilled_ends(network: Network) -> None:
    await network.person(state="assigned")
    await network.order()
    await network.corrections.tell_due()
    assert await network.open_orders() == 1
    network.clock.move(days=4)
    await network.corrections.tell_due()
    assert await network.open_orders() == 0


@pytest.mark.parametrize("way", ["forget", "remove"])
async def test_what_was_served_goes_with_the_words(network: Network, way: str) -> None:
    person = await network.person()
    async with network.database.transaction() as connection:
        await getattr(network.conversations, way)(connection, person, network.clock())
        left = (await connection.execute(select(func.count()).select_from(t.served))).scalar_one()
    assert left == 0
