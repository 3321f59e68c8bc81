"""What operators do: take, answer, give back, close, go away. On an open transaction; the caller sends what comes back."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, Purpose, State
from bot.model.errors import GuichetError
from bot.model.say import Reply, Say, Verbatim
from handoff import hours, queue, safe_contact, shifts, store, wording
from handoff.casebook import Casebook
from handoff.contact_point import Scope
from handoff.machine import EDGES, Edge
from handoff.outcome import AlreadyTaken, Delivery, Outcome
from handoff.store import Case


class NotYours(GuichetError):
    """The case is not of this operator's offices, or this operator does not hold it."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The operators' side of a handoff."""

    casebook: Casebook

    async def take(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome | AlreadyTaken:
        """Take a waiting case: from now on the operator reads and answers, and the bot is silent.

        In one transaction: the case and the conversation change owner, the bot's unsent texts are cancelled, the epoch
        rises, the take is logged. Raises NotYours outside the scope.
        """
        case, seen = await self._locked(connection, scope, case_id)
        if case.state != State.WAITING:
            return AlreadyTaken(case.operator_id if case.state == State.ASSIGNED else None)
        now, staff = self.casebook.clock(), scope.staff_id
        stands = await self.casebook.walk(connection, seen, Edge.TAKE, _actor(scope), case.id, operator_id=staff)
        await store.update_case(
            connection,
            case.id,
            state=State.ASSIGNED,
            operator_id=staff,
            taken_at=now,
            deadline_at=None,
            last_word="person",
            last_word_at=now,
        )
        card = self.casebook.card(case)
        if card.read_after is None:
            last = await store.last_record(connection, seen.id)
            await self.casebook.rewrite_card(connection, case, replace(card, read_after=last))
        await store.cancel_notices(connection, case.id)
        await store.cancel_bot_texts(connection, seen.id, now)
        await store.add_audit(connection, now, _actor(scope), "handoff.take", case)
        joined = wording.joined(self.casebook.office(case.contact_point))
        return replace(await self.casebook.say(connection, stands, case, joined, Edge.TAKE), epoch_up=True)

    async def reply(self, connection: AsyncConnection, scope: Scope, case_id: UUID, text: str) -> Outcome:
        """Answer the person. `delivery` says whether the words may go out now.

        SEND: the reply holds the words. SIGN and HOLD: the caller writes the message row without an outbox row;
        `Desk.held_answers` gives the words when the person writes again.
        """
        case, seen = await self._held(connection, scope, case_id)
        now = self.casebook.clock()
        delivery = await safe_contact.delivery(connection, seen, case, now)
        stands = await self.casebook.walk(connection, seen, Edge.REPLY, _actor(scope), case.id)
        await store.update_case(connection, case.id, last_word="operator", last_word_at=now)
        replies = {Delivery.SEND: Reply((Verbatim(text),)), Delivery.SIGN: wording.say("neutral_sign")}
        purpose = Purpose.OPERATOR if delivery is Delivery.SEND else Purpose.HANDOFF
        events = (EDGES[Edge.REPLY].event,)
        return Outcome(stands, replies.get(delivery), purpose=purpose, delivery=delivery, events=events)

    async def give_back(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """Leave the conversation to the bot."""
        return await self._finish(connection, scope, case_id, Edge.GIVE_BACK, "person_left")

    async def close(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """Close the case."""
        return await self._finish(connection, scope, case_id, Edge.CLOSE, "conversation_closed")

    async def set_away(self, connection: AsyncConnection, scope: Scope, away: bool) -> tuple[Outcome, ...]:
        """Note that the operator is away or back. Who goes away gives every case back to the queue; colleagues are told."""
        await shifts.set_staff_away(connection, scope.staff_id, away)
        cases = await queue.held(connection, scope) if away else []
        return tuple([await self._leave(connection, scope, case.id) for case in cases])

    async def _leave(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        case, seen = await self._held(connection, scope, case_id)
        edge = Edge.OPERATOR_AWAY
        stands = await self.casebook.requeue(connection, seen, case, edge, _actor(scope), "waiting")
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        reply: Reply | None = None
        if not hours.quiet_now(point, now):
            left, opens = Say("person_left"), hours.opens_at(point, now)
            if hours.is_open(point, now) or opens is None:
                place = wording.waiting(point, await self.casebook.place(connection, case), None)
                reply = Reply((left, *place.parts), place.choices)
            else:
                reply = wording.kept(point, opens, ask_contact=False, before=(left,))
        return await self.casebook.say(connection, stands, case, reply, edge)

    async def _finish(
        self, connection: AsyncConnection, scope: Scope, case_id: UUID, edge: Edge, phrase: str
    ) -> Outcome:
        case, seen = await self._held(connection, scope, case_id)
        stands = await self.casebook.end(connection, seen, case, edge, _actor(scope))
        return await self.casebook.say(connection, stands, case, wording.say(phrase), edge)

    async def _locked(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[Case, Conversation]:
        """Lock the conversation first, then read the case again: what was read before the lock may be gone."""
        found = await queue.find(connection, scope, case_id)
        seen = await store.load_conversation(connection, found.conversation_id) if found else None
        case = await queue.find(connection, scope, case_id)
        if seen is None or case is None:
            raise NotYours("no such case at this operator's contact points")
        return case, seen

    async def _held(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[Case, Conversation]:
        case, seen = await self._locked(connection, scope, case_id)
        if case.state != State.ASSIGNED or case.operator_id != scope.staff_id:
            raise NotYours("this operator does not hold the case")
        return case, seen


def _actor(scope: Scope) -> str:
    return f"operator:{scope.staff_id}"
