"""Call-backs: what a person says who wants to be called. The number never outlives the call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import Conversation, State
from bot.model.say import Reply
from handoff import callbacks, exits, store, wording
from handoff.bridge import BridgeKind
from handoff.callbacks import CallBack
from handoff.casebook import PERSON
from handoff.desk import Desk
from handoff.machine import Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint
from handoff.outcome import Outcome
from handoff.standing import outcome
from handoff.store import Case

_WORTH_TRYING = timedelta(hours=2)  # of an opening day that is nearly over


@dataclass(frozen=True, slots=True)
class Calls(Desk):
    """Each question is answered in the order in which it is asked; an old tap changes nothing."""

    async def ask(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Ask for the number, if somebody works at the office who can call."""
        asking = await self._asking(connection, seen)
        if isinstance(asking, Outcome):
            return asking
        return Outcome(seen, exits.call_number(self.casebook.office(asking.contact_point)))

    async def number(self, connection: AsyncConnection, seen: Conversation, number: str) -> Outcome:
        """Keep the number sealed and repeat its end; then ask whether the call may be spoken of to whoever picks up."""
        asking = await self._asking(connection, seen)
        if isinstance(asking, Outcome):
            return asking
        now = self.casebook.clock()
        await callbacks.begin(connection, self.casebook.ring, seen.id, asking.id, number, now)
        return Outcome(seen, exits.call_safe(number))

    async def safe(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Note whether it is safe if somebody else picks up; then ask for a time."""
        call = await self._begun(connection, seen)
        if call is None:
            return await self.stale(connection, seen)
        await callbacks.change(connection, call.id, safe_if_other=yes)
        return Outcome(seen, exits.call_when())

    async def when(self, connection: AsyncConnection, seen: Conversation, wish: str) -> Outcome:
        """Leave the wish with the office. Its staff sees that a call is asked for; the number only who takes it."""
        asking, call = await self._asking(connection, seen), await self._begun(connection, seen)
        if isinstance(asking, Outcome):
            return asking
        if call is None or wish not in callbacks.WISHES:
            return await self.stale(connection, seen)
        now, point = self.casebook.clock(), self.casebook.office(asking.contact_point)
        bridge = (await self.casebook.bridge(connection, point.id, asking.locale, self.casebook.card(asking))).kind
        stands = await self.casebook.walk(connection, seen, Edge.ASK_CALL, PERSON, asking.id, contact_point=point.id)
        opens = hours.next_opening(point, now)
        await callbacks.change(connection, call.id, wish=wish, asked_at=now)
        await store.cancel_notices(connection, asking.id)
        await store.update_case(
            connection,
            asking.id,
            contact_point=point.id,
            state=State.CALLBACK,
            opened_at=now if seen.state is State.OFFERED else asking.opened_at,
            deadline_at=call_until(point, now),
            last_word_at=now,
            notices=1,
            bridge=bridge,
        )
        await store.add_notice(connection, asking, "callback", now, opens)
        if bridge is BridgeKind.INTERPRETER and asking.bridge != bridge:
            await store.add_notice(connection, asking, "interpreter", now)
        reply = exits.call_noted(point, now, opens)
        return outcome(stands, Reply((wording.papers(point), *reply.parts), reply.choices), Edge.ASK_CALL)

    async def never_mind(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Forget the number of a call that was not asked for to the end."""
        case = await store.open_case(connection, seen.id)
        if case is not None and await self._begun(connection, seen) is not None:
            await callbacks.finish(connection, case.id, callbacks.CANCELLED, self.casebook.clock())
        if case is not None and seen.state is State.OFFERED:
            card = self.casebook.card(case)
            route = await self.route(connection, card, case.locale, case.topic)
            point = self.casebook.office(case.contact_point)
            return Outcome(seen, await self._offered(connection, point, case, route))
        return await self.stale(connection, seen)

    async def _asking(self, connection: AsyncConnection, seen: Conversation) -> Case | Outcome:
        """Return the case whose office is to call, as it was offered last, or say what is instead."""
        case = await store.open_case(connection, seen.id)
        if case is None or not allows(seen.state, Edge.ASK_CALL):
            return await self.stale(connection, seen)
        card, network = self.casebook.card(case), await self.casebook.staffed(connection)
        refusal = await self.not_now(connection, seen, card, case.topic) if seen.state is State.OFFERED else None
        if refusal is not None:
            return Outcome(seen, refusal)
        point = self.casebook.office(case.contact_point)
        if not network.can_queue(point, self.casebook.clock()) or (card.trusted_only and not point.trusted):
            route = await self.route(connection, card, case.locale, case.topic)
            return Outcome(seen, wording.no_staffed(route, card.country, self.casebook.network_url))
        return case

    async def _begun(self, connection: AsyncConnection, seen: Conversation) -> CallBack | None:
        case = await store.open_case(connection, seen.id)
        call = await callbacks.pending(connection, case.id) if case is not None else None
        return call if call is not None and not call.wish and allows(seen.state, Edge.ASK_CALL) else None


def call_until(point: ContactPoint, now: datetime) -> datetime | None:
    """Return the end of the opening day on which somebody can call: this one, or the next if this one is nearly over."""
    closes = hours.day_closes_at(point, now)
    if closes is None or not hours.is_open(point, now) or closes - now >= _WORTH_TRYING:
        return closes
    return hours.day_closes_at(point, closes)
