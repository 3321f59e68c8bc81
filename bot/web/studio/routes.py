"""All addresses of the studio; each of its rooms brings its own."""

from typing import Protocol

from aiohttp import web

from bot.web.studio import lawyer, sentences, todo
from bot.web.studio.articles import coverage, history, listing, more, new, review, text, withdraw
from bot.web.studio.files import pages as files
from bot.web.studio.files import paper
from bot.web.studio.gaps import pages as gaps
from bot.web.studio.offices import pages as offices
from bot.web.studio.offices import ready
from bot.web.studio.questions import listing as questions
from bot.web.studio.texts import STUDIO_TEXTS, load_studio_texts
from bot.web.studio.training import pages as training


class Part(Protocol):
    """A module of the studio with addresses."""

    def add_routes(self, app: web.Application) -> None:
        """Put its routes in place."""
        ...


_PARTS: tuple[Part, ...] = (
    *(text, history, more, new, review, withdraw, listing, coverage),
    *(files, paper, gaps, questions, lawyer, offices, ready, sentences, todo, training),
)


def add_studio(app: web.Application) -> None:
    """Load the texts and put the routes in place."""
    app[STUDIO_TEXTS] = load_studio_texts()
    for part in _PARTS:
        part.add_routes(app)
