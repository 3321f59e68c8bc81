"""Every state met by every event: where it leads, what the person reads, and what changes nothing."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.model.conversation import HELD, WITH_OPERATOR, State
from handoff import limits
from handoff.__main__ import main, states_table
from handoff.clocks import Chore, Due
from handoff.machine import EDGES, Edge, allows
from handoff.offices.contact_point import Scope
from handoff.operators.holding import NotNow, NotYours
from handoff.outcome import AlreadyTaken, Danger, Outcome
from handoff.states import CLOCKS, SAYS, STANDS
from tests.handoff.conftest import Stage, heard, office, on_sqlite, trusted

DOCS = Path(__file__).parents[2] / "docs" / "handoff.md"
TAPS = {
    Edge.DECLINE: "h:no", Edge.ANOTHER_OFFICE: "h:other", Edge.ACCEPT: "h:accept:torino", Edge.RESUME: "h:continue",
    Edge.SHARE_YES: "h:share:yes", Edge.SHARE_NO: "h:share:no", Edge.CANCEL: "h:cancel", Edge.CALL_CANCELLED: "h:cancel",
    Edge.TRANSFER_YES: "h:transfer:yes", Edge.TRANSFER_NO: "h:transfer:no", Edge.INTERPRET_YES: "h:interpret:yes",
    Edge.INTERPRET_NO: "h:interpret:no", Edge.RATED: "h:rate:good",
}  # fmt: skip
CHORES = {
    Edge.OFFICE_LOST: Chore.OFFICE_LOST, Edge.NOBODY_ANSWERED: Chore.CLOSING, Edge.NO_REPLY: Chore.NO_REPLY,
    Edge.SILENCE_QUESTION: Chore.SILENCE_QUESTION, Edge.SILENCE_CLOSE: Chore.SILENCE_CLOSE,
    Edge.CALL_MISSED: Chore.CALL_MISSED, Edge.WINDOW_CLOSING: Chore.WINDOW_CLOSING, Edge.LIMIT_OVER: Chore.LIMIT_OVER,
}  # fmt: skip
TWINS = {Edge.CANCEL: Edge.CALL_CANCELLED, Edge.CALL_CANCELLED: Edge.CANCEL}  # one tap, two events by the state
# Beside what an event says: who a demonstration is, and what was said before of how people will understand each other.
BESIDE = {"bridge_interpreter", "minor"}


OFFICES = {"milano", "torino", "genova"}


class Play:
    """One conversation, brought into a state; then one event is tried on it."""

    def __init__(self, stage: Stage, staff: dict[str, Scope]) -> None:
        self.stage, self.staff, self.counter = stage, staff, stage.room.counter

    async def reach(self, state: State, *, asked: bool) -> None:
        """Bring a person into a state, who had a case before and may be asked about a transfer and an interpreter."""
        stage = self.stage
        await stage.says("ciao")
        await stage.waits("milano", locale="ti")
        await stage.take(self.staff["marta"])
        await self.deed(self.counter.close, self.staff["marta"])
        if state is State.BOT:
            return
        await stage.offer(locale="ti")
        await stage.tap("h:other")
        if state is State.OFFERED:
            return
        await stage.tap("h:accept:milano")
        if asked:
            await self.deed(self.counter.interpret, self.staff["tsega"])
        if state is State.WAITING:
            return
        await self.call_me()
        if state is State.CALLBACK:
            return
        await stage.take(self.staff["marta"])
        if asked:
            await self.deed(self.counter.propose_transfer, self.staff["marta"], "torino")
        await stage.says("sono qui")
        if state is State.LIMITED:
            await self.deed(self.counter.mute, self.staff["marta"])
        if state is State.ANSWER_HELD:
            await self.hold_answer()

    async def deed(self, act: Callable[..., Awaitable[Any]], scope: Scope, *more: Any) -> Any:
        case = await self.stage.case()
        async with self.stage.database.transaction() as connection:
            return await act(connection, scope, case.id, *more)

    async def call_me(self) -> Outcome:
        await self.stage.tap("h:call")
        await self.stage.do(lambda c, seen: self.stage.room.calls.number(c, seen, "+39333123456"))
        await self.stage.tap("h:call_safe:no")
        return await self.stage.tap("h:call_when:any")

    async def hold_answer(self) -> Outcome:
        await self.write(t.conversation, last_inbound_at=self.stage.clock() - timedelta(hours=1))
        await self.stage.tap("h:contact:sign")
        said: Outcome = await self.deed(self.counter.reply, self.staff["marta"], "Buongiorno")
        async with self.stage.database.transaction() as connection:
            conversations, clock = self.stage.conversations, self.stage.clock
            await conversations.record(connection, said.conversation.id, "operator", "Buongiorno", clock())
        return said

    async def write(self, table: Any, **values: Any) -> None:
        where = table.c.id if table is t.conversation else table.c.conversation_id
        async with self.stage.database.transaction() as connection:
            await connection.execute(update(table).where(where == self.stage.conversation_id).values(**values))

    async def happens(self, edge: Edge) -> Any:
        """Try an event as it comes in life: by a tap, by a deed at the desk, by a clock."""
        stage, marta, room = self.stage, self.staff["marta"], self.stage.room
        if edge in TAPS:
            return await stage.tap(TAPS[edge])
        if edge in CHORES:
            return await self._clock(edge)
        person: dict[Edge, Callable[[], Awaitable[Any]]] = {
            Edge.OFFER: stage.offer,
            Edge.ASK_CALL: self.call_me,
            Edge.DELIVER_HELD: lambda: stage.do(room.aftercare.held_answers),
            Edge.DANGER: self._danger,
            Edge.DANGER_WHILE_ASSIGNED: self._danger,
            Edge.STOP: lambda: stage.do(room.aftercare.stop),
            Edge.DELETE: lambda: stage.do(room.aftercare.delete),
            Edge.HOLD_ANSWER: self.hold_answer,
            Edge.OPERATOR_AWAY: self._away,
            Edge.CALL_DONE: lambda: self._called("reached"),
            Edge.CALL_NOT_REACHED: lambda: self._called("not_reached"),
            Edge.LIMIT_CONFIRMED: lambda: self._lead(self.counter.confirm_limit),
            Edge.LIMIT_LIFTED: lambda: self._lead(self.counter.lift_limit),
            Edge.INTERPRET_ASKED: lambda: self.deed(self.counter.interpret, self.staff["tsega"]),
        }
        if edge in person:
            return await person[edge]()
        deeds: dict[Edge, tuple[Any, ...]] = {
            Edge.TAKE: (self.counter.take, marta),
            Edge.REPLY: (self.counter.reply, marta, "Buongiorno"),
            Edge.TO_COLLEAGUE: (self.counter.pass_to, marta, self.staff["pavel"].staff_id),
            Edge.TRANSFER_ASKED: (self.counter.propose_transfer, marta, "torino"),
            Edge.GIVE_BACK: (self.counter.give_back, marta),
            Edge.CLOSE: (self.counter.close, marta),
            Edge.LIMIT: (self.counter.mute, marta),
        }
        if edge is Edge.LIMIT:
            await self.write(t.case, taken_at=stage.clock())  # somebody has read it once: what nobody read is no abuse
        return await self.deed(*deeds[edge])

    async def _danger(self) -> Danger:
        alarm = self.stage.room.alarm
        return await self.stage.do(lambda c, seen: alarm.danger(c, seen, "safety/violence", "IT"))

    async def _away(self) -> Any:
        async with self.stage.database.transaction() as connection:
            outcomes = await self.counter.set_away(connection, self.staff["marta"], True)
        return next((one for one in outcomes if one.conversation.id == self.stage.conversation_id), None)

    async def _called(self, result: str) -> Outcome:
        calls = await self.stage.rows(t.callback, t.callback.c.conversation_id == self.stage.conversation_id)
        async with self.stage.database.transaction() as connection:
            call = calls[-1].id if calls else self.stage.conversation_id
            return await self.counter.call_done(connection, self.staff["marta"], call, result)

    async def _lead(self, act: Callable[..., Awaitable[Outcome]]) -> Outcome:
        async with self.stage.database.transaction() as connection:
            return await act(connection, self.staff["lea"], self.stage.conversation_id)

    async def _clock(self, edge: Edge) -> Outcome | None:
        """Let the time come at which the clock would do this, if it did it in this state."""
        stage, case = self.stage, await self.stage.case()
        await self.write(t.consent, answer="yes")
        if edge is Edge.OFFICE_LOST:
            await self._staffed_at(stage.clock() - timedelta(days=30))
            await self.write(t.case, deadline_at=stage.clock())
        elif edge in (Edge.NOBODY_ANSWERED, Edge.CALL_MISSED):
            await self.write(t.case, last_word="operator", last_word_at=case.opened_at)
            stage.at("2026-11-18 18:00")
        elif edge is Edge.NO_REPLY:
            stage.clock.move(minutes=16)
        elif edge is Edge.WINDOW_CLOSING:
            closes = stage.clock() + timedelta(hours=1)
            await self.write(t.conversation, channel="whatsapp", window_until=closes)
        elif edge in (Edge.SILENCE_QUESTION, Edge.SILENCE_CLOSE):
            last = "question" if edge is Edge.SILENCE_CLOSE else "operator"
            await self.write(t.case, last_word=last, last_word_at=stage.clock() - timedelta(days=9))
            await self.write(t.conversation, last_inbound_at=stage.clock() - timedelta(days=9))
        else:
            await self.write(t.conversation, limited_until=stage.clock())
        due = Due(None if edge is Edge.LIMIT_OVER else case.id, stage.conversation_id, CHORES[edge])
        async with stage.database.transaction() as connection:
            return await stage.room.clocks.run(connection, due)

    async def _staffed_at(self, at: Any) -> None:
        async with self.stage.database.transaction() as connection:
            await connection.execute(update(t.staff).values(signed_in_at=at))


@pytest.fixture
async def play(stage: Stage) -> Play:
    stage.have(trusted(office("milano")), trusted(office("torino", city="Torino")))
    stage.have(trusted(office("genova", city="Genova")))
    staff = {
        "marta": await stage.operator("marta", "milano"),
        "pavel": await stage.operator("pavel", "milano"),
        "ines": await stage.operator("ines", "torino", "genova"),
        "lea": await stage.operator("lea", "milano", role="lead"),
        "tsega": await stage.operator(
            "tsega", role="interpreter", languages=["ti"], interprets_at=stage.clock(), contact_points=[]
        ),
    }
    return Play(stage, staff)


@pytest.mark.slow
@pytest.mark.parametrize("state", State)
@on_sqlite
async def test_every_event_in_every_state(play: Play, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AT_MOST", 99)
    began = play.stage.clock()
    for number, edge in enumerate(Edge):
        await one_event(play, state, edge, f"{state}{number}")
        play.stage.clock.now = began
        await play._staffed_at(began)
        async with play.stage.database.transaction() as connection:
            await connection.execute(update(t.staff).values(away=False))


async def one_event(play: Play, state: State, edge: Edge, name: str) -> None:
    stage = play.stage
    stage.conversation_id = await stage.another_person(name)
    asked = edge not in (Edge.INTERPRET_ASKED, Edge.TRANSFER_ASKED)
    await play.reach(state, asked=asked)
    mine = t.handoff_event.c.conversation_id == stage.conversation_id
    before, known = await stage.conversation(), len(await stage.rows(t.handoff_event, mine))
    assert before.state is state, edge

    outcome: Any = None
    with contextlib.suppress(NotYours, NotNow):
        outcome = await play.happens(edge)

    after = await stage.conversation()
    walked = [row.edge for row in (await stage.rows(t.handoff_event, mine))[known:]]
    said = heard(outcome.reply) if isinstance(outcome, Outcome) else []
    where = f"{edge} in {state}: {walked}, {said}"
    if allows(state, edge):
        assert walked == [EDGES[edge].event], where
        assert after.state is (EDGES[edge].target or state), where
        if isinstance(outcome, Danger):
            assert outcome.truth.phrase in SAYS[edge], where
            assert (await stage.case()).danger_at is not None, where
        else:
            spoken = set(said) - BESIDE - OFFICES
            assert spoken <= set(SAYS[edge]), where
            silent = outcome is None or not isinstance(outcome, Outcome) or outcome.purpose == "operator"
            by_dialogue = edge in (Edge.STOP, Edge.DELETE) or (
                edge in (Edge.SHARE_YES, Edge.SHARE_NO) and state in WITH_OPERATOR
            )
            assert bool(spoken) or silent or by_dialogue or not SAYS[edge] or state is State.ANSWER_HELD, where
        return
    if edge in TWINS and allows(state, TWINS[edge]):
        return
    if edge is Edge.HOLD_ANSWER and state is State.ANSWER_HELD:
        assert walked == ["replied"], where  # one more text waits beside the first
        return
    if edge in (Edge.DANGER, Edge.DANGER_WHILE_ASSIGNED):
        assert walked == ["danger"], where
        return
    assert walked == [], where
    assert (after.state, after.version) == (before.state, before.version), where
    assert isinstance(outcome, Outcome | AlreadyTaken | tuple | None), where
    if isinstance(outcome, Outcome) and outcome.reply:
        assert set(said) - OFFICES <= {*STANDS[state], "who_sees"}, where
        assert state not in WITH_OPERATOR, f"the bot speaks over a person: {where}"


def test_every_edge_says_something_or_nothing_and_every_state_has_a_clock() -> None:
    assert set(SAYS) == set(Edge)
    assert set(STANDS) == set(CLOCKS) == set(State)
    for state in State:
        assert allows(state, Edge.STOP), state
        assert allows(state, Edge.DELETE), state
        assert allows(state, Edge.DANGER) or allows(state, Edge.DANGER_WHILE_ASSIGNED), state
        assert state not in HELD or allows(state, Edge.CANCEL) or allows(state, Edge.CALL_CANCELLED), state


def test_the_table_in_the_documents_is_the_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails: python -m handoff states, into docs/handoff.md."""
    assert main(["states"]) == 0
    printed = capsys.readouterr().out
    assert printed.strip() == states_table().strip()
    assert printed.strip() in DOCS.read_text(encoding="utf-8")
