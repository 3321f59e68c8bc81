"""The scenes of a handoff as plays: who does what. Each is played on every channel at every hour; what was said is kept.

A play uses a person of its own, and the clock is set back for each.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from bot.model.conversation import Purpose
from bot.model.messages import Kind
from bot.outbox import Draft
from handoff.offices.contact_point import Scope
from handoff.operators import queue
from handoff.outcome import AlreadyTaken, Outcome
from tests.conversations.cast import BRUSSELS, UNION
from tests.conversations.scene import Person, Stage

# 10:00 on a Wednesday, Saturday 3:00, a holiday in Italy at 11:00, one minute before the offices close; local times.
HOURS: Mapping[str, datetime] = {
    "open": datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
    "saturday 3:00": datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
    "holiday": datetime(2026, 12, 8, 10, 0, tzinfo=UTC),
    "17:59": datetime(2026, 11, 18, 16, 59, tzinfo=UTC),
}
CHANNELS = ("telegram", "whatsapp", "web")


@dataclass
class Play:
    """One scene with one person; `said` is what both said, in order."""

    stage: Stage
    scopes: Mapping[str, Scope]
    person: Person
    said: list[tuple[str, str]] = field(default_factory=list)

    async def tap(self, button: str) -> str:
        """Tap a choice; its title stands in the record."""
        title = self.person.choices.get(button, button) if self.person.heard else button
        return self._heard(f"[{title}]", await self.person.taps(button))

    async def say(self, text: str, at: datetime | None = None) -> str:
        """Write a message."""
        return self._heard(text, await self.person.says(text, at=at))

    async def send(self, kind: Kind) -> str:
        """Send something that is no text."""
        return self._heard(f"({kind})", await self.person.sends(kind))

    async def wait(self, **how: float) -> str:
        """Let time pass."""
        before = len(self.person.heard)
        await self.stage.later(**how)
        passed = ", ".join(f"{value:g} {name}" for name, value in how.items())
        return self._heard(f"({passed} pass)", "\n---\n".join(self.person.heard[before:]))

    async def office(self, deed: str, text: str = "", point: str = UNION) -> str:
        """An operator of the office takes the newest case, answers, gives back or closes."""
        before, scope, counter = len(self.person.heard), self.scopes[point], self.stage.service.handoff.counter
        async with self.stage.service.database.transaction() as connection:
            look = queue.waiting if deed == "take" else queue.mine
            cards = await look(connection, self.stage.service.ring, scope)
            case_id = max(card.case_id for card in cards)
            outcome: Outcome | AlreadyTaken
            if deed == "take":
                outcome = await counter.take(connection, scope, case_id)
            elif deed == "reply":
                outcome = await counter.reply(connection, scope, case_id, text)
            else:
                outcome = await (counter.close if deed == "close" else counter.give_back)(connection, scope, case_id)
            if isinstance(outcome, Outcome) and outcome.reply is not None:
                await self._send(connection, outcome)
        await self.stage.settle()
        return self._heard(f"(adviser: {deed}{' ' + text if text else ''})", "\n---\n".join(self.person.heard[before:]))

    async def _send(self, connection: AsyncConnection, outcome: Outcome) -> None:
        service, stands, reply = self.stage.service, outcome.conversation, outcome.reply
        assert reply is not None
        draft: Draft = service.replies.render(reply, stands.locale or "en", outcome.purpose)
        if outcome.purpose is Purpose.OPERATOR:
            draft = Draft(draft.text, Purpose.OPERATOR, locale="")
        await service.outbox.add(
            connection, stands.id, stands.account_id, stands.epoch, draft, service.clock()
        )  # fmt: skip

    async def sits(self, here: bool, point: str = UNION) -> None:
        """Somebody of the office signs in and sits there, or is gone."""
        seen = self.stage.clock() if here else None
        async with self.stage.service.database.transaction() as connection:
            mine = t.staff.c.id == self.scopes[point].staff_id
            await connection.execute(update(t.staff).where(mine).values(seen_at=seen))

    async def asks(self, city: str = "Milano") -> str:
        """Ask for a person and name the city."""
        await self.tap("person")
        return await self.say(city)

    async def queues(self) -> str:
        """Ask, accept what is offered, and let the office see what was written."""
        await self.asks()
        button = "h:leave" if "h:leave" in self.person.choices else f"h:accept:{UNION}"
        await self.tap(button)
        return await self.tap("h:share:yes")

    def _heard(self, did: str, answer: str) -> str:
        self.said.append((did, answer))
        return answer


async def offer(play: Play) -> None:
    """From the offer to the end of the case."""
    await play.say("my boss has not paid me for two months")
    await play.queues()
    await play.say("what is happening with my question?")
    await play.office("take")
    await play.office("reply", "Good morning. Which month is it about?")
    await play.office("close")
    if "h:rate:good" in play.person.choices:
        await play.tap("h:rate:good")


async def given_back(play: Play) -> None:
    """The adviser leaves the chat to the bot."""
    await play.queues()
    await play.office("take")
    await play.office("give_back")


async def another(play: Play) -> None:
    """Another office, and then none."""
    await play.asks()
    await play.tap("h:other" if "h:other" in play.person.choices else "h:address")
    await play.tap("h:no" if "h:no" in play.person.choices else "h:ask_me")


async def call(play: Play) -> None:
    """A call-back."""
    await play.queues()
    await play.tap("h:call")
    await play.say("+39 02 5550123")
    await play.tap("h:call_safe:no")
    await play.tap("h:call_when:any")


async def no_office(play: Play) -> None:
    """A country without a staffed office."""
    await play.tap("c:GR")
    await play.asks("Athens")


async def no_common_language(play: Play) -> None:
    """Nobody there speaks the language."""
    await play.asks("Bruxelles")


async def minor(play: Play) -> None:
    """A child asks for a person."""
    await play.say("I am 15 and I want to talk to a person")
    await play.say("Milano")


async def danger(play: Play) -> None:
    """Danger, and nobody sits at the desk."""
    await play.say("my husband hits me, I am in Italy")


async def danger_on_shift(play: Play) -> None:
    """Danger while somebody of an office that reports nobody has the desk open."""
    await play.sits(True)
    await play.say("my husband hits me, I am in Italy")
    await play.sits(False)


async def voice(play: Play) -> None:
    """A voice note before and after an office was asked."""
    await play.say("hello")
    await play.send(Kind.VOICE)


async def late(play: Play) -> None:
    """A message that reached us late."""
    await play.say("what is the minimum wage in Italy?", at=play.stage.clock() - timedelta(minutes=20))


async def stop(play: Play) -> None:
    """The person wants no more messages."""
    await play.queues()
    await play.say("stop")


async def rude(play: Play) -> None:
    """Somebody is rude and wants a person at once."""
    await play.say("you stupid machine, give me a human now")
    await play.say("Milano")


async def slow(play: Play) -> None:
    """The adviser does not answer."""
    await play.queues()
    await play.office("take")
    await play.say("are you there?")
    await play.wait(minutes=16)


async def nobody(play: Play) -> None:
    """Nobody takes the case until the office closes."""
    await play.queues()
    await play.wait(minutes=2)
    for _ in range(16):
        await play.wait(hours=1)


async def window(play: Play) -> None:
    """WhatsApp's 24 hours run out before the adviser answers."""
    await play.queues()
    await play.office("take")
    await play.say("thank you, I wait")
    for _ in range(23):
        await play.wait(hours=1)


Scene = Callable[[Play], Coroutine[Any, Any, None]]
STILL: tuple[Scene, ...] = (
    offer, given_back, another, call, no_office, no_common_language, minor, danger, danger_on_shift, voice, late, stop, rude,
)  # fmt: skip
MOVING: tuple[Scene, ...] = (slow, nobody, window)
LOCALES: Mapping[Scene, str] = {no_common_language: "ti"}


async def play_all(stage: Stage, scopes: Mapping[str, Scope]) -> dict[str, Play]:
    """Play all scenes on one stage, each from the same minute on; nobody sees another's time."""
    found: dict[str, Play] = {}
    begin = stage.clock()
    for scene in (*STILL, *MOVING):
        stage.clock.now = begin
        play = Play(stage, scopes, stage.person(f"person-of-{scene.__name__}", LOCALES.get(scene, "")))
        await scene(play)
        found[scene.__name__] = play
    return found


POINTS = (UNION, BRUSSELS)
