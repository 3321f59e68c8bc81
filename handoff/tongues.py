"""A person's further languages: asked for where nobody of the offered office speaks the one they read."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.conversation import WITH_OPERATOR, Conversation, State
from bot.model.locales import LOCALES
from handoff import store, wording
from handoff.casebook import Casebook
from handoff.desk import Desk
from handoff.offices.contact_point import EVERYWHERE
from handoff.outcome import Outcome
from handoff.request import request_from
from handoff.store import Case

_SHOWN = 9  # a list of WhatsApp has ten rows, and one of them is "none of these"


@dataclass(frozen=True, slots=True)
class Tongues:
    """Asks for the person's further languages, and looks again for an office with what they said."""

    casebook: Casebook
    desk: Desk

    async def ask(self, connection: AsyncConnection, seen: Conversation) -> Outcome:
        """Show the languages that advisers of the country speak, the most common among them first."""
        case = await store.open_case(connection, seen.id)
        if case is None or seen.state in WITH_OPERATOR:
            return await self.desk.stale(connection, seen)
        spoken = await self._spoken(connection, case)
        if not spoken:
            return await self.note(connection, seen, "")
        return Outcome(seen, wording.ask_tongues(spoken[:_SHOWN]))

    async def note(self, connection: AsyncConnection, seen: Conversation, locale: str) -> Outcome:
        """Keep a further language on the card; an offer is made anew with it, a place in a queue is kept."""
        case = await store.open_case(connection, seen.id)
        if case is None or seen.state in WITH_OPERATOR:
            return await self.desk.stale(connection, seen)
        card = self.casebook.card(case)
        if locale in LOCALES and locale not in (case.locale, *card.also):
            card = replace(card, also=(*card.also, locale))
            await self.casebook.rewrite_card(connection, case, card)
        if seen.state is State.OFFERED:
            return await self.desk.offer(connection, seen, request_from(card, case.locale, case.topic))
        bridge = await self.casebook.bridge(connection, case.contact_point, case.locale, card)
        await store.update_case(connection, case.id, bridge=bridge.kind)
        return await self.desk.status(connection, seen)

    async def _spoken(self, connection: AsyncConnection, case: Case) -> list[str]:
        """Return the languages of the country's staffed offices, and of the one that was offered."""
        network, card, now = await self.casebook.network(connection), self.casebook.card(case), self.casebook.clock()
        offered = {case.contact_point, *card.offered[-1:]}
        count: dict[str, int] = {}
        for point in network.points:
            alike = point.country in (card.country, EVERYWHERE) and (point.trusted or not card.trusted_only)
            if point.id in offered or (alike and network.can_queue(point, now)):
                for locale in point.languages:
                    count[locale] = count.get(locale, 0) + 1
        unasked = [locale for locale in count if locale in LOCALES and locale not in (case.locale, *card.also)]
        return sorted(unasked, key=lambda locale: (-count[locale], LOCALES.index(locale)))
