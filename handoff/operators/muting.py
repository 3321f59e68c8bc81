"""What operators and leads do about abuse. The person is told honestly; the bot goes on answering, danger goes through."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation
from handoff import conversations, limits, store
from handoff.machine import Edge, allows
from handoff.offices.contact_point import Scope
from handoff.operators import people, queue
from handoff.operators.holding import Holding, NotYours, actor
from handoff.outcome import Outcome
from handoff.standing import Standing
from handoff.store import Case

MUTED_FOR = timedelta(days=1)
CONFIRMED_FOR = timedelta(days=30)


class Muting(Holding):
    """An operator mutes for a day; only a lead makes it longer or ends it."""

    __slots__ = ()

    async def mute(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """End the case; no adviser is asked for this person for a day.

        Who holds the case may do so; a case in the queue only if somebody has read it since it came to this office.
        """
        case, seen = await self._locked(connection, scope, case_id)
        read = case.taken_at is not None and case.taken_at >= case.opened_at
        if seen.state in WITH_OPERATOR:
            read = case.operator_id == scope.staff_id
        if not read or not allows(seen.state, Edge.LIMIT):
            raise NotYours("this operator does not hold the case")
        now = self.casebook.clock()
        stands = await self.casebook.end(connection, seen, case, Edge.LIMIT, actor(scope))
        stands = await limits.write(connection, stands, now + MUTED_FOR, scope.staff_id)
        await store.add_audit(connection, now, actor(scope), "handoff.mute", case)
        reply = await Standing(self.casebook).limited(connection, stands)
        return await self.casebook.say(connection, stands, case, reply, Edge.LIMIT)

    async def confirm_limit(self, connection: AsyncConnection, scope: Scope, conversation_id: UUID) -> Outcome:
        """Make the limit 30 days long."""
        case, seen = await self._limited(connection, scope, conversation_id)
        stands, now = await self._noted(connection, scope, seen, case, Edge.LIMIT_CONFIRMED), self.casebook.clock()
        return Outcome(await limits.write(connection, stands, now + CONFIRMED_FOR, scope.staff_id, now))

    async def lift_limit(self, connection: AsyncConnection, scope: Scope, conversation_id: UUID) -> Outcome:
        """End the limit now. The person is told nothing: they may just ask again."""
        case, seen = await self._limited(connection, scope, conversation_id)
        stands = await self._noted(connection, scope, seen, case, Edge.LIMIT_LIFTED)
        return Outcome(await limits.write(connection, stands, None))

    async def _noted(
        self, connection: AsyncConnection, scope: Scope, seen: Conversation, case: Case, edge: Edge
    ) -> Conversation:
        """Log it. After "stop", or while an office has a danger of this person, the limit runs but is not the state."""
        await store.add_audit(connection, self.casebook.clock(), actor(scope), f"handoff.{edge}", case)
        if not allows(seen.state, edge):
            return seen
        return await self.casebook.walk(connection, seen, edge, actor(scope), case.id)

    async def _limited(
        self, connection: AsyncConnection, scope: Scope, conversation_id: UUID
    ) -> tuple[Case, Conversation]:
        if not await people.leads(connection, scope.staff_id):
            raise NotYours("only a lead may do this")
        seen = await conversations.load(connection, conversation_id)
        found = [one for one in await queue.limited(connection, scope) if one.conversation_id == conversation_id]
        case = await queue.find(connection, scope, found[0].case_id) if found else None
        if seen is None or case is None or not limits.limited(seen, self.casebook.clock()):
            raise NotYours("no such limit at this lead's contact points")
        return case, seen
