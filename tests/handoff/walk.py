"""Random people, operators and clocks on one conversation, and what must hold after every step of theirs."""

import random
from collections import Counter as Tally
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import HELD, WITH_OPERATOR, State
from bot.model.errors import LostLease
from bot.outbox import Draft, Outbox
from handoff import shifts
from handoff.machine import EdgeRefused
from handoff.offices.contact_point import Scope
from handoff.operators.holding import NotYours
from handoff.outcome import AlreadyTaken, Danger, Delivery
from tests.handoff.conftest import Stage, heard
from tests.handoff.look import Look

TAPS = [
    "h:accept:milano", "h:accept:milano", "h:accept:roma", "h:other", "h:no", "h:ask_me", "h:share:yes", "h:share:no",
    "h:leave", "h:address", "h:wait", "h:cancel", "h:continue", "h:new", "h:contact:yes", "h:contact:no", "h:contact:sign",
    "h:still:yes", "h:still:no", "h:call", "h:call:no", "h:call_safe:yes", "h:call_when:any", "h:call_when:morning",
    "h:transfer:yes", "h:transfer:no", "h:interpret:yes", "h:interpret:no", "h:rate:good", "h:rate:bad",
    "f:contract:yes", "h:nonsense",
]  # fmt: skip
# What the bot may say while an operator has the conversation: answers to taps that work in every state.
MUTE = {
    "status_assigned",
    "who_sees",
    "contact_saved",
    "cancelled",
    "silence_closed",
    "transfer_no",
    "interpret_yes",
    "interpret_no",
}
EXPECTED = (NotYours, EdgeRefused, LostLease)  # refused, or somebody was faster


class Walk(Look):
    """One run."""

    def __init__(self, stage: Stage, dice: random.Random, staff: list[Scope], interpreter: Scope, lead: Scope) -> None:
        super().__init__(stage)
        self.dice, self.staff, self.interpreter, self.lead = dice, staff, interpreter, lead
        self.steps = Tally[str]()
        self.count = 0

    @property
    def moves(self) -> list[Callable[[], Awaitable[None]]]:
        """What may happen, the likelier the more often."""
        person = [self.tap] * 10 + [self.ask] * 4 + [self.number, self.word, self.word, self.call_me, self.stop]
        desk = [self.take] * 4 + [self.reply] * 4 + [self.deed] * 6 + [self.leave, self.lead_acts, self.other_office]
        return [*person, *desk, *[self.time] * 4, self.night, self.silence, self.danger, self.unstaffed]

    def fitting(self, state: State) -> list[Callable[[], Awaitable[None]]]:
        """What leads on from a state; without it most steps would come to nothing."""
        if state in WITH_OPERATOR:
            return [self.word, self.tap, self.tap, self.reply, self.reply, self.reply, self.deed, self.deed, self.time,
                    self.other_office, self.leave, self.silence, self.interpreted]  # fmt: skip
        if state in HELD:
            return [
                self.take,
                self.take,
                self.take,
                self.tap,
                self.tap,
                self.time,
                self.time,
                self.call_me,
                self.interpreted,
            ]
        if state is State.OFFERED:
            return [self.accept, self.accept, self.tap, self.call_me]
        return [self.ask, self.ask, self.rate, self.lead_acts, self.go_on]

    async def accept(self) -> None:
        case = await self.case()
        await self.tap(f"h:accept:{case.contact_point}")

    async def rate(self) -> None:
        await self.tap(self.dice.choice(["h:rate:good", "h:rate:bad"]))

    async def go_on(self) -> None:
        await self.tap("h:continue")

    async def interpreted(self) -> None:
        """The interpreter offers to help, and the person answers."""
        await self.inbound()
        await self._deed("interpret", self.interpreter)
        await self.tap(self.dice.choice(["h:interpret:yes", "h:interpret:no"]))

    async def step(self) -> None:
        """Let one random thing happen, and look."""
        state = (await self.stage.conversation()).state
        move = self.dice.choice(self.fitting(state) if self.dice.random() < 0.75 else self.moves)
        self.steps[move.__name__] += 1
        await move()
        await self.check()

    # the person

    async def inbound(self) -> None:
        """Any word: as in a turn, what was held comes first."""
        stage = self.stage
        now = stage.clock()
        await self.write(last_inbound_at=now, window_until=now + timedelta(hours=24), stopped_at=None)
        await stage.do(lambda c, seen: stage.room.aftercare.person_wrote(c, seen, now))
        seen = await stage.conversation()
        async with stage.database.transaction() as connection:
            locked = await stage.conversations.read(connection, seen.id, lock=True)
            assert locked is not None
            held = await stage.room.aftercare.held_answers(connection, locked)
            for one in held:
                draft = Draft(one.text, recorded=False)
                outbox = Outbox(stage.ring, stage.conversations)
                row = await outbox.add(connection, seen.id, seen.account_id, locked.epoch, draft, now)
                await stage.conversations.sent_as(connection, one.message_id, row)
        self.delivered += [one.text for one in held]

    async def word(self) -> None:
        await self.inbound()
        assert self.delivered == self.held, "held answers go out exactly once and in order"

    async def tap(self, choice: str = "") -> None:
        await self.inbound()
        before = (await self.stage.conversation()).state
        choice = choice or self.dice.choice(self.shown if self.shown and self.dice.random() < 0.7 else TAPS)
        outcome = await self.stage.tap(choice)
        if before in WITH_OPERATOR and outcome.state in WITH_OPERATOR:
            assert set(heard(outcome.reply)) <= MUTE, "the bot never speaks over a person"
        await self.said(outcome)

    async def ask(self) -> None:
        await self.inbound()
        locale = self.dice.choice(["it", "ti"])
        await self.said(
            await self.stage.offer(
                minor=self.dice.random() < 0.2, city=self.dice.choice(["Milano", "Roma", ""]), locale=locale
            )
        )

    async def number(self) -> None:
        await self.inbound()
        await self.said(await self.stage.do(lambda c, seen: self.stage.room.calls.number(c, seen, "+39333123456")))

    async def call_me(self) -> None:
        await self.tap("h:call")
        await self.number()
        await self.tap("h:call_safe:no")
        await self.tap("h:call_when:any")

    async def danger(self) -> None:
        await self.inbound()
        stage = self.stage
        raised: Danger = await stage.do(lambda c, seen: stage.room.alarm.danger(c, seen, "safety/violence", "IT"))
        assert raised.truth.phrase.startswith("truth_")
        stands = await stage.conversation()
        if stands.state in HELD:
            case = await self.case()
            assert case.danger_at is not None
            assert stage.clock() - case.danger_at < timedelta(minutes=30), "a danger has its alarm"
        else:
            assert raised.truth.phrase == "truth_nobody", "nobody may be told, and that is said"
        if raised.truth.phrase == "truth_told":
            async with stage.database.reading() as connection:
                point = stage.points[stands.contact_point]
                assert await shifts.someone_on_shift(connection, point, stage.clock())

    # the staff

    async def someone(self) -> Scope:
        """Mostly who could do it: who holds the conversation, else somebody of the office that has it."""
        stands = await self.stage.conversation()
        holders = [scope for scope in self.staff if scope.staff_id == stands.operator_id]
        there = [scope for scope in self.staff if stands.contact_point in scope.points]
        return self.dice.choice(self.staff if self.dice.random() < 0.2 else holders or there or self.staff)

    async def take(self) -> None:
        await self._deed("take", await self.someone())

    async def reply(self) -> None:
        scope, case = await self.someone(), await self.case()
        if case is None:
            return
        self.count += 1
        text = f"answer {self.count}"
        try:
            async with self.stage.database.transaction() as connection:
                outcome = await self.stage.room.counter.reply(connection, scope, case.id, text)
                if outcome.kept is not None:
                    now = self.stage.clock()
                    await self.stage.conversations.record(connection, case.conversation_id, "operator", text, now)
        except EXPECTED:
            return
        if outcome.kept is not None:
            self.held.append(text)
        if outcome.delivery is Delivery.SEND:
            assert self.delivered == self.held, "nothing overtakes what is held"

    async def deed(self) -> None:
        act = self.dice.choice(["give_back", "close", "mute", "pass_to", "propose", "interpret", "note", "called"])
        scope = await self.someone()
        if act == "interpret":
            await self._deed("interpret", self.interpreter)
        elif act == "called":
            await self._called(scope)
        else:
            more: dict[str, tuple[str, tuple[Any, ...]]] = {
                "pass_to": ("pass_to", (self.dice.choice(self.staff).staff_id,)),
                "propose": ("propose_transfer", (self.dice.choice(["milano", "roma"]),)),
                "note": ("add_note", ("…",)),
            }
            name, arguments = more.get(act, (act, ()))
            await self._deed(name, scope, *arguments)

    async def _deed(self, name: str, scope: Scope, *more: Any) -> None:
        case = await self.case()
        if case is None:
            return
        try:
            async with self.stage.database.transaction() as connection:
                outcome = await getattr(self.stage.room.counter, name)(connection, scope, case.id, *more)
        except EXPECTED:
            return
        if isinstance(outcome, AlreadyTaken):
            return
        if name == "take":
            assert outcome.operator_id == scope.staff_id
        await self.said(outcome)

    async def _called(self, scope: Scope) -> None:
        mine = t.callback.c.conversation_id == self.stage.conversation_id
        calls = await self.stage.rows(t.callback, mine)
        if calls:
            try:
                async with self.stage.database.transaction() as connection:
                    result = self.dice.choice(["reached", "not_reached"])
                    await self.said(await self.stage.room.counter.call_done(connection, scope, calls[-1].id, result))
            except EXPECTED:
                return

    async def leave(self) -> None:
        scope, away = await self.someone(), self.dice.random() < 0.5
        async with self.stage.database.transaction() as connection:
            outcomes = await self.stage.room.counter.set_away(connection, scope, away)
        for outcome in outcomes:
            await self.said(outcome, started=True)

    async def lead_acts(self) -> None:
        counter = self.stage.room.counter
        act = self.dice.choice([counter.confirm_limit, counter.lift_limit])
        try:
            async with self.stage.database.transaction() as connection:
                await act(connection, self.lead, self.stage.conversation_id)
        except EXPECTED:
            return

    async def other_office(self) -> None:
        """An operator of the office proposes the other one, and the person says yes."""
        seen = await self.stage.conversation()
        mine = [scope for scope in self.staff if scope.staff_id == seen.operator_id]
        if mine:
            await self.inbound()
            await self._deed("propose_transfer", mine[0], "roma" if seen.contact_point == "milano" else "milano")
            await self.tap("h:transfer:yes")

    # time

    async def time(self) -> None:
        self.stage.clock.move(minutes=self.dice.choice([1, 16, 30, 90, 240]))
        await self._clocks()

    async def night(self) -> None:
        self.stage.clock.move(hours=self.dice.choice([9, 12, 24, 60, 110]))
        await self._clocks()

    async def silence(self) -> None:
        """Nobody says anything for days."""
        for _ in range(3):
            self.stage.clock.move(days=5)
            await self._clocks()

    async def stop(self) -> None:
        act = self.dice.choice(["stop", "delete", "cancel"])
        await self.inbound()
        room = self.stage.room
        step = room.desk.cancel if act == "cancel" else getattr(room.aftercare, act)
        before = await self.stage.conversation()
        outcome = await self.stage.do(step)
        assert outcome.state is State.BOT or (act, before.state) == ("cancel", State.LIMITED)

    async def unstaffed(self) -> None:
        """Nobody has signed in for two weeks; then somebody does again."""
        if self.dice.random() < 0.5:
            self.stage.clock.now = self.stage.clock.now.replace(hour=10) + timedelta(days=1)
            await self._staff(signed_in_at=self.stage.clock() - timedelta(days=15))
            await self._clocks(staffed=False)
            await self.tap("h:wait")

    async def _clocks(self, *, staffed: bool = True) -> None:
        if staffed:
            await self._staff(signed_in_at=self.stage.clock(), seen_at=self.stage.clock())
        for outcome in await self.stage.clocks():
            if outcome is not None and outcome.conversation.id == self.stage.conversation_id:
                await self.said(outcome, started=True)

    async def _staff(self, **values: Any) -> None:
        async with self.stage.database.transaction() as connection:
            await connection.execute(update(t.staff).values(**values))

    async def last_word(self) -> None:
        """From everywhere there is a way back, and what was held still comes with the next word."""
        act = self.dice.choice([self.stage.room.aftercare.stop, self.stage.room.aftercare.delete])
        assert (await self.stage.do(act)).state is State.BOT
        await self.word()
