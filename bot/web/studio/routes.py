"""All addresses of the studio; each of its rooms brings its own."""

from typing import Protocol

from aiohttp import web

from bot.web.studio import (
    article,
    article_history,
    article_more,
    article_new,
    article_review,
    article_withdraw,
    articles,
    coverage,
    files,
    files_paper,
    gaps,
    intents,
    lawyer,
    offices,
    ready,
    texts_page,
    todo,
    training,
)
from bot.web.studio.texts import STUDIO_TEXTS, load_studio_texts


class Part(Protocol):
    """A module of the studio with addresses."""

    def add_routes(self, app: web.Application) -> None:
        """Put its routes in place."""
        ...


_PARTS: tuple[Part, ...] = (
    article,
    article_history,
    article_more,
    article_new,
    article_review,
    article_withdraw,
    articles,
    coverage,
    files,
    files_paper,
    gaps,
    intents,
    lawyer,
    offices,
    ready,
    texts_page,
    todo,
    training,
)


def add_studio(app: web.Application) -> None:
    """Load the texts and put the routes in place."""
    app[STUDIO_TEXTS] = load_studio_texts()
    for part in _PARTS:
        part.add_routes(app)
