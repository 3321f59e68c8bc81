"""What the lists of articles share: all texts with their state, and where each is."""

from bot.web.context import WebContext
from knowledge.editing.overview import Row, overview

STATES = ("served", "draft", "in_review", "missing", "expired", "withdrawn")
FLAGS = ("overdue", "outdated", "machine")


async def read_rows(context: WebContext) -> list[Row]:
    """Return every text there is or should be, with its state."""
    async with context.database.reading() as connection:
        drafts = await context.workshop.editing.drafts(connection)
    catalogue = context.library.catalogue
    return overview(catalogue.articles, drafts, context.clock().date(), serve=catalogue.serve)


def address_of(row: Row) -> str:
    """Return the page of a text."""
    return f"/studio/articles/{row.intent}/{row.jurisdiction}.{row.locale}"
