"""What operators do: take, answer, give back, close, go away. On an open transaction; the caller sends what comes back."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation, Purpose, State
from bot.model.say import Reply, Say, Verbatim
from handoff import callbacks, conversations, exits, phrasebook, safe_contact, shifts, store, wording
from handoff.machine import EDGES, Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import Scope
from handoff.operators import notes, queue
from handoff.operators.calling import Calling
from handoff.operators.holding import actor, locked
from handoff.operators.muting import Muting
from handoff.operators.passing import Passing
from handoff.outcome import AlreadyTaken, Delivery, Outcome
from handoff.store import Case


class Counter(Calling, Passing, Muting):
    """The operators' side of a handoff."""

    __slots__ = ()

    async def take(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome | AlreadyTaken:
        """Take a case that waits for an answer or a call: from now on the operator reads and answers, the bot is silent.

        In one transaction: the case and the conversation change owner, the bot's unsent texts are cancelled, the epoch
        rises, the take is logged. Raises NotYours outside the scope.
        """
        case, seen = await self._locked(connection, scope, case_id)
        if not allows(seen.state, Edge.TAKE):
            return AlreadyTaken(case.operator_id if case.state in WITH_OPERATOR else None)
        now, staff = self.casebook.clock(), scope.staff_id
        stands = await self.casebook.walk(connection, seen, Edge.TAKE, actor(scope), case.id, operator_id=staff)
        await store.update_case(
            connection,
            case.id,
            state=State.ASSIGNED,
            operator_id=staff,
            taken_at=now,
            deadline_at=None,
            last_word="operator" if seen.state is State.CALLBACK else "person",
            last_word_at=now,
        )
        card = self.casebook.card(case)
        if card.read_after is None:
            last = await conversations.last_record(connection, seen.id)
            await self.casebook.rewrite_card(connection, case, replace(card, read_after=last))
        await store.cancel_notices(connection, case.id)
        await conversations.cancel_bot_texts(connection, seen.id, now)
        await store.add_audit(connection, now, actor(scope), "handoff.take", case)
        point = self.casebook.office(case.contact_point)
        joined = exits.call_taken(point) if seen.state is State.CALLBACK else wording.joined(point)
        if await callbacks.pending(connection, case.id) is not None:
            await store.add_audit(connection, now, actor(scope), "handoff.call_taken", case)
        return replace(await self.casebook.say(connection, stands, case, joined, Edge.TAKE), epoch_up=True)

    async def reply(self, connection: AsyncConnection, scope: Scope, case_id: UUID, text: str) -> Outcome:
        """Answer the person. `delivery` says whether the words may go out now.

        SEND: the reply holds the words. SIGN and HOLD: the caller puts `kept` on the record without an outbox row, and the
        conversation waits as `held`; `Aftercare.held_answers` gives the words, in order, when the person writes again.
        """
        return await self._answer(connection, scope, case_id, Reply((Verbatim(text),)))

    async def say_phrase(
        self, connection: AsyncConnection, scope: Scope, case_id: UUID, phrase_id: str, fields: Mapping[str, str]
    ) -> Outcome:
        """Answer with a sentence of the phrasebook, in the person's language.

        Raises KeyError for a sentence that there is none, BadField for a field that is missing or cannot be used.
        """
        phrase = phrasebook.load().phrase(phrase_id, fields)
        return await self._answer(connection, scope, case_id, Reply((phrase,)))

    async def _answer(self, connection: AsyncConnection, scope: Scope, case_id: UUID, words: Reply) -> Outcome:
        case, seen = await self._speaking(connection, scope, case_id)
        now = self.casebook.clock()
        delivery = await safe_contact.delivery(connection, seen, case, now)
        if delivery is Delivery.SEND and await safe_contact.any_held(connection, seen):
            delivery = Delivery.HOLD  # never before what was written earlier
        holds = delivery is not Delivery.SEND and allows(seen.state, Edge.HOLD_ANSWER)
        edge = Edge.HOLD_ANSWER if holds else Edge.REPLY
        stands = await self.casebook.walk(connection, seen, edge, actor(scope), case.id)
        await store.update_case(connection, case.id, state=stands.state, last_word="operator", last_word_at=now)
        purpose = Purpose.OPERATOR if delivery is Delivery.SEND else Purpose.HANDOFF
        said = {Delivery.SEND: words, Delivery.SIGN: wording.say("neutral_sign")}.get(delivery)
        kept = words if delivery is not Delivery.SEND else None
        return Outcome(stands, said, purpose=purpose, delivery=delivery, events=(EDGES[edge].event,), kept=kept)

    async def _speaking(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> tuple[Case, Conversation]:
        """Return a case that this member of staff may write in: its operator, or the interpreter the person let in."""
        return await locked(
            connection,
            lambda: queue.readable(connection, scope, case_id),
            otherwise="this operator does not hold the case",
        )

    async def add_note(self, connection: AsyncConnection, scope: Scope, case_id: UUID, text: str) -> Outcome:
        """Leave a note for who has the case now or later; the person never sees it."""
        case, seen = await self._speaking(connection, scope, case_id)
        now = self.casebook.clock()
        await notes.add(connection, self.casebook.ring, case.id, scope.staff_id, text, now)
        await store.add_audit(connection, now, actor(scope), "handoff.note", case)
        return Outcome(seen)

    async def give_back(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """Leave the conversation to the bot."""
        case, seen = await self._held(connection, scope, case_id)
        return await self._end(connection, seen, case, scope, Edge.GIVE_BACK, wording.say("person_left"))

    async def close(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        """Close the case."""
        case, seen = await self._held(connection, scope, case_id)
        return await self._end(connection, seen, case, scope, Edge.CLOSE, wording.say("conversation_closed"))

    async def set_away(self, connection: AsyncConnection, scope: Scope, away: bool) -> tuple[Outcome, ...]:
        """Note that the operator is away or back. Who goes away gives every case back to the queue; colleagues are told."""
        await shifts.set_staff_away(connection, scope.staff_id, away)
        cases = await queue.held(connection, scope) if away else []
        return tuple([await self._leave(connection, scope, case.id) for case in cases])

    async def _leave(self, connection: AsyncConnection, scope: Scope, case_id: UUID) -> Outcome:
        case, seen = await self._held(connection, scope, case_id)
        edge = Edge.OPERATOR_AWAY
        stands = await self.casebook.requeue(connection, seen, case, edge, actor(scope), "waiting")
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        reply: Reply | None = None
        if not hours.quiet_now(point, now):
            left, opens = Say("person_left"), hours.next_opening(point, now)
            if opens is None:
                place = wording.waiting(point, await self.casebook.place(connection, case), None)
                reply = Reply((left, *place.parts), place.choices)
            else:
                reply = wording.kept(point, opens, ask_contact=False, before=(left,))
        return await self.casebook.say(connection, stands, case, reply, edge)
