"""Tells a turn what its decision may depend on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.content import Content
from bot.desk_actions import TurnDesk
from bot.model.conversation import Conversation
from dialogues.decision import MenuRow, World
from dialogues.phrases import load_menu, load_never_learn
from nlu.entities import region_of


@dataclass(frozen=True)
class Worlds:
    """Makes the world of each turn."""

    locales: tuple[str, ...]
    content: Content = field(repr=False)
    desk: TurnDesk = field(repr=False)
    clock: Callable[[], datetime]

    async def of(self, connection: AsyncConnection, conversation: Conversation) -> World:
        """Return the world of one turn."""
        situation = await self.desk.situation(connection, conversation)
        phrases, retired = self.content.phrases, self.content.questions.retired
        return World(
            now=self.clock(), article=self.content.catalogue.facts, menu=self._menu(), locales=self.locales,
            titled=frozenset(phrases.titles["en"]) - retired, unread=phrases.unread, state=conversation.state,
            recent_office=situation.recent.name if situation.recent else "", asked=situation.asked,
            awaits_question=situation.awaits_question, topic_countries=self._countries(),
            never_learn=load_never_learn(),
            region_of=region_of,
        )  # fmt: skip

    def _menu(self) -> tuple[MenuRow, ...]:
        """The picture menu, with what content managers put into its rows."""
        added = self.content.questions.menu()
        return tuple(row.offering(added.get(row.id, ())) for row in load_menu())

    def _countries(self) -> tuple[str, ...]:
        """The countries that have texts of their own."""
        every = (self.content.catalogue.facts(intent) for intent in self.content.catalogue.intents)
        return tuple(sorted({country for facts in every if facts for country in facts.countries}))
