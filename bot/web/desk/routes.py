"""All addresses of the desk."""

from aiohttp import web

from bot.web.context import CONTEXT
from bot.web.desk import (
    account,
    actions,
    colleagues,
    files,
    insert,
    join,
    log,
    more,
    pages,
    phrases,
    propose,
    protocol,
    second_factor,
    shift,
    signin,
)
from bot.web.desk.accounts import ACCOUNTS, Accounts
from bot.web.desk.events import desk_events
from bot.web.desk.texts import TEXTS, load_texts
from bot.web.desk.watch import WATCH, Watch


def add_desk(app: web.Application) -> None:
    """Load the texts and put the routes in place."""
    app[TEXTS] = load_texts()
    app[WATCH] = Watch(app[CONTEXT].database, app[CONTEXT].clock)
    app[ACCOUNTS] = Accounts.of(app[CONTEXT])
    for part in (second_factor, join, account, colleagues, log):
        part.add_routes(app)
    for part in (signin, pages, actions, files, insert, phrases, more, propose, shift, protocol):
        part.add_routes(app)
    app.router.add_get("/desk/events", desk_events, allow_head=False)
