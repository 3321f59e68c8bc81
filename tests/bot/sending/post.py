"""One person on one channel, and the sender that serves it."""

from uuid import UUID

from sqlalchemy import select, update

from bot import tables as t
from bot.buckets import Buckets
from bot.bus import Bus
from bot.channels.base import Channel
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import Purpose
from bot.model.messages import Address, Button
from bot.outbox import Draft, Outbox
from bot.sender import Sender
from tests.conftest import Clock
from tests.fakes.telegram import FakeTelegram
from tests.fakes.whatsapp import FakeWhatsApp

YUSUF = "393331112222"


OLENA = "5001"


ASK = "Did my last message arrive?"


class Post:
    """One person on one channel, and the sender that serves it; short words for the steps of these tests."""

    def __init__(
        self, database: Database, conversations: Conversations, outbox: Outbox, clock: Clock, channel: Channel
    ) -> None:
        self.database, self.conversations, self.outbox, self.clock = database, conversations, outbox, clock
        self.channel = channel
        self.channels: dict[UUID, Channel] = {}
        self.bus = Bus()
        self.sender = Sender(
            database, conversations, outbox, self.bus, self.channels, clock, Buckets(),
            lambda locale: Draft(ASK, locale=locale, buttons=(Button("again", "Show again"),)),
        )  # fmt: skip

    async def open(self, who: str) -> "Post":
        async with self.database.transaction() as connection:
            self.account = await self.conversations.account(connection, self.channel.name, self.channel.account)
            address = Address(who, {"to": f"+{who}"} if self.channel.name == "whatsapp" else {})
            self.person = await self.conversations.find_or_make(
                connection, self.account, self.channel.name, address, self.clock.now
            )
        self.channels[self.account] = self.channel
        return self

    async def add(self, text: str, purpose: Purpose = Purpose.BOT) -> UUID:
        async with self.database.transaction() as connection:
            draft = Draft(text, purpose)
            return await self.outbox.add(connection, self.person, self.account, 0, draft, self.clock.now)

    async def send(self, *, after: float = 0) -> None:
        self.clock.move(seconds=after)
        await self.sender.drain()

    async def settle(self, *, after: float) -> None:
        """Let time pass, deal with what is unknown, and send what that brought."""
        self.clock.move(seconds=after)
        await self.sender.settle_unknown()
        await self.sender.drain()

    async def fate(self, row: UUID) -> tuple[str, str]:
        async with self.database.reading() as connection:
            found = await self.outbox.read(connection, row)
        assert found is not None
        return found.state, found.reason

    async def change(self, **values: object) -> None:
        """Change columns of the conversation, as another part would."""
        async with self.database.transaction() as connection:
            await connection.execute(update(t.conversation).where(t.conversation.c.id == self.person).values(**values))

    async def column(self, name: str) -> object:
        async with self.database.reading() as connection:
            query = select(t.conversation.c[name]).where(t.conversation.c.id == self.person)
            return (await connection.execute(query)).scalar_one()


def texts(fake: FakeTelegram | FakeWhatsApp, who: str = OLENA) -> list[str]:
    return [heard.text for heard in fake.heard(who)]
