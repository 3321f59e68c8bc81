"""What must hold after every step of a random walk."""

from typing import Any

from bot import tables as t
from bot.model.conversation import HELD, WITH_OPERATOR, State
from handoff.offices import hours
from handoff.outcome import Outcome
from tests.handoff.conftest import Stage, choices, heard

# Sentences that promise an adviser: only in the name of an office where somebody works.
PROMISES = {
    "offer_open", "office_closed", "waiting", "waiting_minutes", "question_kept", "call_noted", "call_noted_open",
    "call_noted_only",
    "consent_share", "nobody_answered", "call_missed", "operator_slow",
}  # fmt: skip


class Look:
    """`held` and `delivered` are what operators wrote and could not send, and what came out of it; `shown` are the choices
    of the last reply."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.held: list[str] = []
        self.delivered: list[str] = []
        self.shown: list[str] = []

    async def said(self, outcome: Outcome, *, started: bool = False) -> None:
        """Look at what the person was told. `started`: nobody had asked."""
        phrases = set(heard(outcome.reply))
        self.shown = choices(outcome.reply) or self.shown
        point = self.stage.points.get(outcome.contact_point)
        now = self.stage.clock()
        if started and phrases and point is not None:
            assert not hours.quiet_now(point, now), "no message is started at night"
        if phrases & PROMISES and point is not None:
            async with self.stage.database.reading() as connection:
                network = await self.stage.room.casebook.network(connection)
            assert network.can_queue(point, now), f"nobody is there to keep it: {phrases & PROMISES}"

    async def case(self) -> Any:
        rows = await self.stage.rows(t.case, t.case.c.conversation_id == self.stage.conversation_id)
        return rows[-1] if rows else None

    async def write(self, **values: Any) -> None:
        async with self.stage.database.transaction() as connection:
            await self.stage.conversations.write(connection, self.stage.conversation_id, values)

    async def check(self) -> None:
        """Rows agree: one open case at most, one owner, an event for every version, no number without a call."""
        stands = await self.stage.conversation()
        mine = self.stage.conversation_id
        cases = await self.stage.rows(t.case, t.case.c.conversation_id == mine)
        still_open = [case for case in cases if case.state != "closed"]
        assert len(still_open) <= 1
        open_case = still_open[0] if still_open else None
        without = {State.BOT, State.LIMITED}
        assert (stands.state not in without) == (open_case is not None)
        if open_case is not None:
            assert open_case.state == stands.state
        if open_case is not None and stands.state in HELD:
            owner = open_case.operator_id if stands.state in WITH_OPERATOR else None
            assert (open_case.contact_point, owner) == (stands.contact_point, stands.operator_id)
        events = await self.stage.rows(t.handoff_event, t.handoff_event.c.conversation_id == mine)
        versions = [row.version for row in events]
        assert versions == sorted(versions)
        assert stands.version == (versions[-1] if versions else 0)
        numbers = [
            call for call in await self.stage.rows(t.callback, t.callback.c.conversation_id == mine) if call.number
        ]
        assert len(numbers) <= (open_case is not None), "no number without a case"
        assert self.delivered == self.held[: len(self.delivered)]
