"""A case goes to somebody else: to a colleague at once; another office or an interpreter are proposed to the person."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, State
from handoff import callbacks, exits, safe_contact, shifts, store
from handoff.machine import Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint, Scope
from handoff.operators import people, queue
from handoff.operators.holding import Holding, NotNow, actor, locked
from handoff.outcome import Delivery, Outcome
from handoff.standing import outcome
from handoff.store import Case


class Passing(Holding):
    """How an operator gives a case away, or asks the person whether they may."""

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
        languages = await shifts.interprets(connection, scope.staff_id)
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
