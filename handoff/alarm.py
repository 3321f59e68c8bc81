"""Danger: the alarm at the desk, and the one true sentence about us. The bot never contacts anybody else."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation, State
from bot.model.say import Say
from handoff import callbacks, conversations, shifts, store, wording
from handoff.casebook import PERSON, Casebook
from handoff.machine import Edge
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint
from handoff.outcome import Danger
from handoff.request import Card, Urgency
from handoff.store import Case

AT_MOST_EVERY = timedelta(minutes=30)

# Only for these may an office read without a yes; the exception is logged.
_TO_LIFE = frozenset(
    {
        "safety/emergency",
        "safety/suicide_self_harm",
        "safety/missing_person",
        "safety/trafficking_exploitation",
        "safety/violence",
    }
)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Works in every state, also while an operator holds the conversation."""

    casebook: Casebook

    async def danger(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        intent: str,
        country: str,
        *,
        city: str = "",
        minor: bool = False,
        written_at: datetime | None = None,
    ) -> Danger:
        """Raise the alarm where it is read, at most once in 30 minutes, and tell the truth about who reads.

        The office that holds the question gets it; else a staffed office that declared to report nobody: one whose
        shift covers this minute, or the one that opens first, where the alert then waits on top. `written_at` is the
        time of the message: in danger to life the office may read from there on.
        """
        now = self.casebook.clock()
        share_from = await self._shown_from(connection, seen, written_at) if intent in _TO_LIFE else None
        card = Card(country=country, city=city, urgency=Urgency.DANGER, trusted_only=True, minor=minor)
        case = await store.open_case(connection, seen.id)
        if case is None or case.state == State.OFFERED:
            reader = await self._on_shift(connection, seen, card) or await self._opens_first(connection, seen, card)
            if reader is None:
                return Danger(seen, Say("truth_nobody"), alarm=False)
            return await self._new(connection, seen, card, reader, share_from)
        holder = self.casebook.office(case.contact_point)
        if case.danger_at is not None and now - case.danger_at < AT_MOST_EVERY:
            truth, also = await self._truth(connection, holder)
            return Danger(seen, truth, alarm=False, also=also)
        if case.state not in WITH_OPERATOR and not await shifts.someone_on_shift(connection, holder, now):
            reader = await self._on_shift(connection, seen, card, without=(holder.id,))
            if reader is not None:
                return await self._to_another(connection, seen, case, reader, share_from)
        return await self._at_holder(connection, seen, case, holder, share_from)

    async def _new(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        card: Card,
        point: ContactPoint,
        share_from: datetime | None,
    ) -> Danger:
        """Put the alert on top of an office's queue, though nobody asked for an adviser."""
        case = await self.casebook.write_offer(connection, seen, card, seen.locale, "safety", point)
        stands = await self.casebook.queue(connection, seen, case, point, Edge.DANGER, share_from=share_from)
        return await self._ring(connection, stands, case, point, share_from)

    async def _to_another(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        case: Case,
        reader: ContactPoint,
        share_from: datetime | None,
    ) -> Danger:
        """Move a waiting question to an office where somebody reads now; danger alone may do so without a yes."""
        urgent = replace(self.casebook.card(case), urgency=Urgency.DANGER)
        call = await callbacks.pending(connection, case.id)
        stands = await self.casebook.queue(
            connection, seen, case, reader, Edge.DANGER, card=urgent, share_from=share_from
        )
        rung = await self._ring(connection, stands, replace(case, contact_point=reader.id), reader, share_from)
        return replace(rung, also=(*rung.also, Say("call_cancelled"))) if call is not None and call.wish else rung

    async def _at_holder(
        self,
        connection: AsyncConnection,
        seen: Conversation,
        case: Case,
        holder: ContactPoint,
        share_from: datetime | None,
    ) -> Danger:
        """Raise a question to the top where it is."""
        edge = Edge.DANGER_WHILE_ASSIGNED if seen.state in WITH_OPERATOR else Edge.DANGER
        stands = await self.casebook.walk(connection, seen, edge, PERSON, case.id)
        if seen.state is State.CALLBACK:
            closes = hours.day_closes_at(holder, self.casebook.clock())
            await store.update_case(connection, case.id, state=State.WAITING, deadline_at=closes)
        urgent = replace(self.casebook.card(case), urgency=Urgency.DANGER)
        await self.casebook.rewrite_card(connection, case, urgent)
        shown_from = share_from if case.share_from is None else None
        if shown_from is not None:
            await store.update_case(connection, case.id, share_from=shown_from)
        return await self._ring(connection, stands, case, holder, shown_from)

    async def _ring(
        self,
        connection: AsyncConnection,
        stands: Conversation,
        case: Case,
        point: ContactPoint,
        shown_from: datetime | None,
    ) -> Danger:
        now = self.casebook.clock()
        await store.update_case(connection, case.id, danger_at=now)
        notices: tuple[UUID, ...] = (await store.add_notice(connection, case, "danger", now),)
        if shown_from is not None:
            await store.add_audit(connection, now, PERSON, "handoff.shown_in_danger", case)
        truth, also = await self._truth(connection, point)
        return Danger(stands, truth, alarm=True, notices=notices, also=also)

    async def _on_shift(
        self, connection: AsyncConnection, seen: Conversation, card: Card, without: tuple[str, ...] = ()
    ) -> ContactPoint | None:
        """Return an office that may be told and where somebody reads now; those above `without` are asked first."""
        now = self.casebook.clock()
        there = await shifts.on_shift(connection, now)
        points = await self._may_be_told(connection, seen, card, without)
        return next((point for point in points if there.get(point.id) and hours.is_open(point, now)), None)

    async def _opens_first(self, connection: AsyncConnection, seen: Conversation, card: Card) -> ContactPoint | None:
        now, points = self.casebook.clock(), await self._may_be_told(connection, seen, card)
        return min(points, key=lambda point: _reads_from(point, now), default=None)

    async def _may_be_told(
        self, connection: AsyncConnection, seen: Conversation, card: Card, without: tuple[str, ...] = ()
    ) -> tuple[ContactPoint, ...]:
        """Return the offices that may hear of a danger without being chosen by the person: none outside the EU."""
        network = await self.casebook.network(connection)
        now = self.casebook.clock()
        route = network.choose(
            card.country,
            card.city,
            seen.locale,
            "",
            now,
            True,
            minor=card.minor,
            without=without,
            urgency=Urgency.DANGER,
        )
        return tuple(point for point in route.staffed if point.in_eu)

    async def _shown_from(
        self, connection: AsyncConnection, seen: Conversation, written_at: datetime | None
    ) -> datetime:
        """Return since when the office may read: never so late that the very message of the danger is left out."""
        last = await conversations.last_words_at(connection, seen.id)
        return min(at for at in (last, written_at, self.casebook.clock()) if at is not None)

    async def _truth(self, connection: AsyncConnection, point: ContactPoint) -> tuple[Say, tuple[Say, ...]]:
        now = self.casebook.clock()
        if await shifts.someone_on_shift(connection, point, now):
            return Say("truth_told", {"office": point.name}), wording.demonstration(point)
        opens = hours.next_opening(point, now)
        if opens is None:
            return Say("truth_nobody"), ()
        return Say("truth_before", {"opening": wording.opening(point, opens)}), ()


def _reads_from(point: ContactPoint, now: datetime) -> datetime:
    return now if hours.is_open(point, now) else hours.opens_at(point, now) or _NEVER
