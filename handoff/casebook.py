"""Opens, moves and ends cases. Every edge of a handoff is walked here, with its one event row."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.model.conversation import Conversation, State
from bot.model.ids import new_id
from bot.model.say import Reply
from handoff import callbacks, conversations, safe_contact, shifts, store
from handoff.bridge import Bridge, BridgeKind
from handoff.machine import EDGES, Edge, Position, advance
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint, PointKind
from handoff.outcome import Delivery, Outcome
from handoff.request import Card
from handoff.routing import Network
from handoff.store import Case

NETWORK_URL = "https://www.unionmigrantnet.eu"  # where the network lists all its offices

PERSON = "person"
CLOCK = "clock"
CHAIN = ("waiting", "repeated", "lead")  # the notices of a case that nobody takes

_WAITS_NEEDED = 3  # fewer people than this tell nothing about today's wait
_ROUND_TO = 5  # minutes


@dataclass(frozen=True, slots=True)
class Casebook:
    """What desk, counter and clocks share: the key ring, the network's offices and the time."""

    ring: KeyRing
    directory: Callable[[], Sequence[ContactPoint]]
    clock: Callable[[], datetime]
    network_url: str = NETWORK_URL
    keep_days: int = 90  # how long what an adviser had is kept after the end of the case
    translation: bool = False  # whether a machine may translate between a person and an operator

    async def network(self, connection: AsyncConnection) -> Network:
        """Return the offices, knowing which are staffed at this moment, how busy they are and which languages they speak."""
        there = await shifts.manning(connection, self.clock())
        load = await shifts.loads(connection, there)
        points = there.speaking(self.directory())
        return Network(points, there.staffed, load, there.interpreters, self.translation)

    async def staffed(self, connection: AsyncConnection) -> Network:
        """Return the offices, knowing only which are staffed: enough to tell where a question may be left."""
        return Network(tuple(self.directory()), await shifts.staffed_points(connection, self.clock()))

    async def bridge(self, connection: AsyncConnection, point_id: str, locale: str, card: Card) -> Bridge:
        """Return how an office and a person will understand each other."""
        network = await self.network(connection)
        return network.bridge(network.point(point_id) or self.office(point_id), locale, card.also)

    def office(self, point_id: str) -> ContactPoint:
        """Return an office; one that left the network is known by its id alone, its hours unknown."""
        found = next((point for point in self.directory() if point.id == point_id), None)
        return found or ContactPoint(
            id=point_id, name=point_id, organisation="", kind=PointKind.ASSOCIATION, country="", zone="UTC"
        )

    def card(self, case: Case) -> Card:
        """Open a case's card."""
        return store.read_card(self.ring, case)

    async def walk(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        edge: Edge,
        actor: str,
        case_id: UUID | None = None,
        *,
        contact_point: str = "",
        operator_id: UUID | None = None,
    ) -> Conversation:
        """Walk one edge: the conversation's row with the version check, and the event row.

        Raises EdgeRefused, or LostLease if the conversation changed since it was read as `seen`.
        """
        before = Position(seen.state, seen.contact_point, seen.operator_id, seen.epoch)
        after = advance(before, edge, contact_point=contact_point, operator_id=operator_id)
        now = await conversations.place(connection, seen, after)
        await store.add_event(
            connection,
            conversation_id=seen.id,
            case_id=case_id,
            at=self.clock(),
            edge=EDGES[edge].event,
            from_state=before.state,
            to_state=after.state,
            actor=actor,
            contact_point=after.contact_point or before.contact_point,
            version=now.version,
        )
        return now

    async def write_offer(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        card: Card,
        locale: str,
        topic: str,
        point: ContactPoint,
    ) -> Case:
        """Remember what was offered, in place of an older offer, until the person answers."""
        old = await store.open_case(connection, seen.id)
        if old is not None:
            await callbacks.finish(connection, old.id, callbacks.CANCELLED, self.clock())
            await store.delete_case(connection, old.id)
        now, case_id = self.clock(), new_id()
        case = Case(
            id=case_id,
            conversation_id=seen.id,
            contact_point=point.id,
            state=State.OFFERED,
            locale=locale,
            topic=topic,
            card=store.seal_card(self.ring, case_id, card),
            opened_at=now,
            last_word_at=now,
        )
        await store.insert_case(connection, case)
        return case

    async def rewrite_card(self, connection: AsyncConnection, case: Case, card: Card) -> None:
        """Replace a case's card."""
        await store.update_case(connection, case.id, card=store.seal_card(self.ring, case.id, card))

    async def queue(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        case: Case,
        point: ContactPoint,
        edge: Edge,
        *,
        card: Card | None = None,
        share_from: datetime | None = None,
    ) -> Conversation:
        """Put a case at the end of an office's queue and tell its staff, when the office opens if it is closed."""
        now = self.clock()
        stands = await self.walk(connection, seen, edge, PERSON, case.id, contact_point=point.id)
        await store.cancel_notices(connection, case.id)
        await callbacks.finish(connection, case.id, callbacks.CANCELLED, now)  # the number was for the other office
        moved = replace(case, contact_point=point.id)
        unread = replace(card or self.card(case), read_after=None)
        if point.id != case.contact_point:  # what one office was told, and who was let in there, is not the next one's
            unread = replace(unread, answers={}, transfer="", interpreter="")
        bridge = await self.bridge(connection, point.id, case.locale, unread)
        await store.update_case(
            connection,
            case.id,
            contact_point=point.id,
            state=State.WAITING,
            card=store.seal_card(self.ring, case.id, unread),
            share_from=share_from,
            interpreter_id=None,
            opened_at=now,
            deadline_at=hours.day_closes_at(point, now),
            last_word_at=now,
            notices=1,
            bridge=bridge.kind,
        )
        await store.add_notice(connection, moved, "waiting", now, hours.next_opening(point, now))
        if bridge.kind is BridgeKind.INTERPRETER:
            await store.add_notice(connection, moved, "interpreter", now)
        return stands

    async def requeue(
        self, connection: AsyncConnection, seen: Conversation, case: Case, edge: Edge, actor: str, notice: str
    ) -> Conversation:
        """Give a case back to its office's queue; it keeps its place, and the colleagues are told."""
        now, point = self.clock(), self.office(case.contact_point)
        stands = await self.walk(connection, seen, edge, actor, case.id)
        await store.update_case(
            connection,
            case.id,
            state=State.WAITING,
            operator_id=None,
            deadline_at=hours.day_closes_at(point, now),
            notices=CHAIN.index(notice) + 1,
        )
        await store.add_notice(connection, case, notice, now, hours.next_opening(point, now))
        return stands

    async def end(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        case: Case | None,
        edge: Edge,
        actor: str,
    ) -> Conversation:
        """End a case; an offer that was never accepted is forgotten. What an operator had is kept longer from now."""
        stands = await self.walk(connection, seen, edge, actor, case.id if case else None)
        if case is None:
            return stands
        await store.cancel_notices(connection, case.id)
        await callbacks.finish(connection, case.id, callbacks.CANCELLED, self.clock())
        if case.state == State.OFFERED:
            await store.delete_case(connection, case.id)
            return stands
        now = self.clock()
        reason = EDGES[edge].event
        await store.update_case(connection, case.id, state=store.CLOSED, closed_at=now, close_reason=reason)
        if case.taken_at is not None:
            await conversations.mark_handed_off(connection, seen.id, now)
        return stands

    async def place(self, connection: AsyncConnection, case: Case) -> int:
        """Return a waiting case's place in its office's queue, counted from 1."""
        mine = self._order(case)
        waiting = await store.cases_in(connection, State.WAITING, point_id=case.contact_point)
        return 1 + sum(self._order(other) < mine for other in waiting)

    def _order(self, case: Case) -> tuple[int, datetime, UUID]:
        return self.card(case).rank, case.opened_at, case.id

    async def wait_minutes(self, connection: AsyncConnection, point: ContactPoint) -> int | None:
        """Return how long people waited today in opening time, rounded up; None while too few were taken to tell."""
        now = self.clock()
        midnight = now.astimezone(ZoneInfo(point.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        taken = await store.taken_since(connection, point.id, midnight)
        if len(taken) < _WAITS_NEEDED:
            return None
        minute = timedelta(minutes=1)
        waits = [hours.opening_time_between(point, case.opened_at, case.taken_at or now) / minute for case in taken]
        minutes = median(waits)
        return max(_ROUND_TO, math.ceil(minutes / _ROUND_TO) * _ROUND_TO)

    async def say(
        self, connection: AsyncConnection, stands: Conversation, case: Case, reply: Reply | None, edge: Edge
    ) -> Outcome:
        """Return what an edge that the person did not walk says to them, as far as they allowed later messages."""
        delivery = await safe_contact.delivery(connection, stands, case, self.clock())
        said = reply if delivery is Delivery.SEND else None
        return Outcome(stands, said, delivery=delivery, events=(EDGES[edge].event,))
