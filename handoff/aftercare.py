"""Around a case: what the person writes meanwhile, what comes after its end, and the end of everything on their word."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, Purpose, State
from handoff import safe_contact, store, wording
from handoff.casebook import PERSON, Casebook
from handoff.machine import EDGES, Edge, allows
from handoff.outcome import HeldAnswer, Outcome
from handoff.request import Urgency
from handoff.store import Case

RECENT = timedelta(days=14)

_RESUMABLE = ("closed", "given_back", "silence_closed")
_FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Aftercare:
    """The person's side of a handoff beside the queue."""

    casebook: Casebook

    async def person_wrote(self, connection: AsyncConnection, seen: Conversation, at: datetime) -> None:
        """Note that the last word is the person's, for the clocks. To be called for every inbound message.

        The first word that waits for an answer counts, not the last one.
        """
        case = await store.open_case(connection, seen.id)
        if case is not None and case.last_word != "person":
            await store.update_case(connection, case.id, last_word="person", last_word_at=at)

    async def held_answers(self, connection: AsyncConnection, seen: Conversation) -> tuple[HeldAnswer, ...]:
        """Return the operators' words that were kept back; the caller sends them and sets their `outbox_id`."""
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
            return Outcome(seen)
        point = self.casebook.office(case.contact_point)
        old = self.casebook.card(case)
        urgency = Urgency.NORMAL if old.urgency is Urgency.DANGER else old.urgency
        card = replace(old, offered=(point.id,), urgency=urgency)
        fresh = await self.casebook.write_offer(connection, seen, card, case.locale, case.topic, point)
        stands = await self.casebook.queue(connection, seen, fresh, point, Edge.RESUME)
        return Outcome(stands, wording.consent(point), events=(EDGES[Edge.RESUME].event,))

    async def continue_new(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Let the ended case rest: it is not asked about again. The dialogue answers."""
        case = await store.last_closed_case(connection, seen.id)
        if case is not None:
            await store.update_case(connection, case.id, close_reason=_FINISHED)
        return Outcome(seen, purpose=Purpose.BOT)

    async def still_needed(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Go on with a case after the question to a silent person, or end it."""
        case = await store.open_case(connection, seen.id)
        if case is None or seen.state is not State.ASSIGNED:
            return Outcome(seen)
        if yes:
            now = self.casebook.clock()
            await store.update_case(connection, case.id, last_word="person", last_word_at=now)
            return Outcome(seen, wording.assigned(self.casebook.office(case.contact_point)))
        stands = await self.casebook.end(connection, seen, case, Edge.CANCEL, PERSON)
        return Outcome(stands, wording.say("silence_closed"), events=(EDGES[Edge.CANCEL].event,))

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


async def recent_case(casebook: Casebook, connection: AsyncConnection, seen: Conversation) -> Case | None:
    """Return the case that ended within 14 days, if its office can still be asked and the person did not let it rest."""
    if not allows(seen.state, Edge.RESUME):
        return None
    case, now = await store.last_closed_case(connection, seen.id), casebook.clock()
    if case is None or case.closed_at is None or now - case.closed_at > RECENT:
        return None
    if case.close_reason not in _RESUMABLE or case.card is None:
        return None
    network = await casebook.network(connection)
    point = network.point(case.contact_point)
    if point is None or not network.can_queue(point, now) or (casebook.card(case).trusted_only and not point.trusted):
        return None
    return case
