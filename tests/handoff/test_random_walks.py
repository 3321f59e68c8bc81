"""Whatever people, operators and clocks do in whatever order, and at the same time: what must hold, holds.

GUICHET_WALKS sets how many sequences are tried; run with -s to read how many steps and edges they made.
"""

import asyncio
import os
import random
import sys
from collections import Counter as Tally

import pytest

from bot import tables as t
from bot.model.conversation import State
from bot.model.errors import LostLease
from handoff import limits
from handoff.machine import EDGES, EdgeRefused
from handoff.operators.holding import NotYours
from handoff.outcome import Outcome
from tests.handoff.conftest import Stage, office, on_sqlite, trusted
from tests.handoff.walk import Walk

WALKS = int(os.environ.get("GUICHET_WALKS", "12"))
STEPS = 80
EVENTS = {rule.event for rule in EDGES.values()}

on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


async def company(stage: Stage, dice: random.Random) -> Walk:
    """Two offices with three operators, a lead and an interpreter."""
    stage.have(trusted(office("milano")), trusted(office("roma", city="Roma")))
    staff = [
        await stage.operator("marta", "milano"), await stage.operator("pavel", "milano", "roma"),
        await stage.operator("ines", "roma"),
    ]  # fmt: skip
    lead = await stage.operator("lea", "milano", "roma", role="lead")
    interpreter = await stage.operator(
        "tsega", role="interpreter", languages=["ti"], interprets_at=stage.clock(), contact_points=[]
    )
    return Walk(stage, dice, staff, interpreter, lead)


@pytest.mark.slow
@on_sqlite
async def test_random_sequences(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AT_MOST", 8)  # else most of a sequence would be refused
    edges, moves = Tally[str](), Tally[str]()
    first = await company(stage, random.Random())  # noqa: S311
    began = stage.clock()
    for seed in range(WALKS):
        dice = random.Random(seed)  # noqa: S311
        stage.clock.now = began
        stage.conversation_id = await stage.another_person(f"p{seed}")
        walk = Walk(stage, dice, first.staff, first.interpreter, first.lead)
        await walk.write(channel=dice.choice(["whatsapp", "telegram"]))
        await walk.inbound()
        for _ in range(STEPS):
            await walk.step()
        mine = t.handoff_event.c.conversation_id == stage.conversation_id
        edges.update(row.edge for row in await stage.rows(t.handoff_event, mine))
        await walk.last_word()
        moves += walk.steps
    walked = EVENTS & set(edges)
    sys.stdout.write(
        f"\n{WALKS} sequences, {sum(moves.values())} steps, {sum(edges.values())} events; "
        f"{len(walked)} of {len(EVENTS)} kinds; never: {sorted(EVENTS - walked)}\n"
    )
    assert len(walked) >= len(EVENTS) * 0.75


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@on_postgresql
async def test_random_deeds_at_the_same_time(stage: Stage, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at once on one conversation: some lose and are told so; what is written agrees."""
    dice = random.Random(seed)  # noqa: S311
    monkeypatch.setattr(limits, "AT_MOST", 99)
    walk = await company(stage, dice)
    refused = Tally[str]()

    async def attempt(act: str, number: int) -> None:
        mine = random.Random(f"{seed} {act} {number}")  # noqa: S311
        scope, counter = await walk.someone(), stage.room.counter
        try:
            if act == "tap":
                taps = [
                    "h:accept:milano",
                    "h:other",
                    "h:accept:roma",
                    "h:cancel",
                    "h:share:yes",
                    "h:transfer:yes",
                    "h:call_when:any",
                ]
                await stage.tap(mine.choice(taps))
            elif act == "offer":
                await stage.offer()
            elif act == "number":
                await stage.do(lambda c, seen: stage.room.calls.number(c, seen, "+39333123456"))
            elif act == "danger":
                await walk.danger()
            elif act == "clocks":
                await stage.clocks()
            elif (case := await walk.case()) is not None:
                async with stage.database.transaction() as connection:
                    more = {
                        "reply": ("…",),
                        "pass_to": (mine.choice(walk.staff).staff_id,),
                        "propose_transfer": (mine.choice(["milano", "roma"]),),
                    }
                    outcome = await getattr(counter, act)(connection, scope, case.id, *more.get(act, ()))
                    if isinstance(outcome, Outcome) and act == "take":
                        assert outcome.operator_id == scope.staff_id
        except (NotYours, EdgeRefused, LostLease) as error:
            refused[type(error).__name__] += 1

    acts = [
        "tap",
        "tap",
        "offer",
        "number",
        "danger",
        "clocks",
        "take",
        "take",
        "take",
        "reply",
        "pass_to",
        "propose_transfer",
    ]
    await walk.inbound()
    for number in range(15):
        await walk.write(limited_until=None)
        await walk.inbound()
        if (await stage.conversation()).state is State.LIMITED:
            await stage.clocks()
            await stage.do(stage.room.aftercare.stop)
        if (await stage.conversation()).state in (State.BOT, State.OFFERED):
            await stage.offer()
            await stage.tap("h:accept:milano")
        await asyncio.gather(*(attempt(act, number) for act in dice.sample([*acts, "close", "mute", "give_back"], 9)))
        await walk.check()
        stage.clock.move(minutes=dice.choice([1, 20]))
        await walk._staff(signed_in_at=stage.clock(), seen_at=stage.clock())
    events = len(await stage.rows(t.handoff_event))
    sys.stdout.write(f"\nseed {seed}: {15 * 9} deeds at once, {events} events, refused: {dict(refused)}\n")
    act = stage.room.aftercare.stop
    assert (await stage.do(act)).state is State.BOT
