"""What a person taps under an adviser's question of the phrasebook: the answers make the case's card."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation, Purpose
from bot.model.say import Reply, Say
from handoff import phrasebook, store
from handoff.alarm import Alarm
from handoff.casebook import Casebook
from handoff.desk import Desk
from handoff.outcome import Outcome
from handoff.request import Card

_DANGER = "safety/emergency"


@dataclass(frozen=True, slots=True)
class Answers:
    """Keeps answers on the card of the open case; the last one to a question counts."""

    casebook: Casebook
    desk: Desk
    alarm: Alarm

    async def keep(self, connection: AsyncConnection, seen: Conversation, choice: str) -> Outcome:
        """Keep one answer. While a person has the case the bot says nothing to it, else how the question stands."""
        case, book = await store.open_case(connection, seen.id), phrasebook.load()
        sentence_id, answer = phrasebook.tapped(choice)
        if case is not None and book.answer("en", sentence_id, answer) and book.sentences[sentence_id].kept:
            card = self.casebook.card(case)
            kept = replace(card, answers={**card.answers, sentence_id: answer})
            await self.casebook.rewrite_card(connection, case, kept)
            if answer in book.sentences[sentence_id].alarm:
                return await self._danger(connection, seen, kept)
        return Outcome(seen) if seen.state in WITH_OPERATOR else await self.desk.status(connection, seen)

    async def _danger(self, connection: AsyncConnection, seen: Conversation, card: Card) -> Outcome:
        """Somebody is not safe: the number first, then the truth about who reads; the desk's alarm, not twice in a row."""
        danger = await self.alarm.danger(connection, seen, _DANGER, card.country, city=card.city, minor=card.minor)
        if not danger.alarm:
            return Outcome(danger.conversation)
        return Outcome(danger.conversation, Reply((Say("danger_again"), danger.truth, *danger.also)), Purpose.DANGER)
