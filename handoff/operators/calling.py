"""Call-backs: how an operator's call went. The number, which `queue.callbacks` shows to who took the case, is erased."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from handoff import callbacks, exits, store, wording
from handoff.machine import Edge
from handoff.offices.contact_point import Scope
from handoff.operators.holding import Holding, NotYours, actor
from handoff.outcome import Outcome


class Calling(Holding):
    """What an operator does with a call that a person asked for."""

    __slots__ = ()

    async def call_done(self, connection: AsyncConnection, scope: Scope, callback_id: UUID, result: str) -> Outcome:
        """Note how the call went and erase the number. Who was reached needs the chat no more: the case ends.

        `result` is reached or not_reached. Raises NotYours for a call whose case this operator does not hold.
        """
        call = await callbacks.by_id(connection, callback_id)
        if call is None or result not in (callbacks.REACHED, callbacks.NOT_REACHED):
            raise NotYours("no such call")
        case, seen = await self._held(connection, scope, call.case_id)
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        await callbacks.finish(connection, case.id, result, now)
        await store.add_audit(connection, now, actor(scope), f"handoff.call_{result}", case)
        if result == callbacks.REACHED:
            return await self._end(connection, seen, case, scope, Edge.CALL_DONE, wording.say("call_done"))
        edge = Edge.CALL_NOT_REACHED
        stands = await self.casebook.walk(connection, seen, edge, actor(scope), case.id)
        await store.update_case(connection, case.id, last_word="operator", last_word_at=now)
        return await self.casebook.say(connection, stands, case, exits.call_not_reached(point), edge)
