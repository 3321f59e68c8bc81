"""What the handoff does by itself: runs its clocks and sends what they say, each in a transaction of its own."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.model.errors import GuichetError, LostLease
from bot.service import Service
from bot.told import tell
from handoff.clocks import Due
from handoff.outcome import Outcome

log = logging.getLogger(__name__)

_EVERY = 15.0


class Clocks:
    """Looks every 15 s at every open case."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.run_due()
            except (SQLAlchemyError, OSError) as error:
                log.error("clocks cannot run: %s", type(error).__name__)
            await asyncio.sleep(_EVERY)

    async def run_due(self) -> int:
        """Do all that is due now; return how much was done."""
        async with self._service.database.reading() as connection:
            due = await self._service.handoff.clocks.due(connection, self._service.clock())
        for one in due:
            try:
                await self._run_one(one)
            except LostLease:
                log.info("clock conversation=%s chore=%s: changed meanwhile", one.conversation_id, one.chore)
            except GuichetError as error:  # one case that cannot be read must not stop the clocks of the others
                log.error("clock conversation=%s chore=%s: %s", one.conversation_id, one.chore, type(error).__name__)
        if due:
            self._service.bus.publish("desk")
            self._service.bus.wake("notices")
            self._service.bus.wake("outbox")
        return len(due)

    async def _run_one(self, due: Due) -> None:
        service = self._service
        async with service.database.transaction() as connection:
            await service.conversations.read(connection, due.conversation_id, lock=True)
            outcome: Outcome | None = await service.handoff.clocks.run(connection, due)
            if outcome is None or outcome.reply is None or not outcome.reply:
                return
            stands = outcome.conversation
            if stands.stopped_at is not None:
                return
            draft = service.replies.render(outcome.reply, stands.locale or "en", outcome.purpose)
            await tell(connection, service.conversations, service.outbox, stands, draft, service.clock())
