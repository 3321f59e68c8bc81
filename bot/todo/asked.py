"""How often what was asked lately: from the figures, which hold no text and nobody's name."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t

LATELY = timedelta(weeks=26)
LEAST = 10  # a smaller figure might say who asked

Asked = Mapping[tuple[str, str, str], int]


async def read_asked(connection: AsyncConnection, now: datetime) -> dict[tuple[str, str, str], int]:
    """Return how often the bot answered what, by question, country and language."""
    f = t.figure.c
    query = (
        select(f.topic, f.country, f.locale, func.sum(f.count).label("times"))
        .where(f.kind == "accept", f.week >= f"{now - LATELY:%G-W%V}", f.topic.contains("/"))
        .group_by(f.topic, f.country, f.locale)
    )
    return {(row.topic, row.country, row.locale): int(row.times) for row in await connection.execute(query)}


def by_place(asked: Asked) -> Counter[tuple[str, str]]:
    """Return the figures of each question in each country; under the country `""` those of all countries."""
    found: Counter[tuple[str, str]] = Counter()
    for (intent, country, _), times in asked.items():
        found[intent, ""] += times
        if country:
            found[intent, country] += times
    return found


def times_asked(figures: Mapping[tuple[str, str], int], intent: str, jurisdiction: str) -> int:
    """Return how often a question was asked where a text is true; a text for the whole EU is for all."""
    country = jurisdiction.partition("-")[0]
    return figures.get((intent, "" if country == "EU" else country), 0)
