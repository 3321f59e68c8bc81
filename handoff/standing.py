"""How a conversation stands at the desk, as the person is told it; what every wish of theirs can fall back on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import HELD, WITH_OPERATOR, Conversation, Purpose, State
from bot.model.say import Reply, Say
from handoff import callbacks, exits, limits, safe_contact, shifts, store, wording
from handoff.casebook import Casebook
from handoff.machine import EDGES, Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import EVERYWHERE, ContactPoint
from handoff.outcome import Outcome, Situation
from handoff.phrasebook import record
from handoff.request import Card
from handoff.routing import Network, Route
from handoff.store import Case

RECENT = timedelta(days=14)

# Nobody works there any more, nobody has it, or a question stands at the end: then who sees it is not said.
_NOT_TOLD = (Say("no_pass_on"), Say("status_none"), Say("contact_later"))

_RESUMABLE = tuple(EDGES[edge].event for edge in (Edge.CLOSE, Edge.GIVE_BACK, Edge.SILENCE_CLOSE, Edge.CALL_DONE))


@dataclass(frozen=True, slots=True)
class Standing:
    """Reads only."""

    casebook: Casebook

    async def situation(self, connection: AsyncConnection, seen: Conversation, country: str = "") -> Situation:
        """Tell how the conversation stands, for the dialogue."""
        now = self.casebook.clock()
        there = await shifts.manning(connection, now)
        network = Network(tuple(self.casebook.directory()), there.staffed)
        case = await store.open_case(connection, seen.id)
        staffed = any(
            network.can_queue(point, now)
            for point in network.points
            if not country or point.country in (country, EVERYWHERE)
        )
        if case is None:
            ended = await _ended_lately(self.casebook, connection, seen)
            recent = _asked_again(self.casebook, network, ended) if ended is not None else None
            return Situation(seen.state, staffed=staffed, recent=recent)
        office = self.casebook.office(case.contact_point)
        is_open = bool(hours.is_open(office, now))
        return Situation(
            seen.state,
            case_id=case.id,
            office=office,
            place=await self.casebook.place(connection, case) if seen.state is State.WAITING else 0,
            is_open=is_open,
            opening=hours.next_opening(office, now),
            someone_on_shift=there.reads_now(office, now),
            awaits_question=seen.state is State.OFFERED and not is_open,
            staffed=staffed,
            danger_at=case.danger_at,
            asked=await record.asked(connection, self.casebook.ring, seen.id) if seen.state in WITH_OPERATOR else (),
        )

    async def status(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Tell what is happening with the question, who can read it and how long it is kept; works in every state."""
        stands = await self.stands(connection, seen)
        if stands.reply is None or seen.state not in HELD or any(part in _NOT_TOLD for part in stands.reply.parts):
            return stands
        office = self.casebook.office(seen.contact_point).name
        kept = Say("who_sees", {"office": office, "days": self.casebook.keep_days})
        return replace(stands, reply=replace(stands.reply, parts=(*stands.reply.parts, kept)))

    async def stands(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Tell how the question stands."""
        if seen.state in WITH_OPERATOR:
            return Outcome(seen, wording.assigned(self.casebook.office(seen.contact_point)))
        if seen.state in HELD:
            return Outcome(seen, await self.place(connection, seen))
        if limits.limited(seen, self.casebook.clock()):
            return Outcome(seen, await self.limited(connection, seen))
        return Outcome(seen, wording.say("status_none"), purpose=Purpose.BOT)

    async def stale(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Answer a choice that came too late: how the question stands, or nothing while a person has it."""
        return Outcome(seen) if seen.state in WITH_OPERATOR else await self.stands(connection, seen)

    async def place(self, connection: AsyncConnection, seen: Conversation, *, say_papers: bool = False) -> Reply:
        """Tell where a question stands that nobody has yet; no promise in the name of an office that nobody works at."""
        case = await store.open_case(connection, seen.id)
        if case is None:
            return wording.say("status_none")
        now, network = self.casebook.clock(), await self.casebook.staffed(connection)
        point, card = self.casebook.office(case.contact_point), self.casebook.card(case)
        if not network.can_queue(point, now):
            route = await self.route(connection, card, case.locale, case.topic)
            return wording.no_staffed(route, card.country, self.casebook.network_url)
        opens = hours.next_opening(point, now)
        if seen.state is State.CALLBACK:
            reply = exits.call_noted(point, now, opens)
        elif opens is None:
            minutes = await self.casebook.wait_minutes(connection, point)
            reply = wording.waiting(point, await self.casebook.place(connection, case), minutes)
        else:
            asked = await safe_contact.contact_answer(connection, seen)
            call = await callbacks.pending(connection, case.id) is None
            reply = wording.kept(point, opens, ask_contact=not asked, ask_call=call)
        return Reply((wording.papers(point), *reply.parts), reply.choices) if say_papers else reply

    async def not_now(self, connection: AsyncConnection, seen: Conversation, card: Card, topic: str) -> Reply | None:
        """Say why no office may be asked for this person now, and where they can go; None if one may."""
        now = self.casebook.clock()
        if limits.limited(seen, now):
            return await self.limited(connection, seen)
        free = await limits.free_from(connection, seen, now)
        if free is None:
            return None
        route = await self.route(connection, card, seen.locale, topic)
        zone = next((point.zone for point in addresses(route)), "UTC")
        return exits.limited("asked_too_often", free, zone, addresses(route))

    async def limited(self, connection: AsyncConnection, seen: Conversation) -> Reply:
        """Say until when no adviser answers this person, and which offices they can go to or call."""
        case = await store.last_closed_case(connection, seen.id)
        card = self.casebook.card(case) if case is not None else Card()
        zone = self.casebook.office(case.contact_point).zone if case is not None else "UTC"
        until = seen.limited_until or self.casebook.clock()
        route = await self.route(connection, card, seen.locale, case.topic if case is not None else "")
        return exits.limited("limited_until", until, zone, addresses(route))

    async def route(
        self, connection: AsyncConnection, card: Card, locale: str, topic: str, without: Iterable[str] = ()
    ) -> Route:
        """Return the offices for what a card says."""
        network = await self.casebook.network(connection)
        return network.route(card, locale, topic, self.casebook.clock(), without)


async def recent_case(casebook: Casebook, connection: AsyncConnection, seen: Conversation) -> Case | None:
    """Return the case that ended within 14 days, if its office can still be asked and the person did not let it rest."""
    case = await _ended_lately(casebook, connection, seen)
    if case is None:
        return None
    return case if _asked_again(casebook, await casebook.staffed(connection), case) is not None else None


async def _ended_lately(casebook: Casebook, connection: AsyncConnection, seen: Conversation) -> Case | None:
    now = casebook.clock()
    if not allows(seen.state, Edge.RESUME) or limits.limited(seen, now):
        return None
    case = await store.last_closed_case(connection, seen.id)
    if case is None or case.closed_at is None or now - case.closed_at > RECENT:
        return None
    if case.close_reason not in _RESUMABLE or case.card is None:
        return None
    return case


def _asked_again(casebook: Casebook, network: Network, case: Case) -> ContactPoint | None:
    """Return the office of a case that ended, if a question may be left there still."""
    point = network.point(case.contact_point)
    if point is None or not network.can_queue(point, casebook.clock()):
        return None
    return point if point.trusted or not casebook.card(case).trusted_only else None


def addresses(route: Route) -> tuple[ContactPoint, ...]:
    """Return real offices to go to or to call, also those whose advisers answer here."""
    return tuple(point for point in (*route.listed, *route.staffed) if not point.demo)[:3]


def outcome(stands: Conversation, reply: Reply | None, edge: Edge, purpose: Purpose = Purpose.HANDOFF) -> Outcome:
    """Return what one edge did."""
    return Outcome(stands, reply, purpose=purpose, events=(EDGES[edge].event,))
