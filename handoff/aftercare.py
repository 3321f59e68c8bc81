"""Around a case: what the person writes meanwhile, what comes after its end, and the end of everything on their word."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation, Purpose, State
from handoff import exits, rating, safe_contact, store, wording
from handoff.casebook import PERSON
from handoff.machine import EDGES, Edge, allows
from handoff.outcome import HeldAnswer, Outcome
from handoff.request import Urgency
from handoff.standing import Standing, outcome, recent_case

_FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Aftercare(Standing):
    """The person's side of a handoff beside the queue."""

    async def person_wrote(self, connection: AsyncConnection, seen: Conversation, at: datetime) -> None:
        """Note that the last word is the person's, for the clocks. To be called for every inbound message.

        The first word that waits for an answer counts, not the last one.
        """
        case = await store.open_case(connection, seen.id)
        if case is not None and case.last_word != "person":
            await store.update_case(connection, case.id, last_word="person", last_word_at=at)

    async def held_answers(self, connection: AsyncConnection, seen: Conversation) -> tuple[HeldAnswer, ...]:
        """Return the operators' words that were kept back; the caller sends them and sets their `outbox_id`.

        To be called when the person writes: whoever held the case goes on with it.
        """
        case = await store.open_case(connection, seen.id)
        if seen.state is State.ANSWER_HELD and case is not None:
            await self.casebook.walk(connection, seen, Edge.DELIVER_HELD, PERSON, case.id)
            await store.update_case(connection, case.id, state=State.ASSIGNED)
        return await safe_contact.held_answers(connection, self.casebook.ring, seen)

    async def continue_ask(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Ask whether an unclear message belongs to the case that ended; no reply if there is none to go on with."""
        case = await recent_case(self.casebook, connection, seen)
        reply = wording.continue_ask(self.casebook.office(case.contact_point)) if case is not None else None
        return Outcome(seen, reply)

    async def continue_same(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Queue the question at the same office again, then ask what may be shown to it."""
        case = await recent_case(self.casebook, connection, seen)
        if case is None or not allows(seen.state, Edge.RESUME):
            return await self.stale(connection, seen)
        point = self.casebook.office(case.contact_point)
        old = self.casebook.card(case)
        refusal = await self.not_now(connection, seen, old, case.topic)
        if refusal is not None:
            return Outcome(seen, refusal)
        urgency = Urgency.NORMAL if old.urgency is Urgency.DANGER else old.urgency
        card = replace(old, offered=(point.id,), urgency=urgency, transfer="", interpreter="")
        fresh = await self.casebook.write_offer(connection, seen, card, case.locale, case.topic, point)
        stands = await self.casebook.queue(connection, seen, fresh, point, Edge.RESUME)
        return outcome(stands, wording.consent(point), Edge.RESUME)

    async def continue_new(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Let the ended case rest: it is not asked about again. The dialogue answers."""
        case = await recent_case(self.casebook, connection, seen)
        if case is not None:
            await store.update_case(connection, case.id, close_reason=_FINISHED)
        return Outcome(seen, purpose=Purpose.BOT)

    async def still_needed(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Go on with a case after the question to a silent person, or end it."""
        case = await store.open_case(connection, seen.id)
        if case is None or seen.state not in WITH_OPERATOR:
            return await self.stale(connection, seen)
        if yes:
            now = self.casebook.clock()
            await store.update_case(connection, case.id, last_word="person", last_word_at=now)
            return Outcome(seen, wording.assigned(self.casebook.office(case.contact_point)))
        stands = await self.casebook.end(connection, seen, case, Edge.CANCEL, PERSON)
        return outcome(stands, wording.say("silence_closed"), Edge.CANCEL)

    async def rate(self, connection: AsyncConnection, seen: Conversation, answer: str) -> Outcome:
        """Keep whether the last case helped, once; who has a new one at an adviser's is not interrupted."""
        if not allows(seen.state, Edge.RATED):
            return await self.stale(connection, seen)
        case = await rating.answer(self.casebook, connection, seen, answer)
        if case is None:
            return await self.stale(connection, seen)
        stands = await self.casebook.walk(connection, seen, Edge.RATED, PERSON, case.id)
        return outcome(stands, exits.rated(answer), Edge.RATED)

    async def stop(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """End the case because the person wants no more messages. The dialogue says the rest."""
        case = await store.open_case(connection, seen.id)
        stands = await self.casebook.end(connection, seen, case, Edge.STOP, PERSON)
        return Outcome(stands, events=(EDGES[Edge.STOP].event,))

    async def delete(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """End the case and erase what every case of this conversation keeps of the person."""
        case = await store.open_case(connection, seen.id)
        stands = await self.casebook.end(connection, seen, case, Edge.DELETE, PERSON)
        await store.erase_cards(connection, seen.id)
        return Outcome(stands, events=(EDGES[Edge.DELETE].event,))
