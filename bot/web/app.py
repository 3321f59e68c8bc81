"""The web application: the chat page, the operators' desk, the platforms' webhooks, health and metrics."""

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.web import health, webhooks
from bot.web.assets import ASSETS, load_assets, static_file
from bot.web.chat import files
from bot.web.chat.events import chat_events
from bot.web.chat.page import chat_page
from bot.web.chat.send import chat_keep, chat_leave, chat_send, leave_page
from bot.web.context import CONTEXT, WebContext
from bot.web.desk.routes import add_desk
from bot.web.guard import add_headers, same_origin
from bot.web.help import answers, places
from bot.web.limits import LIMITS, Limits
from bot.web.sse import DESK_STREAMS, STREAMS, Streams
from bot.web.studio.routes import add_studio
from bot.web.upload import UPLOADS, Uploads

_TEMPLATES = Path(__file__).parent / "templates"
_LARGEST = 4 * 2**20  # Meta sends up to 3 MB


def create_app(context: WebContext) -> web.Application:
    """Put all routes together. The application owns nothing that must be closed but its open streams."""
    app = web.Application(client_max_size=_LARGEST, middlewares=[same_origin])
    app[CONTEXT] = context
    app[LIMITS] = Limits(context.rates)
    rates = context.rates
    for streams in (STREAMS, DESK_STREAMS):
        app[streams] = Streams(rates.streams, rates.streams_each, rates.streams_network)
        app.on_shutdown.append(app[streams].end_all)
    app[UPLOADS] = Uploads()
    app[ASSETS] = load_assets()
    _add_templates(app)
    app.on_response_prepare.append(add_headers)
    _add_routes(app)
    return app


def _add_routes(app: web.Application) -> None:
    app.router.add_get("/", chat_page)
    app.router.add_post("/chat/send", chat_send)
    app.router.add_post("/chat/keep", chat_keep)
    app.router.add_post("/chat/leave", chat_leave)
    app.router.add_get("/chat/events", chat_events, allow_head=False)
    app.router.add_get("/leave", leave_page)
    app.router.add_get("/static/{name}", static_file)
    files.add_routes(app)
    answers.add_routes(app)
    places.add_routes(app)
    add_desk(app)
    add_studio(app)
    webhooks.add_routes(app)
    health.add_routes(app)


def _add_templates(app: web.Application) -> None:
    versions = {name: asset.version for name, asset in app[ASSETS].items()}
    environment = aiohttp_jinja2.setup(
        app, loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, context_processors=(),
    )  # fmt: skip
    environment.globals["static"] = lambda name: f"/static/{name}?v={versions[name]}"
