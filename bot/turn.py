"""One turn: understand, decide, carry out, reply. Read this file to see what the product does.

A turn takes all waiting messages of a conversation and gives one reply. It reads, then understands and decides with no
transaction open, then writes everything in one transaction that proves the lease and the version it read.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.arrivals import NO_WORDS
from bot.attachments import fetcher
from bot.bus import Bus
from bot.carry_out import Carried, CarryOut
from bot.conversations import Conversations
from bot.db import Database
from bot.dispatch.base import Lease
from bot.hearing import WORDS, Said, answered, decide_all, for_now, group, may_search, question_in, to_call
from bot.inbox import Inbox, Waiting
from bot.model.conversation import WITH_OPERATOR, Conversation, Purpose
from bot.model.errors import LostLease
from bot.model.knowing import Found
from bot.model.say import Reply, Say, Verbatim
from bot.model.understanding import Understanding
from bot.outbox import Outbox
from bot.recorder import Recorder
from bot.replies import Replies
from bot.signals import Signals
from dialogues.decision import Decision, Heard, World
from dialogues.flows.common import PERSON
from dialogues.tracker import Tracker, load
from handoff.callbacks import number_in
from handoff.conversations import load as load_closed
from handoff.outcome import HeldAnswer
from nlu.interpreter import Interpreter

_RASA_PATIENCE = timedelta(seconds=30)


class NotYet(Exception):
    """Rasa is still starting: keep the messages and try again after `delay`."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__()
        self.delay = delay


@dataclass(frozen=True, slots=True)
class Read:
    """What a turn saw before it thought: the conversation, its waiting messages, the tracker, the world."""

    conversation: Conversation
    waiting: tuple[Waiting, ...]
    tracker: Tracker = field(repr=False)
    world: World = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What a turn did, for `converse` and for the log: names and numbers, no words."""

    conversation_id: UUID
    inbox: tuple[UUID, ...]
    outbox: tuple[UUID, ...]
    decision: str
    intent: str
    confidence: float
    article: str
    jurisdiction: str
    sources: tuple[str, ...]
    handoff: str


class Turn:
    """Runs turns. `world` tells what a decision may depend on, `find` what a text (in a locale, from a country) may be
    about; `report` hears what was done."""

    def __init__(
        self, database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox,
        recorder: Recorder, interpreter: Interpreter, carry_out: CarryOut, replies: Replies, bus: Bus, signals: Signals,
        clock: Callable[[], datetime],
        world: Callable[[AsyncConnection, Conversation], Awaitable[World]],
        find: Callable[[str, str, str], Awaitable[tuple[Found, ...]]], report: Callable[[Report], None],
        patience: timedelta = _RASA_PATIENCE,
    ) -> None:  # fmt: skip
        self._database = database
        self._conversations = conversations
        self._inbox = inbox
        self._outbox = outbox
        self._recorder = recorder
        self._interpreter = interpreter
        self._carry_out = carry_out
        self._replies = replies
        self._bus = bus
        self._signals = signals
        self._clock = clock
        self._world = world
        self._find = find
        self._report = report
        self._patience = patience
        self._left_parked = False  # Rasa may be back without its process ever having been away

    async def run(self, lease: Lease) -> None:
        """Take the waiting messages of the leased conversation. Raises LostLease, NotYet, or whatever went wrong."""
        read = await self._read(lease)
        if read is None:
            return
        if read.waiting:
            self._signals.reading(read.conversation, read.waiting[-1])
        said = await self._understand(read)
        decision, parked = decide_all(read.tracker, said, read.world)
        report = await self._write(lease, _without_deferred(read, said), said, decision, parked)
        self._left_parked = self._left_parked or bool(parked)
        self._bus.publish(f"conversation:{lease.conversation_id}")
        self._bus.wake(fetcher.TOPIC)
        self._bus.wake("translation")
        self._report(report)

    async def take_up_parked(self) -> int:
        """Take up the questions that were parked while Rasa was too slow or away, if it answers by now."""
        if not self._left_parked or (await self._interpreter.understand("help")).degraded:
            return 0
        self._left_parked = False
        async with self._database.transaction() as connection:
            return await self._inbox.unpark(connection, self._clock())

    async def _read(self, lease: Lease) -> Read | None:
        async with self._database.reading() as connection:
            conversation = await self._conversations.read(connection, lease.conversation_id)
            if conversation is None:
                return None
            waiting = await self._inbox.take(connection, lease.conversation_id)
            world = await self._world(connection, conversation)
        return Read(conversation, tuple(waiting), load(conversation.tracker), world)

    async def _understand(self, read: Read) -> list[Said]:
        """Return what this turn answers. Raises NotYet when all of it must wait for Rasa."""
        said = [await self._hear(read, rows) for rows in group(read.waiting)]
        now = for_now(said)
        if said and not now:
            raise NotYet(timedelta(seconds=1))
        return now

    async def _hear(self, read: Read, rows: tuple[Waiting, ...]) -> Said:
        last = rows[-1]
        meant = await self._interpret(read, rows) if last.kind in WORDS else None
        heard = Heard(
            kind=last.kind, button=last.button, understanding=meant, city=last.city, country=last.country,
            locale_hint=last.locale_hint, sent_at=rows[0].sent_at, delay=self._clock() - last.sent_at,
            number=number_in(_text(rows)) if last.kind in WORDS else "", message=question_in(rows),
        )  # fmt: skip
        waits = meant is not None and self._waits(read, rows, meant)
        if meant is not None and not waits and read.conversation.state not in WITH_OPERATOR and may_search(meant):
            locale, country = meant.locale or read.tracker.locale, meant.any_country or read.tracker.country
            heard = replace(heard, found=await self._find(_text(rows), locale, country))
        return Said(heard, rows, waits)

    async def _interpret(self, read: Read, rows: tuple[Waiting, ...]) -> Understanding:
        known, hint = read.tracker.locale or None, rows[-1].locale_hint or None
        return await self._interpreter.understand(_text(rows), known, hint, rows[0].sent_at.date())

    def _waits(self, read: Read, rows: tuple[Waiting, ...], meant: Understanding) -> bool:
        """Danger and commands never wait for Rasa; everything else waits while it starts, up to 30 s."""
        hurried = meant.safety or meant.commands or meant.foreign or read.conversation.state in WITH_OPERATOR
        return meant.degraded and not hurried and self._clock() - rows[0].received_at < self._patience

    async def _write(
        self, lease: Lease, read: Read, said: Sequence[Said], decision: Decision, parked: Collection[UUID]
    ) -> Report:
        """Everything of a turn in one transaction: tracker, edges, records, outbox, audit, and the inbox rows' end."""
        now = self._clock()
        async with self._database.transaction() as connection:
            conversation = await self._prove(connection, lease, read)
            answers = {
                row: self._replies.answer(conversation.locale, one) for row, one in answered(said, decision).items()
            }
            await self._recorder.record(connection, conversation, read.waiting, now, answers, to_call(said, decision))
            carried = await self._carry_out.carry_out(connection, conversation, decision, now) if said else Carried()
            await self._recorder.release_files(connection, conversation.id, carried.handoff, now)
            rows = await self._reply(connection, lease, decision, carried, read.waiting, now)
            done = [waiting.id for waiting in read.waiting if waiting.id not in parked]
            finished = await self._inbox.finish(connection, done, "done", now)
            finished += await self._inbox.finish(connection, tuple(parked), "parked", now)
            if finished != len(read.waiting):
                raise LostLease("a message was taken meanwhile")
            await self._release(connection, lease, now)
        return _report(lease, read, said, decision, carried, rows)

    async def _prove(self, connection: AsyncConnection, lease: Lease, read: Read) -> Conversation:
        """The lease must still be ours, and nobody may have taken the conversation since it was read."""
        current = await self._conversations.read(connection, lease.conversation_id, lock=True)
        if current is None or current.fence != lease.fence or current.version != read.conversation.version:
            raise LostLease("lease or version changed")
        return current

    async def _reply(
        self, connection: AsyncConnection, lease: Lease, decision: Decision, carried: Carried,
        waiting: Sequence[Waiting], now: datetime,
    ) -> tuple[UUID, ...]:  # fmt: skip
        """Render what is to be said and queue it; remember what can be tapped, so that a typed 2 is a tap."""
        current = await self._conversations.read(connection, lease.conversation_id)
        if current is None:
            raise LostLease("the conversation was removed meanwhile")
        tracker = decision.tracker
        if carried.forget:
            tracker = Tracker(locale=tracker.locale, locale_chosen=tracker.locale_chosen)
        locale = tracker.locale or "en"
        rows = [await self._hand_over(connection, current, one, locale, now) for one in carried.held]
        answers = min((one.received_at for one in waiting), default=None)
        for reply in carried.replies:
            draft = self._replies.render(replace(reply, locales=decision.locales), locale, carried.purpose)
            rows.append(
                await self._outbox.add(connection, current.id, current.account_id, current.epoch, draft, now, answers)
            )
            tracker = replace(tracker, options=tuple(choice.id for choice in reply.choices))
        await self._conversations.save_tracker(connection, current.id, tracker.dump(), locale)
        return tuple(rows)

    async def _hand_over(
        self, connection: AsyncConnection, conversation: Conversation, held: HeldAnswer, locale: str, now: datetime
    ) -> UUID:
        """Send an operator's words that were kept until the person wrote again; they are on the record already."""
        draft = self._replies.render(Reply((held.phrase or Verbatim(held.text),)), locale, Purpose.OPERATOR)
        file = await self._recorder.file_of(connection, held.message_id)
        draft = replace(draft, recorded=False, attachment_id=file)
        row = await self._outbox.add(
            connection, conversation.id, conversation.account_id, conversation.epoch, draft, now
        )
        await self._conversations.sent_as(connection, held.message_id, row)
        return row

    async def _release(self, connection: AsyncConnection, lease: Lease, now: datetime) -> None:
        """Give the lease back; what arrived meanwhile keeps its own time to be ready, and its hurry."""
        first, urgent = await self._inbox.left(connection, lease.conversation_id)
        values = {
            "lease_holder": None, "lease_until": None, "urgent": urgent, "first_waiting_at": first,
            "ready_at": func.coalesce(t.conversation.c.ready_at, now) if first else None,
        }  # fmt: skip
        await self._conversations.write(connection, lease.conversation_id, values)

    async def bury(self, lease: Lease, row_id: UUID | None) -> None:
        """A message failed three times: dead letter, an honest sentence and a person; the next message goes on.

        Opens neither the tracker nor, if it cannot be opened, the message: either may be the cause. Without a row only
        the lease is given back.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            conversation = await load_closed(connection, lease.conversation_id)
            if conversation is None or conversation.fence != lease.fence:
                return
            message = await self._inbox.read(connection, row_id) if row_id else None
            if row_id and await self._inbox.finish(connection, [row_id], "dead", now, "three failures"):
                await self._recorder.record(connection, conversation, [message] if message else [], now, {})
                await self._admit(connection, conversation, now)
            await self._release(connection, lease, now)
        self._bus.wake("outbox")

    async def _admit(self, connection: AsyncConnection, conversation: Conversation, now: datetime) -> None:
        """Say honestly that a message was not understood, unless a person reads it anyway."""
        if conversation.state in WITH_OPERATOR:
            return
        reply = Reply((Say("turn_failed"),), (PERSON,))
        draft = self._replies.render(reply, conversation.locale or "en", Purpose.HANDOFF)
        await self._outbox.add(connection, conversation.id, conversation.account_id, conversation.epoch, draft, now)


def _text(rows: Sequence[Waiting]) -> str:
    return "\n".join(row.text for row in rows)


def _without_deferred(read: Read, said: Sequence[Said]) -> Read:
    """Leave waiting what this turn does not answer."""
    taken = {row_id for one in said for row_id in one.ids}
    kept = tuple(row for row in read.waiting if row.id in taken or row.kind in NO_WORDS)
    return replace(read, waiting=kept)


def _report(
    lease: Lease, read: Read, said: Sequence[Said], decision: Decision, carried: Carried,
    rows: tuple[UUID, ...],
) -> Report:  # fmt: skip
    meant = next((one.heard.understanding for one in reversed(said) if one.heard.understanding), None)
    return Report(
        lease.conversation_id, tuple(one.id for one in read.waiting), rows, decision.name,
        decision.intent or (meant.intent if meant else ""), meant.confidence if meant else 0.0,
        carried.article, carried.jurisdiction, carried.sources, carried.handoff,
    )  # fmt: skip
