"""What is done to one text: in one transaction, with a line in the audit, and the way back to a page that says so."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.exchange.rights import editor_of
from bot.staff import SignedIn
from bot.web.context import CONTEXT
from bot.web.studio.articles.checks import ready
from bot.web.studio.articles.opened import Text, text_named
from bot.web.studio.names import Names
from knowledge.editing import Editing, Editor, Locked, NotReady, NotYours, Outdated
from knowledge.findings import Code

ADDRESS = "/studio/articles/{topic}/{intent}/{variant}"
_SAID = (
    "saved", "submitted", "published", "discarded", "left", "locked", "not_yours", "outdated", "machine", "approved",
    "refused", "withdrawn", "restored", "still_correct", "commented", "told", "not_ready", "machine_failed",
    "bad_dates", "comment_missing", "base_taken", "settled", "holds_words",
)  # fmt: skip
_REFUSED: dict[type[Exception], str] = {
    Locked: "locked", NotYours: "not_yours", Outdated: "outdated", NotReady: "not_ready",
}  # fmt: skip

Given = ParamSpec("Given")
Deed = Callable[[AsyncConnection, Text, Editor], Awaitable[str]]
"""Does something and returns what to say."""


def editing_of(request: web.Request) -> Editing:
    """Return the engine of articles."""
    return request.app[CONTEXT].workshop.editing


def saying(
    said: str,
    act: Callable[Concatenate[AsyncConnection, str, Editor, Given], Awaitable[object]],
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Deed:
    """Return the deed that is one act of the engine on the text, and always says the same."""

    async def deed(connection: AsyncConnection, text: Text, editor: Editor) -> str:
        await act(connection, text.key, editor, *args, **kwargs)
        return said

    return deed


async def do(request: web.Request, session: SignedIn, action: str, deed: Deed) -> str:
    """Do something to the text of the address in one transaction; return what to say.

    `action` is its line in the audit; empty where nothing is done yet that anybody could see.
    """
    context, text = request.app[CONTEXT], text_named(request, head=True)
    await ready()
    try:
        async with context.database.transaction() as connection:
            said = await deed(connection, text, editor_of(session.member))
            if action:
                await audit.note(connection, session.member.actor, action, text.key, "", context.clock())
    except tuple(_REFUSED) as error:
        return why_not(error)
    await context.workshop.live.refresh()
    return said


async def done(request: web.Request, session: SignedIn, action: str, deed: Deed) -> web.HTTPSeeOther:
    """Do something as `do` does; return the way back to the page of the text."""
    return back_to(text_named(request, head=True).address, await do(request, session, action, deed))


def why_not(error: Exception) -> str:
    """Return what to say of a refusal."""
    if isinstance(error, NotReady) and any(problem.code is Code.DRAFT_HOLDS_WORDS for problem in error.problems):
        return "holds_words"
    return _REFUSED[type(error)]


def said_before(request: web.Request, names: Names) -> str:
    """Return the words for what was done before this page, from the key in its address."""
    return names.said(request, "article", _SAID)


def number_of(given: object) -> int:
    """Return a number that the page itself put into its form."""
    word = str(given or "")
    if not word.isascii() or not word.isdigit() or len(word) > 9:
        raise web.HTTPBadRequest(text="This is no form that can be read.")
    return int(word)


def back_to(address: str, said: str) -> web.HTTPSeeOther:
    """Return the way back to a page, which then says what was done."""
    return web.HTTPSeeOther(f"{address}?said={said}" if said else address)
