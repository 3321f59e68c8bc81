"""What a person can do in a handoff, as a turn carries it out: on an open transaction, one reply at most.

A choice may be tapped long after it was shown. Where its edge does not leave the present state, nothing is changed and
the person is told how the question stands; while an operator holds the conversation the bot says nothing instead.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import HELD, WITH_OPERATOR, Conversation, Purpose, State
from bot.model.say import Choice, Reply
from handoff import conversations, limits, safe_contact, store, wording
from handoff.casebook import CLOCK, PERSON
from handoff.machine import EDGES, Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint
from handoff.outcome import Outcome
from handoff.request import Card, Request, card_for, request_from
from handoff.routing import Route
from handoff.standing import Standing, outcome
from handoff.store import Case


@dataclass(frozen=True, slots=True)
class Desk(Standing):
    """The person's side of a handoff."""

    async def offer(
        self, connection: AsyncConnection, seen: Conversation, request: Request, *, abroad: bool = False
    ) -> Outcome:
        """Offer the office that fits best, or give addresses and say that nobody answers here.

        `abroad`: the person chose to ask an adviser of another country, as nobody of the country of the problem answers.
        """
        if seen.state is State.LIMITED and not limits.limited(seen, self.casebook.clock()):
            seen = await self.casebook.walk(connection, seen, Edge.LIMIT_OVER, CLOCK)  # its own clock is late
        if not allows(seen.state, Edge.OFFER):
            return await self.stale(connection, seen)
        card = card_for(request)
        refusal = await self.not_now(connection, seen, card, request.topic)
        if refusal is not None:
            return Outcome(await self._withdraw_offer(connection, seen), refusal)
        route = await self.route(connection, card, request.locale, request.topic)
        others = () if route.staffed else await self._abroad(connection, card, request.locale, request.topic)
        route = Route(others, route.listed) if abroad and others else route
        if not route.staffed:
            stands = await self._withdraw_offer(connection, seen)
            reply = wording.no_staffed(route, request.country, self.casebook.network_url, abroad=bool(others))
            return Outcome(stands, reply, needs_country=not route.listed and not request.country)
        point = route.staffed[0]
        card = replace(card, offered=(point.id,))
        case = await self.casebook.write_offer(connection, seen, card, request.locale, request.topic, point)
        stands = await self.casebook.walk(connection, seen, Edge.OFFER, PERSON, case.id)
        reply = await self._offered(connection, point, case, route)
        return outcome(stands, reply, Edge.OFFER)

    async def another(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Offer the next office; who waits keeps the place until another office is accepted."""
        case = await store.open_case(connection, seen.id)
        if case is None or not allows(seen.state, Edge.ANOTHER_OFFICE):
            return await self.stale(connection, seen)
        card = self.casebook.card(case)
        refused = {*card.offered, case.contact_point}
        route = await self.route(connection, card, case.locale, case.topic, without=refused)
        stay = wording.WAIT if seen.state is State.WAITING else wording.NO
        if not route.staffed:
            return await self._no_other(connection, seen, case, route, stay)
        point = route.staffed[0]
        await self.casebook.rewrite_card(connection, case, replace(card, offered=(*card.offered, point.id)))
        if seen.state is State.OFFERED:
            await store.update_case(connection, case.id, contact_point=point.id)
        stands = await self.casebook.walk(connection, seen, Edge.ANOTHER_OFFICE, PERSON, case.id)
        reply = await self._offered(connection, point, case, route, stay)
        return outcome(stands, reply, Edge.ANOTHER_OFFICE)

    async def accept(self, connection: AsyncConnection, seen: Conversation, point_id: str) -> Outcome:
        """Queue the question at an office that was offered by name, then ask what may be shown to it."""
        entered = await self._enter(connection, seen, point_id, None)
        if isinstance(entered, Outcome):
            return entered
        return outcome(entered, wording.consent(self.casebook.office(point_id)), Edge.ACCEPT)

    async def leave_question(
        self, connection: AsyncConnection, seen: Conversation, written_at: datetime | None = None
    ) -> Outcome:
        """Leave the question with the closed office that was offered last.

        `written_at` is the time of a question written after "Write your question now": the office may read from there
        on. Without it what was written before is kept for them, after asking.
        """
        case = await store.open_case(connection, seen.id)
        point_id = self._offered_last(case) if case else ""
        entered = await self._enter(connection, seen, point_id, written_at)
        if isinstance(entered, Outcome):
            return entered
        if written_at is None:
            return outcome(entered, wording.consent(self.casebook.office(point_id)), Edge.ACCEPT)
        return outcome(entered, await self.place(connection, entered, say_papers=True), Edge.ACCEPT)

    async def share(self, connection: AsyncConnection, seen: Conversation, yes: bool) -> Outcome:
        """Note whether the office may read what was written to the bot, then tell the place in the queue.

        Never shown by this yes: what was said while another office had the conversation. An old answer means nothing
        for an office that a danger led to: nobody asked about that one.
        """
        edge = Edge.SHARE_YES if yes else Edge.SHARE_NO
        case = await store.open_case(connection, seen.id)
        if case is None or not allows(seen.state, edge) or case.contact_point not in self.casebook.card(case).offered:
            return await self.stale(connection, seen)
        stands = await self.casebook.walk(connection, seen, edge, PERSON, case.id)
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        if yes:
            await store.update_case(connection, case.id, share_from=await self._shown_from(connection, case) or now)
        elif seen.state in (State.WAITING, State.CALLBACK):
            # The closed office reads what is written after "Write your question now"; an open one from the take on.
            await store.update_case(connection, case.id, share_from=None if hours.is_open(point, now) else now)
        if seen.state in WITH_OPERATOR:
            return outcome(stands, None, edge)
        opens = hours.next_opening(point, now)
        if not yes and opens is not None and seen.state is State.WAITING:
            return outcome(stands, wording.closed(point, opens, (wording.CALL, wording.ADDRESS, wording.CANCEL)), edge)
        return outcome(stands, await self.place(connection, stands), edge)

    async def _shown_from(self, connection: AsyncConnection, case: Case) -> datetime | None:
        """Return since when nobody of another office had the conversation, be it in this very case."""
        ended = await store.last_closed_case(connection, case.conversation_id, not_at=case.contact_point)
        heard = await store.heard_elsewhere_until(connection, case.conversation_id, case.contact_point)
        known = [at for at in (ended.closed_at if ended else None, heard) if at is not None]
        return max(known) if known else await conversations.first_words_at(connection, case.conversation_id)

    async def decline(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Take no office."""
        if not allows(seen.state, Edge.DECLINE):
            return await self.stale(connection, seen)
        case = await store.open_case(connection, seen.id)
        stands = await self.casebook.end(connection, seen, case, Edge.DECLINE, PERSON)
        return outcome(stands, wording.say("not_connected"), Edge.DECLINE, Purpose.BOT)

    async def address(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Show where the office is that holds the question or was offered; without an address, the nearest others too."""
        case = await store.open_case(connection, seen.id)
        if case is None or seen.state in WITH_OPERATOR:
            return await self.stale(connection, seen)
        card, last = self.casebook.card(case), self._offered_last(case)
        points = tuple(self.casebook.office(point_id) for point_id in dict.fromkeys((case.contact_point, last)))
        if not any(point.address for point in points):
            route = await self.route(connection, card, case.locale, case.topic)
            points = (*points, *(listed for listed in route.listed if listed not in points))
        if seen.state in HELD:
            return Outcome(seen, wording.addresses(points, (wording.CANCEL,)))
        is_open = hours.is_open(points[0], self.casebook.clock())
        choices = (wording.ask_them(points[0]) if is_open else wording.LEAVE, wording.CALL, wording.ASK_ME)
        return Outcome(seen, wording.addresses(points, choices))

    async def wait(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Stay in the queue; the first time, ask whether we may write when the answer comes."""
        if seen.state not in (State.WAITING, State.CALLBACK):
            return await self.stale(connection, seen)
        return Outcome(seen, await self.place(connection, seen))

    async def contact(self, connection: AsyncConnection, seen: Conversation, answer: str) -> Outcome:
        """Store whether we may write later: yes, sign or no."""
        if answer not in safe_contact.ANSWERS:
            return await self.stale(connection, seen)
        await safe_contact.save_contact_answer(connection, seen, answer, self.casebook.clock())
        if seen.state in WITH_OPERATOR:
            return Outcome(seen)
        closed = seen.state is State.WAITING and not hours.is_open(
            self.casebook.office(seen.contact_point), self.casebook.clock()
        )
        return Outcome(seen, wording.contact_saved(closed=closed))

    async def cancel(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Take the question or the wish to be called back, in any state."""
        edge = Edge.CALL_CANCELLED if seen.state is State.CALLBACK else Edge.CANCEL
        if not allows(seen.state, edge):
            return await self.stale(connection, seen)
        case = await store.open_case(connection, seen.id)
        stands = await self.casebook.end(connection, seen, case, edge, PERSON)
        return outcome(stands, wording.say(EDGES[edge].event), edge)

    async def _enter(
        self, connection: AsyncConnection, seen: Conversation, point_id: str, share_from: datetime | None
    ) -> Conversation | Outcome:
        """Queue the case at an office that was offered, or say what is instead."""
        case = await store.open_case(connection, seen.id)
        if case is None or not allows(seen.state, Edge.ACCEPT):
            return await self.stale(connection, seen)
        card = self.casebook.card(case)
        if point_id not in card.offered or seen.contact_point == point_id:
            return await self.stale(connection, seen)
        refusal = await self.not_now(connection, seen, card, case.topic)
        if refusal is not None:
            return Outcome(await self._withdraw_offer(connection, seen), refusal)
        network = await self.casebook.network(connection)
        point = network.point(point_id)
        fits = point is not None and network.can_queue(point, self.casebook.clock())
        if point is None or not fits or (card.trusted_only and not point.trusted):
            if seen.state is State.WAITING:
                return await self.status(connection, seen)
            return await self.offer(connection, seen, request_from(card, case.locale, case.topic))
        return await self.casebook.queue(connection, seen, case, point, Edge.ACCEPT, share_from=share_from)

    async def _withdraw_offer(self, connection: AsyncConnection, seen: Conversation) -> Conversation:
        if seen.state is not State.OFFERED:
            return seen
        case = await store.open_case(connection, seen.id)
        return await self.casebook.end(connection, seen, case, Edge.DECLINE, PERSON)

    async def _no_other(
        self, connection: AsyncConnection, seen: Conversation, case: Case, route: Route, stay: Choice
    ) -> Outcome:
        """There is no other office to ask: show addresses, or the same office once more."""
        if seen.state is State.WAITING:
            reply = wording.elsewhere(route.listed, (stay, wording.CANCEL)) if route.listed else None
            return Outcome(seen, reply or await self.place(connection, seen))
        point = self.casebook.office(self._offered_last(case))
        network, card = await self.casebook.network(connection), self.casebook.card(case)
        if not network.can_queue(point, self.casebook.clock()):
            return await self.offer(connection, seen, request_from(card, case.locale, case.topic))
        again = await self._offered(connection, point, case, route)
        if not route.listed:
            return Outcome(seen, again)
        return Outcome(seen, wording.elsewhere(route.listed, (again.choices[0], stay)))

    async def _offered(
        self, connection: AsyncConnection, point: ContactPoint, case: Case, route: Route, refusal: Choice = wording.NO
    ) -> Reply:
        """Offer one office, with all that must be known before waiting: where it is, and how they understand each other."""
        card = self.casebook.card(case)
        bridge = await self.casebook.bridge(connection, point.id, case.locale, card)
        before = wording.in_another_country(point, card.country, route.listed)
        now = self.casebook.clock()
        return wording.offer(point, bridge, now, minor=card.minor, refusal=refusal, before=before)

    async def _abroad(
        self, connection: AsyncConnection, card: Card, locale: str, topic: str
    ) -> tuple[ContactPoint, ...]:
        network, now = await self.casebook.network(connection), self.casebook.clock()
        return network.abroad(
            card.country, locale, topic, now, card.trusted_only, minor=card.minor, also=card.also, urgency=card.urgency
        )

    def _offered_last(self, case: Case) -> str:
        return (self.casebook.card(case).offered or (case.contact_point,))[-1]
