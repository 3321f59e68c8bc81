"""What the pages of articles share: all texts with their state, their addresses, the names in the reader's language."""

from aiohttp import web

from bot.staff import SignedIn
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.session import locale_of
from bot.web.studio.names import Names
from bot.web.studio.texts import STUDIO_TEXTS
from knowledge.editing.overview import Row, overview

STATES = ("served", "draft", "in_review", "missing", "expired", "withdrawn")
FLAGS = ("overdue", "outdated", "machine")


def names_of(request: web.Request, session: SignedIn) -> Names:
    """Return what names codes for this reader."""
    return Names(request.app[CONTEXT], request.app[STUDIO_TEXTS], locale_of(request, session))


async def read_rows(context: WebContext) -> list[Row]:
    """Return every text there is or should be, with its state."""
    async with context.database.reading() as connection:
        drafts = await context.workshop.editing.drafts(connection)
    catalogue = context.library.catalogue
    return overview(catalogue.articles, drafts, context.clock().date(), serve=catalogue.serve)


def address_of(row: Row) -> str:
    """Return the page of a text."""
    return f"/studio/articles/{row.intent}/{row.jurisdiction}.{row.locale}"
