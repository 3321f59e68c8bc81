"""The handoff room's front: all its parts on one casebook, and which choice of a person means what."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import KeyRing
from bot.model.conversation import Conversation
from handoff.aftercare import Aftercare
from handoff.alarm import Alarm
from handoff.answers import Answers
from handoff.calls import Calls
from handoff.casebook import NETWORK_URL, Casebook
from handoff.clocks import Clocks
from handoff.desk import Desk
from handoff.offices.contact_point import ContactPoint
from handoff.operators.counter import Counter
from handoff.outcome import Outcome
from handoff.tongues import Tongues
from handoff.transfer import Agreeing

PREFIX = "h:"


class Handoff:
    """`desk`, `calls`, `agreeing`, `aftercare`, `alarm` … are the person's side, `counter` the operators', `clocks` what
    happens by itself."""

    def __init__(
        self,
        ring: KeyRing,
        directory: Callable[[], Sequence[ContactPoint]],
        clock: Callable[[], datetime],
        network_url: str = NETWORK_URL,
        translation: bool = False,
        keep_days: int = 90,
    ) -> None:
        self.casebook = Casebook(ring, directory, clock, network_url, keep_days, translation)
        self.desk = Desk(self.casebook)
        self.tongues = Tongues(self.casebook, self.desk)
        self.aftercare = Aftercare(self.casebook)
        self.calls = Calls(self.casebook)
        self.agreeing = Agreeing(self.casebook)
        self.alarm = Alarm(self.casebook)
        self.counter = Counter(self.casebook)
        self.clocks = Clocks(self.casebook)
        self.answers = Answers(self.casebook, self.desk, self.alarm)

    async def choose(self, connection: AsyncConnection, seen: Conversation, choice: str) -> Outcome:
        """Carry out a choice of this room by its id. An id that means nothing is answered with the status."""
        word, _, value = choice.removeprefix(PREFIX).partition(":")
        match word, value:
            case "accept", point_id:
                return await self.desk.accept(connection, seen, point_id)
            case "share", "yes" | "no":
                return await self.desk.share(connection, seen, value == "yes")
            case "contact", answer:
                return await self.desk.contact(connection, seen, answer)
            case "still", "yes" | "no":
                return await self.aftercare.still_needed(connection, seen, value == "yes")
            case "call", "":
                return await self.calls.ask(connection, seen)
            case "call", _:
                return await self.calls.never_mind(connection, seen)
            case "call_safe", "yes" | "no":
                return await self.calls.safe(connection, seen, value == "yes")
            case "call_when", wish:
                return await self.calls.when(connection, seen, wish)
            case "transfer", "yes" | "no":
                return await self.agreeing.transfer(connection, seen, value == "yes")
            case "interpret", "yes" | "no":
                return await self.agreeing.interpreter(connection, seen, value == "yes")
            case "rate", answer:
                return await self.aftercare.rate(connection, seen, answer)
            case "also", "":
                return await self.tongues.ask(connection, seen)
            case "also", locale:
                return await self.tongues.note(connection, seen, locale)
            case "f", _:
                return await self.answers.keep(connection, seen, choice)
            case "other", _:
                return await self.desk.another(connection, seen)
            case "no" | "ask_me", _:
                return await self.desk.decline(connection, seen)
            case "leave", _:
                return await self.desk.leave_question(connection, seen)
            case "address", _:
                return await self.desk.address(connection, seen)
            case "wait", _:
                return await self.desk.wait(connection, seen)
            case "cancel", _:
                return await self.desk.cancel(connection, seen)
            case "continue", _:
                return await self.aftercare.continue_same(connection, seen)
            case "new", _:
                return await self.aftercare.continue_new(connection, seen)
        return await self.desk.status(connection, seen)
