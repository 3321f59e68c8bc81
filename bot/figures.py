"""Figures without text: how often what was asked, by week, country, locale and topic. Kept 24 months."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t
from dialogues.decision import Decision


class Figures:
    """Counts decisions. Safety topics are counted as "safety" only, so that a small office cannot guess who asked."""

    async def count(self, connection: AsyncConnection, decision: Decision, now: datetime) -> None:
        """Add one to this week's figure of what was decided."""
        if decision.name in {"", "silent"}:
            return
        topic = "safety" if decision.intent.startswith("safety/") else decision.intent
        key = {
            "week": f"{now:%G-W%V}", "kind": decision.name, "country": decision.tracker.country, "topic": topic,
            "locale": decision.tracker.locale,
        }  # fmt: skip
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        row = dialect.insert(t.figure).values(**key, count=1)
        one_more = {"count": t.figure.c.count + 1}
        await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=one_more))
