"""A case goes to somebody else: to a colleague at once, to another office or an interpreter only if the person agrees."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, State
from bot.model.say import Say
from handoff import callbacks, exits, hours, people, queue, safe_contact, store, wording
from handoff.bridge import BridgeKind
from handoff.casebook import PERSON
from handoff.contact_point import ContactPoint, Scope
from handoff.holding import Holding, NotNow, actor, locked
from handoff.machine import Edge, allows
from handoff.outcome import Delivery, Outcome
from handoff.standing import Standing, outcome
from handoff.store import Case


class Transfers(Holding):
    """The operators' side."""

    __slots__ = ()

    async def pass_to(self, connection: AsyncConnection, scope: Scope, case_id: UUID, colleague_id: UUID) -> Outcome:
        """Give the case to a colleague of the same office who is not away. Raises NotNow if that cannot be."""
        case, seen = await self._held(connection, scope, case_id)
        now, edge = self.casebook.clock(), Edge.TO_COLLEAGUE
        colleagues = await people.colleagues(connection, case.contact_point, scope.staff_id, now)
        if colleague_id not in [colleague.staff_id for colleague in colleagues]:
            raise NotNow("no such colleague is at work")
        stands = await self.casebook.walk(connection, seen, edge, actor(scope), case.id, operator_id=colleague_id)
        waits = seen.state is State.ASSIGNED and await callbacks.pending(connection, case.id) is None
        word = {"last_word": "person", "last_word_at": now} if waits else {}  # as after a take: who gets it must answer
        await store.update_case(connection, case.id, operator_id=colleague_id, taken_at=now, **word)
        await store.add_audit(connection, now, actor(scope), "handoff.pass_on", case)
        reply = exits.another_adviser(self.casebook.office(case.contact_point))
        return replace(await self.casebook.say(connection, stands, case, reply, edge), epoch_up=True)

    async def propose_transfer(
        self, connection: AsyncConnection, scope: Scope, case_id: UUID, point_id: str
    ) -> Outcome:
        """Ask the person whether another office may have the question, and what they showed to this one.

        Raises NotNow if nobody works there, if it may not be asked about this, or if the person cannot be asked now.
        """
        case, seen = await self._held(connection, scope, case_id)
        network, card = await self.casebook.network(connection), self.casebook.card(case)
        point = network.point(point_id)
        if point is None or point_id == case.contact_point or not network.can_queue(point, self.casebook.clock()):
            raise NotNow("nobody works at that office")
        if card.trusted_only and not point.trusted:
            raise NotNow("that office did not declare that it reports nobody")
        stands = await self._asked(connection, scope, seen, case, Edge.TRANSFER_ASKED)
        await self.casebook.rewrite_card(connection, case, replace(card, transfer=point_id))
        return outcome(stands, exits.transfer_ask(point), Edge.TRANSFER_ASKED)

    async def may_receive(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[ContactPoint, ...]:
        """Return the offices that a case of this operator's could be transferred to, those that fit best first."""
        case, seen = await self._held(connection, scope, case_id)
        network, now = await self.casebook.network(connection), self.casebook.clock()
        card = self.casebook.card(case)
        route = network.route(card, case.locale, case.topic, now)
        rest = [point for point in network.points if network.can_queue(point, now) and point not in route.staffed]
        fitting = (point for point in (*route.staffed, *rest) if point.trusted or not card.trusted_only)
        return tuple(point for point in fitting if point.id != seen.contact_point)

    async def interpret(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """An interpreter of the network offers to read and translate; the person is asked first.

        Raises NotYours for a case that does not wait for this interpreter's languages, NotNow at night.
        """
        languages = await people.interprets(connection, scope.staff_id)
        case, seen = await locked(
            connection,
            lambda: queue.interpretable(connection, self.casebook.ring, case_id, languages),
            otherwise="this case waits for no interpreter of these languages",
        )
        stands = await self._asked(connection, scope, seen, case, Edge.INTERPRET_ASKED)
        card = replace(self.casebook.card(case), interpreter=str(scope.staff_id))
        await self.casebook.rewrite_card(connection, case, card)
        language = case.locale if case.locale in languages else next(one for one in card.also if one in languages)
        return outcome(stands, exits.interpret_ask(language), Edge.INTERPRET_ASKED)

    async def _asked(
        self, connection: AsyncConnection, scope: Scope, seen: Conversation, case: Case, edge: Edge
    ) -> Conversation:
        """Walk the edge of a question to the person, if they can be asked now: no message is started at night."""
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        present = safe_contact.present(seen, now)
        can_be_asked = await safe_contact.delivery(connection, seen, case, now) is Delivery.SEND
        if not allows(seen.state, edge) or not can_be_asked or (hours.quiet_now(point, now) and not present):
            raise NotNow("the person cannot be asked at the moment")
        await store.add_audit(connection, now, actor(scope), f"handoff.{edge}", case)
        return await self.casebook.walk(connection, seen, edge, actor(scope), case.id)


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
        joins = yes and bool(await people.interprets(connection, UUID(card.interpreter)))
        edge = Edge.INTERPRET_YES if joins else Edge.INTERPRET_NO
        stands = await self.casebook.walk(connection, seen, edge, PERSON, case.id)
        await self.casebook.rewrite_card(connection, case, replace(card, interpreter=""))
        if joins:
            await store.update_case(connection, case.id, interpreter_id=UUID(card.interpreter))
        elif not yes:
            without = BridgeKind.TRANSLATION if self.casebook.translation else BridgeKind.PHRASEBOOK
            await store.update_case(connection, case.id, bridge=without)
        return outcome(stands, wording.say("interpret_yes" if joins else "interpret_no"), edge)
