"""What happens by itself: nobody takes a case, an operator does not answer, a person falls silent.

All time is opening time of the office that holds the case, and the bot starts no message at night or when it is closed;
the one exception is the sentence at closing that nobody could answer today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import OPEN, WITH_OPERATOR, Conversation, State
from handoff import callbacks, conversations, exits, limits, store, wording
from handoff.calls import call_until
from handoff.casebook import CHAIN, CLOCK, Casebook
from handoff.machine import EDGES, Edge, allows
from handoff.offices import hours
from handoff.offices.contact_point import ContactPoint
from handoff.outcome import Outcome
from handoff.routing import Network
from handoff.standing import Standing
from handoff.store import Case

ANSWER_WITHIN = timedelta(minutes=15)
SILENT_FOR = 3  # opening days
OFFER_LASTS = timedelta(days=1)
WINDOW_LEFT = timedelta(hours=2)  # of WhatsApp's 24
CLOSING_LASTS = timedelta(hours=1)  # a closing missed for longer is not spoken of


class Chore(StrEnum):
    """What is due."""

    OFFER_EXPIRED = "offer_expired"
    OFFICE_LOST = "office_lost"
    CLOSING = "closing"
    NOTICE = "notice"
    NO_REPLY = "no_reply"
    SILENCE_QUESTION = "silence_question"
    SILENCE_CLOSE = "silence_close"
    CALL_MISSED = "call_missed"
    WINDOW_CLOSING = "window_closing"
    LIMIT_OVER = "limit_over"


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose clock ran out, or a conversation whose limit is over (then there is no case)."""

    case_id: UUID | None
    conversation_id: UUID
    chore: Chore


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at all cases has in common. `windows` are those of WhatsApp that close soon, by conversation."""

    now: datetime
    network: Network
    windows: Mapping[UUID, datetime]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Finds what is due and does it, each in a transaction of its own."""

    casebook: Casebook

    async def due(self, connection: AsyncConnection, now: datetime) -> list[Due]:
        """Return the cases whose clock ran out; reads only."""
        found, look = [], await self._look(connection, now)
        for case in await store.cases_in(connection, *OPEN):
            chore = await self._chore(connection, case, look)
            if chore is not None:
                found.append(Due(case.id, case.conversation_id, chore))
        over = await limits.over(connection, now)
        return [*found, *(Due(None, conversation_id, Chore.LIMIT_OVER) for conversation_id in over)]

    async def run(self, connection: AsyncConnection, due: Due) -> Outcome | None:
        """Do one thing that was due; None if it is not due any more or says nothing to the conversation."""
        seen = await conversations.load(connection, due.conversation_id)
        if due.case_id is None:
            return await self._limit_over(connection, seen) if seen is not None else None
        case = await store.case_by_id(connection, due.case_id)
        look = await self._look(connection, self.casebook.clock())
        if seen is None or case is None or await self._chore(connection, case, look) is not due.chore:
            return None
        match due.chore:
            case Chore.OFFER_EXPIRED:
                stands = await self.casebook.end(connection, seen, case, Edge.DECLINE, CLOCK)
                return Outcome(stands, events=(EDGES[Edge.DECLINE].event,))
            case Chore.OFFICE_LOST:
                return await self._office_lost(connection, seen, case)
            case Chore.CLOSING:
                return await self._closing(connection, seen, case)
            case Chore.NOTICE:
                await self._notice(connection, case)
                return None
            case Chore.NO_REPLY:
                return await self._no_reply(connection, seen, case)
            case Chore.SILENCE_QUESTION:
                return await self._silence_question(connection, seen, case)
            case Chore.CALL_MISSED:
                return await self._call_missed(connection, seen, case)
            case Chore.WINDOW_CLOSING:
                return await self._window_closing(connection, seen, case)
        stands = await self.casebook.end(connection, seen, case, Edge.SILENCE_CLOSE, CLOCK)
        return await self.casebook.say(connection, stands, case, wording.say("silence_closed"), Edge.SILENCE_CLOSE)

    async def _look(self, connection: AsyncConnection, now: datetime) -> Look:
        windows = await conversations.closing_windows(connection, now, now + WINDOW_LEFT)
        return Look(now, await self.casebook.staffed(connection), windows)

    async def _chore(self, connection: AsyncConnection, case: Case, look: Look) -> Chore | None:
        point, now = self.casebook.office(case.contact_point), look.now
        if case.state == State.OFFERED:
            return Chore.OFFER_EXPIRED if now - case.opened_at >= OFFER_LASTS else None
        if await self._window_closes(connection, case, point, look):
            return Chore.WINDOW_CLOSING
        if case.state == State.WAITING:
            if case.deadline_at is None or case.deadline_at <= now:
                can_wait = look.network.can_queue(point, now)
                return Chore.CLOSING if can_wait else _by_day(Chore.OFFICE_LOST, point, now)
            since = await store.last_notice_at(connection, case.id) or case.opened_at
            late = hours.opening_time_between(point, since, now) >= ANSWER_WITHIN
            return Chore.NOTICE if late and case.notices < len(CHAIN) else None
        if case.state == State.CALLBACK:
            if not look.network.can_queue(point, now):
                return _by_day(Chore.OFFICE_LOST, point, now)
            return _missed(case.deadline_at, point, now)
        return await self._held_chore(connection, case, point, now) if case.state in WITH_OPERATOR else None

    async def _held_chore(
        self, connection: AsyncConnection, case: Case, point: ContactPoint, now: datetime
    ) -> Chore | None:
        """Who took a call and has done nothing since has an opening day for it, like the office before."""
        if case.state == State.ASSIGNED and case.taken_at is not None and _untouched(case):
            call = await callbacks.pending(connection, case.id)
            missed = _missed(call_until(point, case.taken_at), point, now)
            if call is not None and call.wish and missed is not None:
                return missed
        return _held_chore(case, point, now)

    async def _window_closes(self, connection: AsyncConnection, case: Case, point: ContactPoint, look: Look) -> bool:
        """Tell whether WhatsApp lets us write for less than two hours, the person waits, and they were not told yet."""
        until = look.windows.get(case.conversation_id)
        if until is None or _by_day(Chore.WINDOW_CLOSING, point, look.now) is None:
            return False
        if case.last_word != "person" or case.state not in EDGES[Edge.WINDOW_CLOSING].sources:
            return False
        event = EDGES[Edge.WINDOW_CLOSING].event
        if await store.count_events(connection, case.id, event, since=until - WINDOW_LEFT):
            return False
        return case.state == State.ASSIGNED or look.network.can_queue(point, look.now)

    async def _closing(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome | None:
        """Say once, at closing, that nobody could answer today; then wait for the next opening day."""
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        opens = hours.next_opening(point, now)
        following = hours.day_closes_at(point, now)
        await store.update_case(connection, case.id, deadline_at=following)
        missed = case.deadline_at is None or now - case.deadline_at > CLOSING_LASTS
        if missed or opens is None or hours.quiet_now(point, now):
            return None
        stands = await self.casebook.walk(connection, seen, Edge.NOBODY_ANSWERED, CLOCK, case.id)
        return await self.casebook.say(
            connection, stands, case, wording.nobody_answered(point, opens), Edge.NOBODY_ANSWERED
        )

    async def _office_lost(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome:
        """Nobody works at the office any more: admit it and give addresses instead of a promise."""
        card = self.casebook.card(case)
        route = await Standing(self.casebook).route(connection, card, case.locale, case.topic)
        stands = await self.casebook.end(connection, seen, case, Edge.OFFICE_LOST, CLOCK)
        return await self.casebook.say(
            connection,
            stands,
            case,
            wording.no_staffed(route, card.country, self.casebook.network_url),
            Edge.OFFICE_LOST,
        )

    async def _call_missed(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome:
        """Nobody called within an opening day: erase the number, say so once, and let the question wait on."""
        now, point = self.casebook.clock(), self.casebook.office(case.contact_point)
        await callbacks.finish(connection, case.id, callbacks.MISSED, now)
        stands = await self.casebook.requeue(connection, seen, case, Edge.CALL_MISSED, CLOCK, "repeated")
        opens = hours.next_opening(point, now)
        return await self.casebook.say(connection, stands, case, exits.call_missed(point, opens), Edge.CALL_MISSED)

    async def _window_closing(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome | None:
        """Tell once, two hours before, that WhatsApp will let nobody write until the person does."""
        if seen.window_until is None:
            return None
        stands = await self.casebook.walk(connection, seen, Edge.WINDOW_CLOSING, CLOCK, case.id)
        zone = self.casebook.office(case.contact_point).zone
        reply = exits.window_closing(seen.window_until, zone)
        return await self.casebook.say(connection, stands, case, reply, Edge.WINDOW_CLOSING)

    async def _limit_over(self, connection: AsyncConnection, seen: Conversation) -> Outcome | None:
        """Advisers may be asked again; nobody is told, as the person did not write."""
        if not allows(seen.state, Edge.LIMIT_OVER) or limits.limited(seen, self.casebook.clock()):
            return None
        stands = await self.casebook.walk(connection, seen, Edge.LIMIT_OVER, CLOCK)
        stands = await limits.write(connection, stands, None)
        return Outcome(stands, events=(EDGES[Edge.LIMIT_OVER].event,))

    async def _notice(self, connection: AsyncConnection, case: Case) -> None:
        """Remind the office's staff once, then tell its lead."""
        await store.add_notice(connection, case, CHAIN[case.notices], self.casebook.clock())
        await store.update_case(connection, case.id, notices=case.notices + 1)

    async def _no_reply(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome:
        """The operator does not answer: back to the queue, where colleagues see it. The person is told once."""
        told = await store.count_events(connection, case.id, EDGES[Edge.NO_REPLY].event)
        stands = await self.casebook.requeue(connection, seen, case, Edge.NO_REPLY, CLOCK, "repeated")
        reply = None if told else wording.say("operator_slow")
        return await self.casebook.say(connection, stands, case, reply, Edge.NO_REPLY)

    async def _silence_question(self, connection: AsyncConnection, seen: Conversation, case: Case) -> Outcome:
        stands = await self.casebook.walk(connection, seen, Edge.SILENCE_QUESTION, CLOCK, case.id)
        await store.update_case(connection, case.id, last_word="question", last_word_at=self.casebook.clock())
        return await self.casebook.say(connection, stands, case, wording.still_needed(), Edge.SILENCE_QUESTION)


def _held_chore(case: Case, point: ContactPoint, now: datetime) -> Chore | None:
    """The clock of an operator runs while the last word is the person's, the clock of a person after the operator's."""
    if case.last_word == "person" and case.state == State.ASSIGNED:
        since = max(case.last_word_at, case.taken_at or case.last_word_at)
        late = hours.opening_time_between(point, since, now) >= ANSWER_WITHIN
        return _by_day(Chore.NO_REPLY, point, now) if late else None
    if hours.opening_days_between(point, case.last_word_at, now) < SILENT_FOR:
        return None
    return _by_day(Chore.SILENCE_CLOSE if case.last_word == "question" else Chore.SILENCE_QUESTION, point, now)


def _untouched(case: Case) -> bool:
    """Tell whether neither the operator nor the person wrote since a call was taken."""
    return case.last_word == "operator" and case.taken_at is not None and case.last_word_at <= case.taken_at


def _missed(until: datetime | None, point: ContactPoint, now: datetime) -> Chore | None:
    """Nobody called until then. It is said at closing, or else by day."""
    if until is None or until > now:
        return None
    at_closing = now - until <= CLOSING_LASTS and not hours.quiet_now(point, now)
    return Chore.CALL_MISSED if at_closing else _by_day(Chore.CALL_MISSED, point, now)


def _by_day(chore: Chore, point: ContactPoint, now: datetime) -> Chore | None:
    return None if hours.quiet_now(point, now) or hours.is_open(point, now) is False else chore
