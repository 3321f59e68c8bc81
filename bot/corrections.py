"""Tells people once that a text they got was withdrawn: one neutral sentence, by day, never over an adviser's words."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from bot.bus import Bus
from bot.conversations import Conversations
from bot.db import Database
from bot.model.conversation import WITH_OPERATOR, Conversation
from bot.model.errors import GuichetError
from bot.model.say import Reply, Say
from bot.outbox import Draft, Outbox
from bot.replies import Replies
from bot.served import Order, Served
from bot.told import tell
from dialogues.tracker import load
from handoff.offices.hours import quiet_now
from handoff.safe_contact import contact_answer

log = logging.getLogger(__name__)

_EVERY = 60.0
_AT_MOST = timedelta(days=3)  # an order is dropped then: whoever could not be told by day until then stays untold
_BROADCAST = 1
# The edges of the network's countries: by day in both it is day for everybody, and no country need be looked up.
_ZONES = ("Europe/Lisbon", "Europe/Athens")


@dataclass(frozen=True)
class Corrections:
    """Works through the orders, one conversation in each transaction; killed at any point it goes on where it was."""

    database: Database
    served: Served
    conversations: Conversations
    outbox: Outbox
    replies: Replies
    bus: Bus
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.tell_due()
            except (SQLAlchemyError, OSError) as error:  # tried again at the next time
                log.error("corrections cannot run: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def tell_due(self) -> int:
        """Tell everybody who may be told now; return how many were."""
        now = self.clock()
        if _night(now):
            return 0
        async with self.database.reading() as connection:
            orders = await self.served.orders(connection)
        return sum([await self._work_on(order) for order in orders])

    async def _work_on(self, order: Order) -> int:
        async with self.database.reading() as connection:
            due = await self.served.due(connection, order, self.clock())
        told = [await self._told(order, conversation_id) for conversation_id in due]
        if told:
            self.bus.wake("outbox")
        async with self.database.transaction() as connection:
            now = self.clock()
            if now - order.at > _AT_MOST or not await self.served.due(connection, order, now):
                await self.served.fulfilled(connection, order, now)
        return sum(told)

    async def _told(self, order: Order, conversation_id: UUID) -> bool:
        """Tell one person; one who cannot be told does not keep the others from hearing it."""
        try:
            return await self._tell(order, conversation_id)
        except GuichetError as error:
            log.error("correction conversation=%s error=%s", conversation_id, type(error).__name__)
            return False

    async def _tell(self, order: Order, conversation_id: UUID) -> bool:
        """Tell one person once, unless an adviser talks with them now, they heard the like today, or they left meanwhile.

        After a danger, with or without a case, only their yes to later messages opens the way.
        """
        now = self.clock()
        if _night(now):  # a long list goes on in the morning
            return False
        async with self.database.transaction() as connection:
            stands = await self.conversations.read(connection, conversation_id, lock=True)
            if stands is None or stands.state in WITH_OPERATOR:
                return False
            heard = await self.served.told_of_late(connection, conversation_id, now)
            unsafe = load(stands.tracker).danger_at and await contact_answer(connection, stands) != "yes"
            if not await self.served.take(connection, order, conversation_id, now) or heard or unsafe:
                return False
            await tell(connection, self.conversations, self.outbox, stands, self._words(stands), now)
        self.bus.publish(f"conversation:{conversation_id}")
        return True

    def _words(self, stands: Conversation) -> Draft:
        draft = self.replies.render(Reply((Say("article_corrected"),)), stands.locale or "en")
        return replace(draft, lane=_BROADCAST)


def _night(now: datetime) -> bool:
    return any(quiet_now(zone, now) for zone in _ZONES)
