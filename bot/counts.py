"""Figures without text: one more of something in this week, by country, locale and topic."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import tables as t


async def one_more(
    connection: AsyncConnection, now: datetime, kind: str, *, country: str, topic: str, locale: str
) -> None:
    """Add one to this week's figure."""
    key = {"week": f"{now:%G-W%V}", "kind": kind, "country": country, "topic": topic, "locale": locale}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(t.figure).values(**key, count=1)
    added = {"count": t.figure.c.count + 1}
    await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=added))
