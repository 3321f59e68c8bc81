"""A case goes to another office, or an interpreter joins it: only if the person agrees."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, State
from bot.model.say import Say
from handoff import callbacks, exits, shifts, store, wording
from handoff.bridge import BridgeKind
from handoff.casebook import PERSON
from handoff.machine import Edge, allows
from handoff.offices import hours
from handoff.outcome import Outcome
from handoff.standing import Standing, outcome


@dataclass(frozen=True, slots=True)
class Agreeing(Standing):
    """What the person says to it. An answer to a question that was not asked, or was answered, changes nothing."""

    async def transfer(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Queue the case at the other office, where it keeps its place by time; or leave it where it is."""
        case = await store.open_case(connection, seen.id)
        card = self.casebook.card(case) if case is not None else None
        if case is None or card is None or not card.transfer or not allows(seen.state, Edge.TRANSFER_YES):
            return await self.stale(connection, seen)
        answered = replace(card, transfer="", offered=(*card.offered, card.transfer))
        now, network = self.casebook.clock(), await self.casebook.network(connection)
        point = network.point(card.transfer)
        if not yes or point is None or not network.can_queue(point, now):
            stands = await self.casebook.walk(connection, seen, Edge.TRANSFER_NO, PERSON, case.id)
            await self.casebook.rewrite_card(connection, case, answered)
            return outcome(stands, exits.stays(self.casebook.office(case.contact_point)), Edge.TRANSFER_NO)
        edge = Edge.TRANSFER_YES
        stands = await self.casebook.walk(connection, seen, edge, PERSON, case.id, contact_point=point.id)
        called_off = await callbacks.finish(connection, case.id, callbacks.CANCELLED, now)
        await store.cancel_notices(connection, case.id)
        moved = replace(case, contact_point=point.id)
        bridge = network.bridge(point, case.locale, card.also).kind
        await store.update_case(
            connection,
            case.id,
            contact_point=point.id,
            state=State.WAITING,
            operator_id=None,
            interpreter_id=None,
            deadline_at=hours.day_closes_at(point, now),
            notices=1,
            bridge=bridge,
        )
        await self.casebook.rewrite_card(connection, case, answered)
        await store.add_notice(connection, moved, "transfer", now, hours.next_opening(point, now))
        if bridge is BridgeKind.INTERPRETER and (case.bridge != bridge or case.interpreter_id is not None):
            await store.add_notice(connection, moved, "interpreter", now)
        reply = await self.place(connection, stands, say_papers=True)
        if called_off:
            reply = replace(reply, parts=(Say("call_cancelled"), *reply.parts))
        return outcome(stands, reply, edge)

    async def interpreter(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Let the interpreter see the case, or not. Who says no is asked by no other; a yes to one who left lets nobody in."""
        case = await store.open_case(connection, seen.id)
        card = self.casebook.card(case) if case is not None else None
        if case is None or card is None or not card.interpreter or not allows(seen.state, Edge.INTERPRET_YES):
            return await self.stale(connection, seen)
        joins = yes and bool(await shifts.interprets(connection, UUID(card.interpreter)))
        edge = Edge.INTERPRET_YES if joins else Edge.INTERPRET_NO
        stands = await self.casebook.walk(connection, seen, edge, PERSON, case.id)
        await self.casebook.rewrite_card(connection, case, replace(card, interpreter=""))
        if joins:
            await store.update_case(connection, case.id, interpreter_id=UUID(card.interpreter))
        elif not yes:
            without = BridgeKind.TRANSLATION if self.casebook.translation else BridgeKind.PHRASEBOOK
            await store.update_case(connection, case.id, bridge=without)
        return outcome(stands, wording.say("interpret_yes" if joins else "interpret_no"), edge)
