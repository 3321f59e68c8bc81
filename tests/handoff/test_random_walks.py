"""Whatever people, operators and clocks do in whatever order: rows agree, one owner, a way back."""

import random
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot import tables as t
from bot.model.conversation import State
from handoff.contact_point import Scope
from handoff.counter import NotYours
from handoff.outcome import AlreadyTaken, Outcome
from tests.handoff.conftest import Stage, heard, office, on_sqlite, trusted

TAPS = [
    "h:accept:milano", "h:accept:roma", "h:other", "h:no", "h:ask_me", "h:share:yes", "h:share:no", "h:leave", "h:address",
    "h:wait", "h:cancel", "h:continue", "h:new", "h:contact:yes", "h:contact:no", "h:contact:sign", "h:still:yes", "h:still:no",
]  # fmt: skip
MUTE = {"status_assigned", "contact_saved", "cancelled", "silence_closed"}


class Walk:
    """One run: the moves that may be made."""

    def __init__(self, stage: Stage, dice: random.Random, staff: list[Scope]) -> None:
        self.stage, self.dice, self.staff = stage, dice, staff

    async def tap(self) -> None:
        before = (await self.stage.conversation()).state
        outcome = await self.stage.tap(self.dice.choice(TAPS))
        if before is State.ASSIGNED and outcome.state is State.ASSIGNED:
            assert set(heard(outcome.reply)) <= MUTE, "the bot never speaks over a person"

    async def ask(self) -> None:
        await self.stage.says("ciao")
        await self.stage.offer(minor=self.dice.random() < 0.2, city=self.dice.choice(["Milano", "Roma", ""]))

    async def danger(self) -> None:
        await self.stage.do(lambda c, seen: self.stage.room.alarm.danger(c, seen, "safety/violence", "IT"))

    async def last_word(self) -> None:
        act = self.dice.choice([self.stage.room.aftercare.stop, self.stage.room.aftercare.delete])
        assert (await self.stage.do(act)).state is State.BOT

    async def operator(self) -> None:
        scope, counter = self.dice.choice(self.staff), self.stage.room.counter
        cases = await self.stage.rows(t.case)
        if not cases:
            return
        case, act = (
            self.dice.choice(cases),
            self.dice.choice(["take", "take", "take", "reply", "give_back", "close", "away"]),
        )
        async with self.stage.database.transaction() as connection:
            try:
                if act == "away":
                    await counter.set_away(connection, scope, self.dice.random() < 0.5)
                elif act == "reply":
                    await counter.reply(connection, scope, case.id, "Buongiorno")
                else:
                    outcome: Outcome | AlreadyTaken = await getattr(counter, act)(connection, scope, case.id)
                    assert isinstance(outcome, AlreadyTaken) or outcome.operator_id in (None, scope.staff_id)
            except NotYours:
                pass

    async def time(self) -> None:
        self.stage.clock.move(minutes=self.dice.choice([1, 16, 90, 600, 3000]))
        for scope in self.staff:
            await self.stage.seen(scope)
        await self.stage.clocks()

    async def check(self) -> None:
        stands = await self.stage.conversation()
        cases = await self.stage.rows(t.case)
        still_open = [case for case in cases if case.state != "closed"]
        assert len(still_open) <= 1
        open_case = still_open[0] if still_open else None
        assert (open_case.state if open_case else "bot") == stands.state
        if open_case is not None and stands.state is not State.OFFERED:
            assert (open_case.contact_point, open_case.operator_id) == (stands.contact_point, stands.operator_id)
        versions = [row.version for row in await self.stage.rows(t.handoff_event)]
        assert versions == sorted(versions)
        assert stands.version == (versions[-1] if versions else 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@on_sqlite
async def test_random_sequences_keep_the_rows_in_agreement(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    stage.have(trusted(office("milano")), trusted(office("roma", city="Roma")))
    staff = [await stage.operator("marta", "milano"), await stage.operator("pavel", "milano", "roma")]
    walk = Walk(stage, dice, staff)
    moves: Sequence[Callable[[], Awaitable[None]]] = (
        [walk.tap] * 5 + [walk.operator] * 4 + [walk.ask, walk.ask, walk.time, walk.danger]
    )

    for _ in range(60):
        await dice.choice(moves)()
        await walk.check()

    await walk.last_word()
    assert (await stage.conversation()).state is State.BOT
