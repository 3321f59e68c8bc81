"""The handoff room as a turn uses it: wishes of the dialogue in, one reply out, on the turn's open transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bus import Bus
from bot.crowd import Crowd
from bot.model.conversation import HELD, WITH_OPERATOR, Conversation
from bot.model.knowing import ArticleFacts
from bot.model.say import Choice, Country, Reply, Say, ShowOffices
from dialogues.tracker import Tracker
from handoff.machine import EDGES, Edge
from handoff.outcome import HeldAnswer, Situation
from handoff.request import Request, Urgency
from handoff.room import Handoff
from handoff.routing import ids

_ENTERED = frozenset(EDGES[edge].event for edge in (Edge.ACCEPT, Edge.RESUME, Edge.ASK_CALL))
_ENTERS = frozenset({"accept", "leave", "leave_written", "continue"})  # wishes that put a question into a queue


class TurnDesk:
    """Translates between the dialogue's words and the handoff room's edges."""

    def __init__(
        self, room: Handoff, trusted_only: frozenset[str], facts: Callable[[str], ArticleFacts | None], network_url: str,
        bus: Bus, crowd: Crowd | None = None,
    ) -> None:  # fmt: skip
        self._room = room
        self._trusted_only = trusted_only
        self._facts = facts
        self._network_url = network_url
        self._bus = bus
        self._crowd = crowd or Crowd()

    async def situation(self, connection: AsyncConnection, conversation: Conversation) -> Situation:
        """Return how the conversation stands at the desk."""
        return await self._room.desk.situation(connection, conversation)

    async def act(
        self, connection: AsyncConnection, conversation: Conversation, action: str, argument: str, tracker: Tracker,
        now: datetime,
    ) -> Reply:  # fmt: skip
        """Carry out a person's wish about a person; unknown wishes are answered with how the question stands."""
        room, seen = self._room, conversation
        if _enters(action, argument) and seen.state not in HELD and self._crowd.is_full(seen.id):
            addresses = await self._offices(connection, tracker, now)
            return Reply((Say("web_too_many"), *addresses.parts), addresses.choices)
        match action:
            case "offices":
                return await self._offices(connection, tracker, now)
            case "offer":
                outcome = await room.desk.offer(connection, seen, self.request(tracker))
            case "abroad":
                outcome = await room.desk.offer(connection, seen, self.request(tracker), abroad=True)
            case "file":
                return await self._file(connection, seen, tracker, bool(argument))
            case "call_number":
                outcome = await room.calls.number(connection, seen, argument)
            case "leave_written":
                outcome = await room.desk.leave_question(connection, seen, datetime.fromisoformat(argument))
            case "stop":
                outcome = await room.aftercare.stop(connection, seen)
            case "delete":
                outcome = await room.aftercare.delete(connection, seen)
            case "status":
                outcome = await room.desk.status(connection, seen)
            case _:
                outcome = await room.choose(connection, seen, f"{action}:{argument}")
        if not _ENTERED.isdisjoint(outcome.events) and seen.state not in HELD:
            self._crowd.asked(seen.id)
        self._tell()
        return outcome.reply or Reply()

    async def _file(self, connection: AsyncConnection, seen: Conversation, tracker: Tracker, cover: bool) -> Reply:
        """A file came: an office that has the case gets it; else an office is named and asked for, or its address given."""
        said = (Say("file_cover_number"),) if cover else ()
        if seen.state in WITH_OPERATOR:
            return Reply(said)
        if seen.state in HELD:
            office = self._room.casebook.office(seen.contact_point)
            return Reply((Say("file_kept", {"office": office.name}), *said))
        outcome = await self._room.desk.offer(connection, seen, self.request(tracker))
        self._tell()
        offer = outcome.reply or Reply()
        yes = next((one for one in offer.choices if one.id.startswith(("h:accept:", "h:leave"))), None)
        if yes is None:
            return Reply((Say("file_unread"), *offer.parts), offer.choices)
        choices = (replace(yes, label=Say("choice_yes")), Choice("h:no", Say("choice_i_will_write")))
        return Reply((Say("file_unread"), *offer.parts, Say("file_pass"), *said), choices)

    def _tell(self) -> None:
        """Let the desk's pages and the notices look again."""
        self._bus.publish("desk")
        self._bus.wake("notices")

    async def danger(
        self, connection: AsyncConnection, conversation: Conversation, intent: str, country: str, tracker: Tracker,
        written_at: datetime,
    ) -> tuple[Say, ...]:  # fmt: skip
        """Raise the desk's alarm and return the truth about who reads."""
        place = country or tracker.now or tracker.country
        danger = await self._room.alarm.danger(
            connection, conversation, intent, place, city=tracker.city, minor=tracker.minor, written_at=written_at
        )
        self._tell()
        return (danger.truth, *danger.also)

    async def heard(
        self, connection: AsyncConnection, conversation: Conversation, now: datetime
    ) -> tuple[HeldAnswer, ...]:
        """The person wrote: the operator's clock starts, and what was kept for this moment comes back."""
        await self._room.aftercare.person_wrote(connection, conversation, now)
        if conversation.contact_point:  # most people write to the bot, and no desk shows it
            self._bus.publish(f"desk:{conversation.contact_point}")
        return await self._room.aftercare.held_answers(connection, conversation)

    def request(self, tracker: Tracker) -> Request:
        """Return what the desk may know of the question."""
        intent = tracker.intent
        topic = intent.partition("/")[0]
        facts = self._facts(intent) if intent else None
        return Request(
            country=tracker.country or tracker.residence or tracker.now, city=tracker.city, topic=topic, intent=intent,
            locale=tracker.locale or "en", urgency=Urgency.DEADLINE if facts and facts.deadline else Urgency.NORMAL,
            minor=tracker.minor, shown=tracker.shown,
            trusted_only=tracker.trusted_only or bool(self._trusted_only & {intent, topic}),
        )  # fmt: skip

    async def _offices(self, connection: AsyncConnection, tracker: Tracker, now: datetime) -> Reply:
        """Cards of the nearest offices, without offering to connect."""
        request = self.request(tracker)
        network = await self._room.casebook.network(connection)
        points = ids(
            network.near(request.country, request.city, request.locale, request.topic, now, request.trusted_only)
        )
        if points:
            return Reply((ShowOffices(points),))
        if not request.country:
            return Reply((Say("ask_country_name"),), (Choice("c:?", Say("choice_other_country")),))
        return Reply((Say("no_office", {"country": Country(request.country), "url": self._network_url}),))


def _enters(action: str, argument: str) -> bool:
    """Tell whether a wish would put a question into a queue, or begin to."""
    return action in _ENTERS or (action, argument) == ("call", "")
