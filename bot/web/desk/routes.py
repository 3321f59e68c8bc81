"""All addresses of the desk."""

from aiohttp import web

from bot.web.desk import actions, signin
from bot.web.desk.events import desk_events
from bot.web.desk.pages import case, desk
from bot.web.desk.texts import TEXTS, load_texts


def add_desk(app: web.Application) -> None:
    """Load the texts and put the routes in place."""
    app[TEXTS] = load_texts()
    signin.add_routes(app)
    actions.add_routes(app)
    app.router.add_get("/desk", desk)
    app.router.add_get("/desk/events", desk_events, allow_head=False)
    app.router.add_get("/desk/c/{case}", case)
