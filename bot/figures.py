"""Figures without text: how often what was asked, by week, country, locale and topic. Kept 24 months."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.counts import one_more
from dialogues.decision import Decision


class Figures:
    """Counts decisions. Safety topics are counted as "safety" only, so that a small office cannot guess who asked."""

    async def count(self, connection: AsyncConnection, decision: Decision, now: datetime) -> None:
        """Add one to this week's figure of what was decided."""
        if decision.name in {"", "silent"}:
            return
        topic = "safety" if decision.intent.startswith("safety/") else decision.intent
        tracker = decision.tracker
        await one_more(connection, now, decision.name, country=tracker.country, topic=topic, locale=tracker.locale)
