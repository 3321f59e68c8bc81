"""What every deed of an operator begins with: the case of their offices, locked; or the one that they hold."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation
from bot.model.errors import GuichetError
from bot.model.say import Reply
from handoff import conversations, exits, rating, store
from handoff.casebook import Casebook
from handoff.machine import Edge, EdgeRefused
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.outcome import Outcome
from handoff.store import Case


class NotYours(GuichetError):
    """The case is not of this operator's offices, or this operator does not hold it."""


class NotNow(EdgeRefused):
    """It cannot be done at present: the colleague is away, the office is not staffed, or it is night where the person is."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Raises NotYours outside the scope."""

    casebook: Casebook

    async def _locked(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[Case, Conversation]:
        return await locked(
            connection,
            lambda: queue.find(connection, scope, case_id),
            otherwise="no such case at this operator's contact points",
        )

    async def _held(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[Case, Conversation]:
        case, seen = await self._locked(connection, scope, case_id)
        if case.state not in WITH_OPERATOR or case.operator_id != scope.staff_id:
            raise NotYours("this operator does not hold the case")
        return case, seen

    async def _end(
        self, connection: AsyncConnection, seen: Conversation, case: Case, scope: Scope, edge: Edge, reply: Reply
    ) -> Outcome:
        """End the case and say so; where that is fitting, ask once whether it helped."""
        stands = await self.casebook.end(connection, seen, case, edge, actor(scope))
        asked = reply
        if rating.fitting(case, self.casebook.card(case)):
            asked = Reply((*reply.parts, *exits.RATE.parts), exits.RATE.choices)
        said = await self.casebook.say(connection, stands, case, asked, edge)
        if said.reply is not None and asked is not reply:
            await store.update_case(connection, case.id, rating=rating.ASKED)
        return said


async def locked(
    connection: AsyncConnection, find: Callable[[], Awaitable[Case | None]], *, otherwise: str
) -> tuple[Case, Conversation]:
    """Lock the conversation of the case that is found, then find it again: what was read before the lock may be gone.

    Raises NotYours, which says `otherwise`, if no case is found.
    """
    found = await find()
    seen = await conversations.load(connection, found.conversation_id) if found is not None else None
    case = await find() if seen is not None else None
    if seen is None or case is None:
        raise NotYours(otherwise)
    return case, seen


def actor(scope: Scope) -> str:
    """Name who did it, for the log."""
    return f"operator:{scope.staff_id}"
