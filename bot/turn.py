"""One turn: understand, decide, carry out, reply. Read this file to see what the product does.

A turn takes all waiting messages of a conversation and gives one reply. It reads, then understands and decides with no
transaction open, then writes everything in one transaction that proves the lease and the version it read.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bus import Bus
from bot.carry_out import Carried, CarryOut
from bot.conversations import Conversations
from bot.db import Database
from bot.dispatch.base import Lease
from bot.inbox import Inbox, Waiting
from bot.markup import escape
from bot.model.conversation import Conversation, Purpose, State
from bot.model.errors import LostLease
from bot.model.messages import Kind
from bot.model.say import Reply, Say
from bot.model.understanding import Understanding
from bot.outbox import Draft, Outbox
from bot.replies import Replies
from bot.signals import Signals
from dialogues.decision import Decision, Heard, Step, World
from dialogues.flows.common import PERSON
from dialogues.policy import decide
from dialogues.tracker import Tracker, load
from handoff.outcome import HeldAnswer
from nlu.interpreter import Interpreter

_WORDS = {Kind.TEXT, Kind.EDITED}
_NO_TURN = {Kind.BLOCKED, Kind.UNBLOCKED, Kind.MOVED}
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
    """Runs turns. `world` tells what a decision may depend on; `report` hears what was done."""

    def __init__(
        self, database: Database, conversations: Conversations, inbox: Inbox, outbox: Outbox,
        interpreter: Interpreter, carry_out: CarryOut, replies: Replies, bus: Bus, signals: Signals,
        clock: Callable[[], datetime],
        world: Callable[[AsyncConnection, Conversation], Awaitable[World]], report: Callable[[Report], None],
        patience: timedelta = _RASA_PATIENCE,
    ) -> None:  # fmt: skip
        self._database = database
        self._conversations = conversations
        self._inbox = inbox
        self._outbox = outbox
        self._interpreter = interpreter
        self._carry_out = carry_out
        self._replies = replies
        self._bus = bus
        self._signals = signals
        self._clock = clock
        self._world = world
        self._report = report
        self._patience = patience

    async def run(self, lease: Lease) -> None:
        """Take the waiting messages of the leased conversation. Raises LostLease, NotYet, or whatever went wrong."""
        read = await self._read(lease)
        if read is None:
            return
        if read.waiting:
            self._signals.reading(read.conversation, read.waiting[-1])
        heard = await self._understand(read)
        decision = _decide_all(read.tracker, heard, read.world)
        report = await self._write(lease, read, heard, decision)
        self._bus.publish(f"conversation:{lease.conversation_id}")
        self._report(report)

    async def _read(self, lease: Lease) -> Read | None:
        async with self._database.reading() as connection:
            conversation = await self._conversations.read(connection, lease.conversation_id)
            if conversation is None:
                return None
            waiting = await self._inbox.waiting(connection, lease.conversation_id)
            if waiting and waiting[0].attempts:
                waiting = waiting[:1]  # a message that made a turn fail is taken alone, so that the others can go on
            world = await self._world(connection, conversation)
        return Read(conversation, tuple(waiting), load(conversation.tracker), world)

    async def _understand(self, read: Read) -> list[tuple[Heard, tuple[Waiting, ...]]]:
        """Join fragments of text; a tap, a place or a picture stands alone."""
        heard: list[tuple[Heard, tuple[Waiting, ...]]] = []
        for group in _groups(read.waiting):
            heard.append((await self._hear(read, group), group))
        return heard

    async def _hear(self, read: Read, group: tuple[Waiting, ...]) -> Heard:
        last = group[-1]
        meant = await self._interpret(read, group) if last.kind in _WORDS else None
        return Heard(
            kind=last.kind, button=last.button, understanding=meant, city=last.city, country=last.country,
            locale_hint=last.locale_hint, sent_at=group[0].sent_at, delay=self._clock() - last.sent_at,
        )  # fmt: skip

    async def _interpret(self, read: Read, group: tuple[Waiting, ...]) -> Understanding:
        """Danger and commands never wait for Rasa; everything else waits while it starts, up to 30 s."""
        text = "\n".join(waiting.text for waiting in group)
        meant = await self._interpreter.understand(text, read.tracker.locale or None, group[-1].locale_hint or None)
        hurried = meant.safety or meant.commands or meant.foreign or read.conversation.state is State.ASSIGNED
        young = self._clock() - group[0].received_at < self._patience
        if meant.degraded and young and not hurried:
            raise NotYet(timedelta(seconds=1))
        return meant

    async def _write(
        self, lease: Lease, read: Read, heard: Sequence[tuple[Heard, tuple[Waiting, ...]]], decision: Decision
    ) -> Report:
        """Everything of a turn in one transaction: tracker, edges, records, outbox, audit, and the inbox rows' end."""
        now = self._clock()
        async with self._database.transaction() as connection:
            conversation = await self._prove(connection, lease, read)
            await self._record(connection, conversation, read.waiting, now)
            carried = await self._carry_out.carry_out(connection, conversation, decision, now)
            rows = await self._reply(connection, lease, decision, carried, read.waiting, now)
            ids = [waiting.id for waiting in read.waiting]
            if await self._inbox.finish(connection, ids, "parked" if decision.parked else "done", now) != len(ids):
                raise LostLease("a message was taken meanwhile")
            await self._release(connection, lease, now)
        return _report(lease, read, heard, decision, carried, rows)

    async def _prove(self, connection: AsyncConnection, lease: Lease, read: Read) -> Conversation:
        """The lease must still be ours, and nobody may have taken the conversation since it was read."""
        current = await self._conversations.read(connection, lease.conversation_id, lock=True)
        if current is None or current.fence != lease.fence or current.version != read.conversation.version:
            raise LostLease("lease or version changed")
        return current

    async def _record(
        self,
        connection: AsyncConnection,
        conversation: Conversation,
        waiting: Sequence[Waiting],
        now: datetime,
    ) -> None:
        for one in waiting:
            words = one.text or (f"[{one.city or one.kind}]" if one.kind not in {Kind.BUTTON, Kind.COMMAND} else "")
            if one.kind in _NO_TURN or not words:
                continue
            await self._conversations.record(connection, conversation.id, "person", words, one.sent_at)
        if waiting and conversation.stopped_at:
            await self._conversations.write(connection, conversation.id, {"stopped_at": None})

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
        draft = Draft(escape(held.text), Purpose.OPERATOR, locale=locale, recorded=False)
        row = await self._outbox.add(
            connection, conversation.id, conversation.account_id, conversation.epoch, draft, now
        )
        await self._conversations.sent_as(connection, held.message_id, row)
        return row

    async def _release(self, connection: AsyncConnection, lease: Lease, now: datetime) -> None:
        """Give the lease back; what arrived meanwhile makes the conversation ready again."""
        left = await self._inbox.waiting(connection, lease.conversation_id, limit=1)
        values = {
            "lease_holder": None, "lease_until": None, "urgent": False,
            "ready_at": now if left else None, "first_waiting_at": left[0].received_at if left else None,
        }  # fmt: skip
        await self._conversations.write(connection, lease.conversation_id, values)

    async def bury(self, lease: Lease, message: Waiting) -> None:
        """A message failed three times: dead letter, an honest sentence and a person; the next message goes on."""
        now = self._clock()
        async with self._database.transaction() as connection:
            conversation = await self._conversations.read(connection, lease.conversation_id, lock=True)
            if conversation is None:
                return
            await self._inbox.finish(connection, [message.id], "dead", now, "three failures")
            if conversation.state is State.ASSIGNED:
                await self._conversations.record(connection, conversation.id, "person", message.text, message.sent_at)
                return
            reply = Reply((Say("turn_failed"),), (PERSON,))
            draft = self._replies.render(reply, conversation.locale or "en", Purpose.HANDOFF)
            await self._outbox.add(connection, conversation.id, conversation.account_id, conversation.epoch, draft, now)
        self._bus.wake("outbox")


def _groups(waiting: Sequence[Waiting]) -> list[tuple[Waiting, ...]]:
    groups: list[list[Waiting]] = []
    for one in waiting:
        if one.kind in _NO_TURN:
            continue
        if groups and one.kind in _WORDS and groups[-1][-1].kind in _WORDS:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [tuple(group) for group in groups]


def _decide_all(tracker: Tracker, heard: Sequence[tuple[Heard, tuple[Waiting, ...]]], world: World) -> Decision:
    """Decide on each thing in order and join it to one reply: all that is said, the last choices, danger on top."""
    decisions: list[Decision] = []
    for one, _ in heard:
        decision = decide(tracker, one, world)
        decisions.append(decision)
        tracker = decision.tracker
    if not decisions:
        return Decision(tracker, name="silent")
    dangers = [decision for decision in decisions if decision.name == "emergency"]
    ordered = dangers + [decision for decision in decisions if decision.name != "emergency"]
    steps: list[Step] = []
    for decision in ordered:
        steps += [step for step in decision.steps if step not in steps]
    leading = dangers[0] if dangers else decisions[-1]
    choices = () if dangers else next((d.choices for d in reversed(decisions) if d.choices), ())
    return replace(
        leading, tracker=tracker, steps=tuple(steps), choices=choices, parked=any(d.parked for d in decisions)
    )


def _report(
    lease: Lease, read: Read, heard: Sequence[tuple[Heard, tuple[Waiting, ...]]], decision: Decision,
    carried: Carried, rows: tuple[UUID, ...],
) -> Report:  # fmt: skip
    meant = next((one.understanding for one, _ in reversed(heard) if one.understanding), None)
    return Report(
        lease.conversation_id, tuple(one.id for one in read.waiting), rows, decision.name,
        decision.intent or (meant.intent if meant else ""), meant.confidence if meant else 0.0,
        carried.article, carried.jurisdiction, carried.sources, carried.handoff,
    )  # fmt: skip
